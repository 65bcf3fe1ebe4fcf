"""The past of a sealed panel, laid out for reading: wall-clock cubes and running sums.

A window's mean is one subtraction of running sums; a value k weeks back is a slice. Outliers are read as not observed.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.features.local_clock import LocalClock
from busyness.tables.panel import SealedPanel

LEVEL_DAYS = 28
"""The level of a place is its mean demand over so many days."""


class History:
    """Everything before a panel's origin by wall clock, ``[places, columns]``; whoever reads guards its own origin."""

    def __init__(self, panel: SealedPanel) -> None:
        self.panel = panel
        self.clock = LocalClock(panel.places, panel.slots)
        self.length: SlotLength = panel.slots.length
        seen = panel.demand if not panel.outlier.any() else np.where(panel.outlier, np.float32(np.nan), panel.demand)
        self.demand = self.clock.localized(np.asarray(seen, np.float32))
        observed = np.isfinite(self.demand)
        self.sums = running(np.where(observed, self.demand, np.float32(0)), np.float64)
        self.counts = running(observed, np.int32)
        opened = self.clock.localized(np.asarray(panel.open, np.float32), 0.0) > 0
        self.opens = running(opened, np.int32)
        self.flat = self.demand.reshape(-1)

    @property
    def columns(self) -> int:
        """Wall-clock columns, the future's too."""
        return self.demand.shape[1]

    def mean(
        self, place: NDArray[np.int32], begin: NDArray[np.int32], stop: NDArray[np.int32], need: float = 0.5
    ) -> NDArray[np.float32]:
        """This will return the mean demand of columns ``[begin, stop)``; NaN where under ``need`` of the open ones came."""
        width = self.columns + 1
        low = np.clip(begin, 0, self.columns) + place * np.int64(width)
        high = np.clip(stop, 0, self.columns) + place * np.int64(width)
        seen = self.counts.take(high) - self.counts.take(low)
        possible = self.opens.take(high) - self.opens.take(low)
        total = self.sums.take(high) - self.sums.take(low)
        enough = (seen > need * np.maximum(possible, 1)) & (seen > 0)
        return np.where(enough, total / np.maximum(seen, 1), np.nan).astype(np.float32)

    def at(self, place: NDArray[np.int32], column: NDArray[np.int32], origin: NDArray[np.int32]) -> NDArray[np.float32]:
        """This will return the demand of a column, NaN where it is not before ``origin`` (a column too) or unknown."""
        before = (column >= 0) & (column < origin)
        index = np.where(before, column, 0) + place * np.int64(self.columns)
        values = self.flat.take(index)
        values[~before] = np.nan
        return values

    def level(self, place: NDArray[np.int32], origin: NDArray[np.int32]) -> NDArray[np.float32]:
        """This will return the usual demand of each place at a column: of 28 days, else 8 weeks, else of all it has.

        A place without any history takes the median level of the others then; one where nothing is known at all is 1.
        """
        day = np.int32(self.length.per_day)
        found = self.mean(place, origin - LEVEL_DAYS * day, origin)
        for begin, need in ((origin - 56 * day, 0.02), (np.zeros_like(origin), 0.0)):
            lost = np.isnan(found)
            if lost.any():
                found[lost] = self.mean(place[lost], begin[lost], origin[lost], need)
        lost = np.isnan(found)
        if lost.any():
            found[lost] = self._level_of_others(origin[lost])
        return np.maximum(found, np.float32(0.05))

    def _level_of_others(self, origin: NDArray[np.int32]) -> NDArray[np.float32]:
        unique, where = np.unique(origin, return_inverse=True)
        places = np.arange(len(self.demand), dtype=np.int32)
        levels = np.ones(len(unique), np.float32)
        for k, column in enumerate(unique):
            all_of_them = self.mean(places, np.zeros_like(places), np.full_like(places, column), 0.0)
            known = all_of_them[np.isfinite(all_of_them)]
            if len(known):
                levels[k] = np.median(known)
        return levels[where]

    @cached_property
    def relative(self) -> NDArray[np.float32]:
        """Demand divided by the level of the 28 days before its slot, ``[places, columns]``."""
        columns = np.arange(self.columns + 1)
        begin = np.maximum(columns - LEVEL_DAYS * self.length.per_day, 0)
        seen = self.counts - self.counts[:, begin]
        possible = self.opens - self.opens[:, begin]
        total = self.sums - self.sums[:, begin]
        enough = seen > np.maximum(0.5 * possible, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            trailing = np.where(enough, total / np.maximum(seen, 1), np.nan)[:, :-1]
        return np.asarray(self.demand / np.maximum(trailing, 0.05), np.float32)

    @cached_property
    def city(self) -> NDArray[np.float32]:
        """The median over all places of ``relative``, ``[columns]``; NaN where none was observed."""
        middle = np.full(self.columns, np.nan, np.float32)
        some = np.isfinite(self.relative).any(0)
        if some.any():
            middle[some] = np.nanmedian(self.relative[:, some], axis=0)
        return middle


def running(cube: NDArray[Any], dtype: type) -> NDArray[Any]:
    """This will return running sums along the columns, with a zero in front, ``[places, columns + 1]``."""
    sums = np.zeros((cube.shape[0], cube.shape[1] + 1), dtype)
    np.cumsum(cube, axis=1, dtype=dtype, out=sums[:, 1:])
    return sums
