"""Slots arranged by the local clock: week by week, hour of the week by hour of the week.

Daylight saving makes a week 167 or 169 hours long. The hour it skips is a column without a slot; the hour it repeats
shares its column, of which the first occurrence is the value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.domain.slots import Slots
from busyness.tables.panel import wall_times

_MONDAY = np.datetime64("1970-01-05", "s")


class WeekGrid:
    """The weeks of some slots. Week 0 begins on a Monday at local midnight, the same date for all places."""

    def __init__(self, places: Sequence[Place], slots: Slots) -> None:
        self.per_week = slots.length.per_week
        self.per_day = slots.length.per_day
        names = sorted({place.timezone for place in places})
        self._zone_of = np.array([names.index(place.timezone) for place in places], np.int64)
        wall = wall_times([Place(name, timezone=name) for name in names], slots)
        number = (wall - _MONDAY).astype(np.int64) // (slots.length.minutes * 60)
        first = int(number.min()) // self.per_week if number.size else 0
        self.first_day: np.datetime64 = (_MONDAY + np.timedelta64(first * 7, "D")).astype("datetime64[D]")
        self._column_of = number - first * self.per_week
        self.weeks = int(self._column_of.max()) // self.per_week + 1 if number.size else 0

    def arranged(self, cube: NDArray[np.float32], begin: int = 0) -> NDArray[np.float32]:
        """This will return ``[places, slots]`` as ``[places, weeks, hours of the week]``, NaN where there is no slot.

        ``begin`` is the place of the cube's first row.
        """
        weekly = np.full((len(cube), self.weeks * self.per_week), np.nan, np.float32)
        for rows, columns in self._zones(begin, len(cube)):
            backwards = columns[::-1]  # so that the first of two occurrences is written last and stays
            if len(rows) == len(cube):
                weekly[:, backwards] = cube[:, ::-1]
            else:
                weekly[np.ix_(rows, backwards)] = cube[rows, ::-1]
        return weekly.reshape(len(cube), self.weeks, self.per_week)

    def slotted(self, weekly: NDArray[np.float32], begin: int = 0) -> NDArray[np.float32]:
        """This will return ``[places, weeks, hours of the week]`` by slot, ``[places, slots]``."""
        flat = weekly.reshape(len(weekly), -1)
        slots = np.empty((len(weekly), self._column_of.shape[1]), weekly.dtype)
        for rows, columns in self._zones(begin, len(weekly)):
            slots[rows] = flat[rows][:, columns]
        return slots

    def days(self, begin: int, count: int) -> NDArray[np.int64]:
        """This will return the number of the local day of every slot, ``[places, slots]``, 0 for ``first_day``."""
        return np.asarray(self._column_of[self._zone_of[begin : begin + count]] // self.per_day)

    def _zones(self, begin: int, count: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Rows that share a zone, and the column of each slot there."""
        zone_of = self._zone_of[begin : begin + count]
        return [(np.flatnonzero(zone_of == zone), self._column_of[zone]) for zone in np.unique(zone_of)]
