"""The past of a sealed panel, laid out for reading: wall-clock cubes and running sums.

A window's mean is one subtraction of running sums; a value k weeks back is a slice. Outliers are read as not observed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.features.local_clock import LocalClock
from busyness.tables.panel import SealedPanel

LEVEL_DAYS = 28
"""The level of a place is its mean demand over so many days."""

LEAST_LEVEL = np.float32(0.05)
"""No level is below so many visitors per slot, so that a quiet place cannot explode."""

_SPARSE = 5.0  # demand per slot
_NAN = np.float32(np.nan)
_CHUNK = 2_000_000  # values worked on at a time, so that what is laid aside stays small


class History:
    """Everything before a panel's origin by wall clock, ``[places, columns]``; whoever reads guards its own origin.

    ``demand`` float32 is NaN where not observed; ``sums``, ``counts`` and ``opens`` are the running sums of demand, of
    observed and of open slots, ``[places, columns + 1]``; ``trailing`` float32, of the same shape, is the mean demand of
    the 28 days before a column, NaN where under half of the open slots were observed.
    """

    def __init__(self, panel: SealedPanel) -> None:
        self.panel = panel
        self.clock = LocalClock(panel.places, panel.slots)
        self.length: SlotLength = panel.slots.length
        self.demand: NDArray[np.float32] = self.clock.localized(np.asarray(panel.demand, np.float32), np.nan)
        observed = np.isfinite(self.demand)
        if panel.outlier.any():
            observed &= ~self.clock.localized(panel.outlier, False)
        np.copyto(self.demand, _NAN, where=~observed)
        self.columns: int = self.demand.shape[1]
        self.sums = running(np.where(observed, self.demand, np.float32(0)), np.float64)
        self.counts = running(observed, np.int32)
        self.opens = running(self.clock.localized(panel.open, False), np.int32)
        self.trailing = self._trailing()

    def mean(
        self, place: NDArray[np.int32], begin: NDArray[np.int32], stop: NDArray[np.int32], *, need: float = 0.5
    ) -> NDArray[np.float32]:
        """This will return the mean demand of columns ``[begin, stop)``; NaN where under ``need`` of the open ones came."""
        first = place * np.int64(self.columns + 1)
        low, high = first + np.clip(begin, 0, self.columns), first + np.clip(stop, 0, self.columns)
        return mean_of(
            self.sums.take(high) - self.sums.take(low),
            self.counts.take(high) - self.counts.take(low),
            possible=self.opens.take(high) - self.opens.take(low),
            need=need,
        )

    def before(self, place: NDArray[np.int32], column: NDArray[np.int32]) -> NDArray[np.float32]:
        """This will return ``trailing`` at a column: the mean demand of the 28 days before it."""
        return self.trailing.reshape(-1).take(place * np.int64(self.columns + 1) + np.clip(column, 0, self.columns))

    def at(
        self, place: NDArray[np.int32], column: NDArray[np.int32], origin: NDArray[np.int32], *, back: Sequence[int] = (0,)
    ) -> NDArray[np.float32]:
        """This will return the demand ``back`` columns before a column, ``[back, rows]``.

        NaN where that is not before ``origin`` (a column too) or unknown.
        """
        values = np.empty((len(back), len(column)), np.float32)
        if not values.size:
            return values
        flat = self.demand.reshape(-1)
        now = place * np.int64(self.columns) + column
        index = np.empty_like(now)
        nearest, earliest = int((column - origin).max()), int(column.min())
        for row, steps in zip(values, back, strict=True):
            np.subtract(now, steps, out=index)
            flat.take(index, out=row, mode="clip")  # what lies outside is hidden in the next line
            if nearest >= steps or earliest < steps:
                np.copyto(row, _NAN, where=(column < steps) | (column - np.int32(steps) >= origin))
        return values

    def level(
        self, place: NDArray[np.int32], origin: NDArray[np.int32], everywhere: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """This will return the usual demand of each place at a column: of 28 days, else 8 weeks, else of all it has.

        A place without any history takes the median level of the others, by what all of them have seen then
        (``everywhere``, a column too); one where nothing is known at all is 1.
        """
        found = self.before(place, origin)
        for days, need in ((56, 0.02), (None, 0.0)):
            lost = np.flatnonzero(np.isnan(found))
            if len(lost):
                begin = np.zeros_like(origin[lost]) if days is None else origin[lost] - np.int32(days * self.length.per_day)
                found[lost] = self.mean(place[lost], begin, origin[lost], need=need)
        lost = np.flatnonzero(np.isnan(found))
        if len(lost):
            columns, where = np.unique(everywhere[lost], return_inverse=True)
            found[lost] = self._level_of_all(columns)[where]
        return np.maximum(found, LEAST_LEVEL)

    def _level_of_all(self, columns: NDArray[np.int32]) -> NDArray[np.float32]:
        """The median over places of the mean of all they had before each column; 1 where none had any."""
        levels = np.empty(len(columns), np.float32)
        width = max(1, _CHUNK // max(len(self.demand), 1))
        for begin in range(0, len(columns), width):
            some = columns[begin : begin + width]
            seen = self.counts[:, some]
            mean = mean_of(self.sums[:, some], seen, possible=np.zeros_like(seen), need=0)
            levels[begin : begin + width] = column_medians(mean)
        return np.where(np.isnan(levels), np.float32(1), levels)

    def _trailing(self) -> NDArray[np.float32]:
        span = min(LEVEL_DAYS * self.length.per_day, self.columns)
        trailing = np.empty(self.counts.shape, np.float32)
        height = max(1, _CHUNK // (self.columns + 1))
        for begin in range(0, len(trailing), height):
            rows = slice(begin, begin + height)
            total, seen, possible = self.sums[rows].copy(), self.counts[rows].copy(), self.opens[rows].copy()
            for running_sum, whole in ((total, self.sums), (seen, self.counts), (possible, self.opens)):
                running_sum[:, span:] -= whole[rows, : self.columns + 1 - span]
            trailing[rows] = mean_of(total, seen, possible=possible, need=0.5)
        return trailing

    @cached_property
    def city(self) -> NDArray[np.float32]:
        """What places had then beside their levels, ``[columns]``; NaN where none was observed.

        The median over all places of demand / level. Where the usual place has under ``_SPARSE`` a slot, most have none at
        all in most slots and the median says nothing: there it is the sum of demand over the sum of levels.
        """
        middle = np.full(self.columns, np.nan, np.float32)
        passed = int(self.clock.column_of[:, : self.panel.origin + 1].max(initial=0)) + 1
        width = max(1, _CHUNK // max(len(self.demand), 1))
        for begin in range(0, min(passed, self.columns), width):
            columns = slice(begin, min(begin + width, self.columns))
            demand, level = self.demand[:, columns], np.maximum(self.trailing[:, columns], LEAST_LEVEL)
            relative = np.asarray(demand / level, np.float32)
            middle[columns] = column_medians(relative)
            sparse = np.flatnonzero(column_medians(level) < _SPARSE)
            there = np.isfinite(relative[:, sparse])
            total = np.where(there, level[:, sparse], 0).sum(axis=0)
            came = np.where(there, demand[:, sparse], 0).sum(axis=0)
            middle[columns][sparse] = np.where(total > 0, came / np.maximum(total, LEAST_LEVEL), _NAN)
        return middle


def mean_of(
    total: NDArray[np.float64], seen: NDArray[np.int32], *, possible: NDArray[np.int32], need: float
) -> NDArray[np.float32]:
    """This will return ``total / seen`` where more than ``need`` of what was ``possible`` was seen, else NaN."""
    count = seen.astype(np.float32)
    enough = count > np.float32(need) * np.maximum(possible, 1).astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.divide(total.astype(np.float32), count)
    np.copyto(mean, _NAN, where=~enough)
    return np.asarray(mean, np.float32)


def column_medians(cube: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return the median of the observed values of each column, ``[columns]``; NaN where there is none."""
    ordered = np.ascontiguousarray(cube.T)
    ordered.sort(axis=1)  # NaN goes last
    seen = (~np.isnan(ordered)).sum(axis=1)
    if not ordered.shape[1]:
        return np.full(len(ordered), np.nan, np.float32)
    row = np.arange(len(ordered))
    middle = ordered[row, np.maximum(seen - 1, 0) // 2] + ordered[row, np.minimum(seen // 2, ordered.shape[1] - 1)]
    return np.asarray(np.float32(0.5) * middle, np.float32)


def running(cube: NDArray[Any], dtype: type) -> NDArray[Any]:
    """This will return running sums along the columns, with a zero in front, ``[places, columns + 1]``."""
    sums = np.zeros((cube.shape[0], cube.shape[1] + 1), dtype)
    np.cumsum(cube, axis=1, dtype=dtype, out=sums[:, 1:])
    return sums
