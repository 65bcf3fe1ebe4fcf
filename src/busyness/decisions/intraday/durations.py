"""Random durations as tables of equally likely values with a mean of one: any shape, one look-up a draw."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

SHAPES = ("exponential", "erlang", "lognormal")
VALUES = 2048
_FINE = 16


def unit_durations(shape: str, spread: float = 1.0) -> NDArray[np.float64]:
    """This will return ``VALUES`` equally likely durations, ascending, whose mean is one.

    Each value is the mean of its 1/2048 of the distribution, so that the longest are there too (9 times the mean for an
    exponential). ``spread`` is the coefficient of variation; an Erlang has the whole number of phases nearest to
    1 / spread².
    """
    ranks = (np.arange(VALUES * _FINE) + 0.5) / (VALUES * _FINE)
    if shape == "exponential":
        drawn = -np.log1p(-ranks)
    elif shape == "erlang":
        drawn = _erlang(ranks, max(round(1 / spread**2), 1))
    else:
        sigma = np.sqrt(np.log1p(spread**2))
        normal = NormalDist()
        drawn = np.exp(sigma * np.array([normal.inv_cdf(rank) for rank in ranks.tolist()]))
    values = drawn.reshape(VALUES, _FINE).mean(axis=1)
    return np.asarray(values / values.mean())


def _erlang(ranks: NDArray[np.float64], phases: int) -> NDArray[np.float64]:
    """This will return the quantiles of a sum of ``phases`` exponentials, read off its distribution on a fine grid."""
    grid = np.linspace(0, phases + 12 * np.sqrt(phases) + 12, 200_001)
    term, tail = np.exp(-grid), np.exp(-grid)
    for k in range(1, phases):
        term = term * grid / k
        tail = tail + term
    return np.asarray(np.interp(ranks, 1 - tail, grid))
