"""Ranks: whole past days as shares of each cell's distribution, and the demand that such a share stands for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RANK_STEPS = 256  # a rank is one byte: the share of the distribution below a value, in 256ths

_GOLDEN = (5**0.5 - 1) / 2


def spread_over_places(chance: NDArray[np.float64], row: NDArray[np.int64], *, templates: int) -> NDArray[np.int16]:
    """This will return how far from its template's rank each place draws, ``[places, …]``, in steps of a rank.

    ``chance`` (``[…]``, 0 … 1, one for each template that is drawn) says where between this template's rank and its
    neighbours' to read, so that a few dozen templates give smooth distributions. Place after place it is turned on by
    the golden section (a Weyl sequence): each place sees it evenly spread, and a sum over many places does not move
    with it, as it would if all were shifted the same way at once.
    """
    turned = (chance[None] + _GOLDEN * row.reshape(-1, *(1,) * chance.ndim)) % 1
    return np.floor((turned - 0.5) * (RANK_STEPS / templates)).astype(np.int16)


class RankReader:
    """Quantiles ``[places, horizon, levels]``, made ready to be read at ranks, linear between the levels."""

    def __init__(self, levels: Sequence[float], quantiles: NDArray[np.float32]) -> None:
        grid = np.interp((np.arange(RANK_STEPS) + 0.5) / RANK_STEPS, levels, np.arange(len(levels)))
        self._low = np.minimum(grid.astype(np.int64), len(levels) - 2)
        self._share = (grid - self._low).astype(np.float32)
        self._flat = np.ascontiguousarray(quantiles).reshape(-1)
        self._begin = np.arange(0, quantiles.size, len(levels)).reshape(quantiles.shape[:2])

    def at(self, rank: NDArray[np.uint8], shift: NDArray[np.int16]) -> NDArray[np.float32]:
        """This will return the demand at ``rank + shift`` of every cell, ``[places, horizon]``, kept in the distribution."""
        moved = np.clip(rank + shift, 0, RANK_STEPS - 1)
        where = self._begin + self._low[moved]
        below = self._flat[where]
        where += 1
        return np.asarray(below + (self._flat[where] - below) * self._share[moved], np.float32)
