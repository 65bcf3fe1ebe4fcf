"""Scores of distributions told by quantiles. NaN in ``observed`` means that the slot is not scored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from busyness.domain.errors import InputError
from busyness.metrics.scored import mean_of, scored


def pinball(observed: ArrayLike, quantiles: ArrayLike, levels: Sequence[float]) -> float:
    """This will return the pinball loss, the mean over levels and slots, in demand per slot, 0 … ∞.

    ``observed`` has any shape, ``quantiles`` that shape and a last axis of ``levels``. At level τ an error
    e = observed − quantile costs τ·e if positive and (τ − 1)·e if negative: least for the true quantile.
    Raises ``InputError`` where the levels do not fit. Source: Koenker & Bassett, "Regression Quantiles", 1978.

    >>> pinball([10.0], [[8.0, 12.0]], [0.5, 0.9])
    0.6
    """
    return float(np.mean(_loss_by_level(observed, quantiles, levels))) if len(levels) else float("nan")


def crps(observed: ArrayLike, quantiles: ArrayLike, levels: Sequence[float]) -> float:
    """This will return the continuous ranked probability score as far as the quantiles tell it, in demand per slot.

    It is twice the pinball loss summed over levels, each weighted by the part of (0, 1) that lies nearest to it; with
    ever denser levels it becomes the exact score. 0 … ∞. ``levels`` ascend; shapes as in ``pinball``.
    Source: Gneiting & Raftery, "Strictly Proper Scoring Rules", JASA 102, 2007, and Laio & Tamea, HESS 11, 2007.

    >>> crps([10.0], [[8.0]], [0.5])
    2.0
    """
    if not len(levels):
        return float("nan")
    marks = np.asarray(levels, np.float64)
    edges = np.concatenate([[0.0], (marks[1:] + marks[:-1]) / 2, [1.0]])
    return float(2 * np.sum(np.diff(edges) * _loss_by_level(observed, quantiles, levels)))


def coverage(observed: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """This will return the share of slots with low ≤ observed ≤ high, 0 … 1; the 10 % and 90 % quantiles aim at 0.8.

    >>> coverage([5, 10, 15, 20], [4, 4, 4, 4], [16, 16, 16, 16])
    0.75
    """
    truth, below, above = scored(observed, low, high)
    inside = (truth >= below) & (truth <= above)
    return mean_of(np.where(np.isnan(below) | np.isnan(above), np.nan, inside))


def width(observed: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """This will return the mean of high − low over the scored slots, in demand per slot, 0 … ∞; narrow is sharp.

    >>> width([5, float("nan")], [4, 0], [16, 100])
    12.0
    """
    _, below, above = scored(observed, low, high)
    return mean_of(above - below)


def _loss_by_level(observed: ArrayLike, quantiles: ArrayLike, levels: Sequence[float]) -> list[float]:
    marks = np.asarray(quantiles)
    if not marks.ndim or marks.shape[-1] != len(levels):
        raise InputError(f"Quantiles of shape {marks.shape} need a last axis of {len(levels)} levels.")
    truth = np.asarray(observed, np.float64)
    if truth.shape != marks.shape[:-1]:
        raise InputError(f"Quantiles of shape {marks.shape} cannot be scored against observations of {truth.shape}.")
    seen = ~np.isnan(truth)
    truth, marks = (truth[seen], marks[seen]) if not seen.all() else (truth.reshape(-1), marks.reshape(-1, len(levels)))
    losses = []
    for k, level in enumerate(levels):  # level by level: a fraction of the memory of one big array
        error = truth - marks[..., k]
        losses.append(mean_of(np.maximum(level * error, (level - 1) * error)))
    return losses
