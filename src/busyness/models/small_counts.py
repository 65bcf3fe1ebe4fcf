"""Small counts: which whole number is the median when the mean is known.

Absolute errors are least at the median. Of small counts it lies well under the mean and moves in steps (of a Poisson mean
of 0.6 it is 0), which trees that learn medians see only as noise: it is better to learn the mean and step down from it.
Counts around their mean are taken as negative binomial, the mixture of Poisson counts whose mean itself varies (Greenwood
and Yule 1920): variance = mean + dispersion × mean².

From few rows of small counts little can be learned but chance, so that answers lean on the mean of the last weeks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.tables.examples import Examples

SMALL, RARE = 50.0, 5.0
"""Demand per slot under which counts count as small, and as rare."""

_LARGEST = 60  # medians up to here are stepped; above, they are the same share of the mean
_LEAST_DISPERSION, _MOST_DISPERSION = 1e-4, 4.0
_STEEP = 0.5  # share of the way between two steps on which the median moves evenly, so that no answer hangs on a hair
_HALVINGS = 40
_WHOLE = 1e-3
_LEANING = 3_000.0  # rows with which half of an answer is the mean of the last weeks; of three times as many a tenth
_NO_LEAN = 1e-3  # a smaller share is none


def dispersion(observed: NDArray[np.float32], mean: NDArray[np.float32]) -> float:
    """This will return how much more than Poisson counts vary around their means, by moments; 0 is Poisson."""
    off = np.asarray(observed, np.float64) - mean
    squares = float(np.sum(np.square(np.asarray(mean, np.float64))))
    return max(float(np.sum(off**2 - mean)) / squares, 0.0) if squares > 0 else 0.0


def steps(spread: float) -> NDArray[np.float64]:
    """This will return, for each count from 0 on, the mean at which the median moves on to the next, by halving.

    >>> steps(0.0)[:3].round(2).tolist()  # Poisson: ln 2, and then near to thirds
    [0.69, 1.68, 2.67]
    """
    spread = min(max(spread, _LEAST_DISPERSION), _MOST_DISPERSION)
    count = np.arange(_LARGEST)
    low, high = np.zeros(_LARGEST), np.full(_LARGEST, 4.0 * _LARGEST * (1 + spread))
    for _ in range(_HALVINGS):
        mean = (low + high) / 2
        share = np.exp(-np.log1p(mean * spread) / spread)  # of the count 0; each next one from the one before
        below = share.copy()
        for k in range(1, _LARGEST):
            share *= (1 / spread + k - 1) / k * (mean * spread) / (1 + mean * spread)
            below += np.where(k <= count, share, 0)
        low, high = np.where(below > 0.5, mean, low), np.where(below > 0.5, high, mean)
    return np.asarray((low + high) / 2)


def medians(mean: NDArray[np.float32], spread: float) -> NDArray[np.float32]:
    """This will return the median of counts of these means: whole numbers, joined by short steep slopes."""
    at = steps(spread)
    gap = np.diff(at, prepend=0)
    begin, end = at - _STEEP * gap / 2, at + _STEEP * np.append(gap[1:], gap[-1]) / 2
    means = np.append(0, np.stack([begin, end], axis=1).reshape(-1))
    count = np.append(0, np.repeat(np.arange(_LARGEST + 1), 2)[1:-1])
    stepped = np.interp(mean, means, count)
    return np.asarray(np.where(mean < end[-1], stepped, mean * (_LARGEST / end[-1])), np.float32)


def stepped(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will move answers towards whole numbers, joined by the same slopes: a mean of medians of counts is none."""
    below = np.floor(said)
    return np.asarray(below + np.clip((said - below - 0.5) / _STEEP + 0.5, 0, 1), np.float32)


def are_small_counts(demand: NDArray[np.float32], level: NDArray[np.float32], *, under: float = SMALL) -> bool:
    """This will say whether demand is small whole numbers: ``under`` so many a slot at the usual place, and not all zero."""
    if not demand.any() or float(np.median(level)) >= under:
        return False
    return bool((np.abs(demand - np.round(demand)) <= _WHOLE * np.maximum(demand, 1)).all())


def lean_for(examples: Examples) -> float:
    """This will return the share with which a model that learned from these rows is to lean on the last weeks.

    Only of small counts, and the less the more rows there are: of large counts the same few rows say much more.
    """
    if not are_small_counts(examples.y * examples.level, examples.level):
        return 0.0
    share = 1 / (1 + (len(examples.y) / _LEANING) ** 2)
    return share if share > _NO_LEAN else 0.0


def leaned(relative: NDArray[np.float32], examples: Examples, lean: float) -> NDArray[np.float32]:
    """This will move answers by the share ``lean`` of the way to the mean of this slot in the last weeks, where known."""
    if not lean:
        return relative
    lately = examples.column("mean_4")
    share = np.where(np.isfinite(lately), lean, 0)
    return np.asarray(relative + share * (np.nan_to_num(lately) - relative), np.float32)
