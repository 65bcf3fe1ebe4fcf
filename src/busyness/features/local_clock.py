"""Wall-clock columns: which column of a place's local calendar each slot is.

Features compare the same hour of the week. On a grid of wall-clock columns that is a slice of one week, whatever
daylight saving did in between: the hour it skips is a column without a slot, the hour it repeats keeps its first
occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.domain.slots import Slots
from busyness.tables.panel import wall_times


class LocalClock:
    """Slots ↔ wall-clock columns of every place. Column 0 is a local midnight, the same date for all places.

    ``column_of`` int32 ``[zones, slots + 1]`` (one more, for an origin after the last slot); ``seen_at`` of the same
    shape is, for an origin, the column before which everything has passed; ``everywhere_at`` int32 ``[slots + 1]`` the
    least of those over all zones; ``slot_of`` int32 ``[zones, columns]``, −1 where no slot has that wall-clock time;
    ``zone_of`` int32 ``[places]``.
    """

    def __init__(self, places: Sequence[Place], slots: Slots) -> None:
        self.per_day = slots.length.per_day
        self.per_week = slots.length.per_week
        names = sorted({place.timezone for place in places}) or ["UTC"]
        number = {name: k for k, name in enumerate(names)}
        self.zone_of = np.array([number[place.timezone] for place in places], np.int32)
        wall = wall_times([Place(id=name, timezone=name) for name in names], slots.extended(1))
        self.first_day: np.datetime64 = wall.min().astype("datetime64[D]")
        minutes = (wall - self.first_day.astype("datetime64[s]")).astype(np.int64) // 60
        self.column_of = np.asarray(minutes // slots.length.minutes, np.int32)
        self.columns = (int(self.column_of.max()) // self.per_day + 1) * self.per_day
        self.slot_of = np.full((len(names), self.columns), -1, np.int32)
        for zone, columns in enumerate(self.column_of):
            reverse = columns[:-1][::-1]  # written backwards, so that the first of two occurrences stays
            self.slot_of[zone, reverse] = np.arange(len(reverse) - 1, -1, -1)
        self.seen_at = self._seen_at()
        self.everywhere_at = self.seen_at.min(axis=0)

    def _seen_at(self) -> NDArray[np.int32]:
        """The origin's own column; less where the clock, set back, will come to an earlier column for the first time."""
        following = self.column_of.copy()
        for zone, columns in enumerate(self.column_of):
            again = self.slot_of[zone, columns[:-1]] != np.arange(len(columns) - 1)
            following[zone, :-1][again] = self.columns
        earliest = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
        return np.asarray(np.minimum(self.column_of, earliest), np.int32)

    def localized(self, cube: NDArray[Any], fill: float) -> NDArray[Any]:
        """This will return ``[places, slots so far]`` by wall-clock columns, ``[places, columns]``, ``fill`` elsewhere."""
        local = np.full((cube.shape[0], self.columns), fill, cube.dtype)
        for zone, slot_of in enumerate(self.slot_of):
            rows = np.flatnonzero(self.zone_of == zone)
            whole = len(rows) == len(local)
            columns = np.flatnonzero((slot_of >= 0) & (slot_of < cube.shape[1]))
            # between two changes of the clock both run side by side: copy stretches, not single columns
            jumps = np.flatnonzero((np.diff(columns) != 1) | (np.diff(slot_of[columns]) != 1)) + 1
            for stretch in np.split(columns, jumps) if len(columns) else []:
                here = slice(int(stretch[0]), int(stretch[-1]) + 1)
                there = slice(int(slot_of[stretch[0]]), int(slot_of[stretch[-1]]) + 1)
                if whole:
                    local[:, here] = cube[:, there]
                else:
                    local[rows, here] = cube[rows, there]
        return local
