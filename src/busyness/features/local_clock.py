"""Wall-clock columns: which column of a place's local calendar each slot is.

Features compare the same hour of the week. On a grid of wall-clock columns that is a slice of one week, whatever
daylight saving did in between: the hour it skips is a column without a slot, the hour it repeats keeps its first
occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.domain.slots import Slots
from busyness.tables.panel import wall_times


class LocalClock:
    """Slots ↔ wall-clock columns of every place. Column 0 is a local midnight, the same date for all places.

    ``column_of`` int32 ``[zones, slots + 1]`` (one more, for an origin after the last slot); ``slot_of`` int32
    ``[zones, columns]``, −1 where no slot has that wall-clock time; ``zone_of`` int32 ``[places]``.
    """

    def __init__(self, places: Sequence[Place], slots: Slots) -> None:
        self.per_day = slots.length.per_day
        self.per_week = slots.length.per_week
        names = sorted({place.timezone for place in places}) or ["UTC"]
        self.zone_of = np.array([names.index(place.timezone) for place in places], np.int32)
        wall = wall_times([Place(id=name, timezone=name) for name in names], slots.extended(1))
        self.first_day: np.datetime64 = wall.min().astype("datetime64[D]")
        minutes = (wall - self.first_day.astype("datetime64[s]")).astype(np.int64) // 60
        self.column_of = np.asarray(minutes // slots.length.minutes, np.int32)
        self.columns = (int(self.column_of.max()) // self.per_day + 1) * self.per_day
        self.slot_of = np.full((len(names), self.columns), -1, np.int32)
        for zone, columns in enumerate(self.column_of):
            reverse = columns[:-1][::-1]  # written backwards, so that the first of two occurrences stays
            self.slot_of[zone, reverse] = np.arange(len(reverse) - 1, -1, -1)

    def localized(self, cube: NDArray[np.float32], fill: float = np.nan) -> NDArray[np.float32]:
        """This will return ``[places, slots so far]`` by wall-clock columns, ``[places, columns]``, ``fill`` elsewhere."""
        known = cube.shape[1]
        local = np.full((cube.shape[0], self.columns), fill, np.float32)
        for zone in range(len(self.slot_of)):
            rows = np.flatnonzero(self.zone_of == zone)
            there = (self.slot_of[zone] >= 0) & (self.slot_of[zone] < known)
            columns = np.flatnonzero(there)
            source = self.slot_of[zone, columns]
            begin, end = (int(source[0]), int(source[-1]) + 1) if len(source) else (0, 0)
            if len(rows) == len(local) and end - begin == len(source) == int(columns[-1] - columns[0]) + 1 if len(source) else False:
                local[:, columns[0] : columns[-1] + 1] = cube[:, begin:end]
            else:
                local[np.ix_(rows, columns)] = cube[np.ix_(rows, source)]
        return local

    def day(self, columns: NDArray[np.int32]) -> NDArray[np.int32]:
        """This will return the number of the local day of each column, 0 for ``first_day``."""
        return columns // np.int32(self.per_day)

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The local date of every day."""
        return self.first_day + np.arange(self.columns // self.per_day)
