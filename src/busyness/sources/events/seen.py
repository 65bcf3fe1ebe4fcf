"""Which rows came before: hashes of what was read, eight bytes a row, in a bounded memory."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_Hashes = NDArray[np.uint64]
_LONGEST_RUN = 1 << 24
"""Sorted runs are merged up to this length (128 MB), so that merging never doubles a large memory."""


class Seen:
    """What one pass has read. ``at_most`` rows are remembered, eight bytes each; of more, the oldest are forgotten.

    With 64 bits, 100 million different rows have one that is taken for another with a probability of 3 in 10,000.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._runs: list[_Hashes] = []

    def again(self, keys: pl.DataFrame, kept: pl.Series) -> pl.Series:
        """This will say which of the ``kept`` rows came before, in this chunk or an earlier one, and remember the rest.

        ``keys`` is what makes two rows the same.
        """
        hashes: _Hashes = keys.hash_rows().filter(kept).to_numpy()
        ranked = np.sort(hashes)
        repeated = np.zeros(len(ranked), bool)
        repeated[1:] = ranked[1:] == ranked[:-1]
        known = self._known(ranked)
        self._remember(ranked[~(repeated | known)])
        again = np.zeros(keys.height, bool)
        if repeated.any() or known.any():
            rows = np.flatnonzero(kept.to_numpy())
            order = np.argsort(hashes, kind="stable")  # so that the first of equal rows is the one that stays
            again[rows[order[repeated | known]]] = True
        return pl.Series(again)

    def _known(self, ranked: _Hashes) -> NDArray[np.bool_]:
        known = np.zeros(len(ranked), bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, ranked), len(run) - 1)
            known |= run[at] == ranked
        return known

    def _remember(self, fresh: _Hashes) -> None:
        if not self._at_most or not fresh.size:
            return
        self._runs.append(fresh)
        while len(self._runs) > 1 and self._mergeable(*self._runs[-2:]):
            newest = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], newest]), kind="stable")
        while sum(map(len, self._runs)) > self._at_most and len(self._runs) > 1:
            self._runs.pop(0)

    @staticmethod
    def _mergeable(older: _Hashes, newer: _Hashes) -> bool:
        return len(older) < 2 * len(newer) and len(older) + len(newer) <= _LONGEST_RUN
