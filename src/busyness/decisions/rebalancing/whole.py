"""Whole vehicles from shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def shared_out(weights: NDArray[np.float64], total: int) -> Counts:
    """This will share ``total`` whole vehicles out by weight; the largest remainders are rounded up.

    >>> shared_out(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    whole = weights.sum()
    if not whole > 0:
        return np.zeros(len(weights), np.int64)
    exact = weights / whole * total
    floors: Counts = np.floor(exact).astype(np.int64)
    floors[np.argsort(floors - exact, kind="stable")[: total - int(floors.sum())]] += 1
    return floors
