"""What the same kind of day was like before: last year here and everywhere, and the holidays so far.

The same kind of day is the same holiday by name, else the same date around Christmas, else the day 52 weeks back. Each
value is divided by the level of its own time: the strongest cheap features around holidays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, ratio
from busyness.features.history import LEVEL_DAYS


class YearlyFamily:
    """Last year's twin of the target day, and the mean of past holidays at this hour."""

    features = (
        Feature("last_year", "yearly", "numeric", "demand", "demand on the same kind of day last year / level then", "ratio", "past"),
        Feature("last_year_city", "yearly", "numeric", "demand", "median over places of the same", "ratio", "past"),
        Feature("past_holidays", "yearly", "numeric", "demand", "mean over all past holidays at this hour of demand / level then", "ratio", "past"),
    )  # fmt: skip

    def __init__(self, ground: Ground) -> None:
        self.history = ground.history
        self.last_year = ground.calendar.last_year
        self.holidays = np.flatnonzero(ground.calendar.is_holiday).astype(np.int32)
        self.holiday_sums, self.holiday_counts = self._past_holidays()

    def _past_holidays(self) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        """Running sums over the holidays so far of relative demand, ``[places, holidays + 1, slots of a day]``."""
        history, per_day = self.history, self.history.length.per_day
        by_day = history.relative.reshape(len(history.demand), -1, per_day)[:, self.holidays]
        there = np.isfinite(by_day)
        shape = (by_day.shape[0], len(self.holidays) + 1, per_day)
        sums, counts = np.zeros(shape, np.float32), np.zeros(shape, np.int16)
        np.cumsum(np.where(there, by_day, np.float32(0)), axis=1, out=sums[:, 1:])
        np.cumsum(there, axis=1, dtype=np.int16, out=counts[:, 1:])
        return sums, counts

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the twins; NaN without a year of history (the city's may still be there)."""
        history, per_day = self.history, np.int32(self.history.length.per_day)
        twin_day = self.last_year[rows.day]
        twin = np.where(twin_day >= 0, twin_day * per_day + rows.step, np.int32(-1)).astype(np.int32)
        then = twin - (rows.column - rows.origin)  # as far before the twin as the origin is before the slot
        level_then = history.mean(rows.place, then - np.int32(LEVEL_DAYS) * per_day, then)
        out[:, 0] = ratio(history.at(rows.place, twin, rows.origin), level_then, 0.5)
        before = (twin >= 0) & (twin < rows.origin)
        city = history.city.take(np.where(before, twin, 0))
        city[~before] = np.nan
        out[:, 1] = city
        passed = np.searchsorted(self.holidays, rows.origin // per_day).astype(np.int32)  # whole days before the origin's
        counts = self.holiday_counts[rows.place, passed, rows.step]
        sums = self.holiday_sums[rows.place, passed, rows.step]
        out[:, 2] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
