"""How sure a mean of money is: intervals of paired differences and of means over common days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from busyness.domain.errors import InputError

_NORMAL = 1.959963984540054  # its 97.5 % quantile


class Interval(NamedTuple):
    """A mean and the ends of its interval."""

    mean: float
    low: float
    high: float


def paired_mean(differences: ArrayLike) -> Interval:
    """This will return the mean of paired differences ``[units]`` and its 95 % interval (central limit theorem).

    One unit alone says nothing of the error: then the interval is the mean itself.

    >>> paired_mean([1.0, 3.0]).mean
    2.0
    """
    values = np.asarray(differences, np.float64)
    mean = float(values.mean())
    if values.size < 2:
        return Interval(mean, mean, mean)
    half = _NORMAL * float(values.std(ddof=1)) / np.sqrt(values.size)
    return Interval(mean, mean - half, mean + half)


def bootstrap_means(values: ArrayLike, *, draws: int = 2000, seed: int = 0) -> NDArray[np.float64]:
    """This will return means over common units drawn with replacement: ``[units, …]`` → ``[draws, …]``.

    Whole units (days, weeks, paths) are drawn, so everything of one unit stays together, and the same seed draws the same
    units. Quantiles over the draws are an interval, of a ratio of means too. Raises ``InputError`` without any unit.
    Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993.
    """
    table = np.asarray(values, np.float64)
    units = table.shape[0]
    if not units:
        raise InputError("There are no common days to draw from.")
    times = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=draws) / units
    return np.asarray(np.tensordot(times, table, axes=(1, 0)))
