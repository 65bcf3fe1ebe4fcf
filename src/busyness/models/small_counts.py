"""Small counts: which whole number is the median when the mean is known.

Absolute errors are least at the median. Of small counts it lies well under the mean and moves in steps (of a Poisson mean
of 0.6 it is 0), which trees that learn medians see only as noise: it is better to learn the mean and step down from it.
Counts around their mean are taken as negative binomial, the mixture of Poisson counts whose mean itself varies (Greenwood
and Yule 1920): variance = mean + dispersion × mean².
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALL, RARE = 50.0, 5.0
"""Demand per slot under which counts count as small, and as rare."""

_LARGEST = 60  # medians up to here are stepped; above, they are the same share of the mean
_LEAST_DISPERSION, _MOST_DISPERSION = 1e-4, 4.0
_STEEP = 0.5  # share of the way between two steps on which the median moves evenly, so that no answer hangs on a hair
_HALVINGS = 40


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
