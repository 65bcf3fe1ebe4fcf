"""Quantile levels: their checks, their column names, and quantiles that do not cross."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError

REPORTED_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The levels every forecast writes."""

DENSE_LEVELS = (0.01, 0.025, 0.05, *(k / 20 for k in range(2, 19)), 0.95, 0.975, 0.99)
"""The levels a forecast keeps inside, close enough together to draw paths and read probabilities from."""


def checked_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """This will return the levels sorted, without repeats, or raise an ``InputError`` for one outside (0, 1)."""
    for level in levels:
        if not 0 < level < 1:
            raise InputError(f"A quantile level lies between 0 and 1; {level} does not.", hint="For example 0.1,0.5,0.9.")
    return tuple(sorted({round(float(level), 4) for level in levels}))


def column(level: float) -> str:
    """This will return the column name of a level.

    >>> column(0.05), column(0.5), column(0.975)
    ('q05', 'q50', 'q97.5')
    """
    percent = round(level * 100, 2)
    return (
        f"q{percent:02.0f}"
        if percent == int(percent)
        else f"q{percent:04.1f}"
        if percent * 10 == int(percent * 10)
        else f"q{percent:05.2f}"
    )


def interpolate_levels(known: Sequence[float], values: NDArray[np.float32], wanted: Sequence[float]) -> NDArray[np.float32]:
    """This will return ``values`` (``[..., known]``) at the ``wanted`` levels, linear between and flat outside."""
    position = np.interp(np.asarray(wanted, np.float64), np.asarray(known, np.float64), np.arange(len(known)))
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, len(known) - 1)
    share = (position - low).astype(np.float32)
    below, above = values[..., low], values[..., high]
    return np.asarray(np.minimum(below + (above - below) * share, above), np.float32)  # never past the next, by rounding


def share_below(levels: Sequence[float], values: NDArray[np.float32], limit: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return P(demand ≤ limit) for distributions given by quantiles ``values`` (``[..., levels]``).

    Linear between the levels; 0 below the lowest and 1 from the highest on; NaN where the limit is.
    """
    limit = np.asarray(limit, np.float32)[..., None]
    passed = np.sum(values <= limit, axis=-1)
    low = np.clip(passed - 1, 0, len(levels) - 2)[..., None]
    q_low = np.take_along_axis(values, low, -1)
    q_high = np.take_along_axis(values, low + 1, -1)
    between = np.clip((limit - q_low) / np.maximum(q_high - q_low, 1e-9), 0, 1)
    known = np.asarray(levels, np.float32)
    below = (known[low] + between * (known[low + 1] - known[low]))[..., 0]
    below = np.where(passed == 0, 0, np.where(passed == len(levels), 1, below))
    return np.where(np.isnan(limit[..., 0]), np.nan, below).astype(np.float32)
