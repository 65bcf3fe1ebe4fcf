"""What the same kind of day was like before: last year here and everywhere, and the holidays so far.

The same kind of day is the same holiday by name, else the same date around Christmas, else the day 52 weeks back. Each
value is divided by the level of its own time: the strongest cheap features around holidays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, Scope, ratio
from busyness.features.history import LEAST_LEVEL


def _yearly(name: str, formula: str) -> Feature:
    return Feature(name, "yearly", "numeric", "demand", formula, "ratio", "past")


_FEATURES = (
    _yearly("last_year", "demand on the same kind of day last year / level then"),
    _yearly("last_year_city", "median over places of the same"),
    _yearly("past_holidays", "mean over all past holidays at this hour of demand / level then"),
)


class YearlyFamily:
    """Last year's twin of the target day, and the mean of past holidays at this hour."""

    def __init__(self, ground: Ground) -> None:
        self.history = ground.history
        self.last_year = ground.calendar.last_year
        self.city = ground.history.city
        self.past_holidays, self.passed = self._past_holidays(np.flatnonzero(ground.calendar.is_holiday))

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        del scope
        return _FEATURES

    def _past_holidays(self, holidays: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The mean over the first holidays of relative demand, and how many holidays lie before each day.

        Shapes ``[places, holidays + 1, slots of a day]`` and ``[days + 1]``.
        """
        history, per_day = self.history, self.history.length.per_day
        shape = (len(history.demand), history.columns // per_day, per_day)
        level_then = history.trailing[:, :-1].reshape(shape)[:, holidays]
        relative = history.demand.reshape(shape)[:, holidays] / np.maximum(level_then, LEAST_LEVEL)
        there = ~np.isnan(relative)
        sums, counts = np.zeros((2, shape[0], len(holidays) + 1, per_day), np.float32)
        np.cumsum(np.where(there, relative, np.float32(0)), axis=1, out=sums[:, 1:])
        np.cumsum(there, axis=1, dtype=np.float32, out=counts[:, 1:])
        with np.errstate(invalid="ignore"):
            return sums / counts, np.searchsorted(holidays, np.arange(shape[1] + 1))

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the twins; NaN without a year of history (the city's may still be there)."""
        history, per_day = self.history, np.int32(self.history.length.per_day)
        twin_day = self.last_year.take(rows.day)
        twin = np.where(twin_day >= 0, twin_day * per_day + rows.step, np.int32(-1))
        then = twin - (rows.column - rows.origin)  # as far before the twin as the origin is before the slot
        out[:, 0] = ratio(history.at(rows.place, twin, rows.origin)[0], history.before(rows.place, then), least=0.5)
        out[:, 1] = self.city.take(np.maximum(twin, 0))
        np.copyto(out[:, 1], np.nan, where=(twin < 0) | (twin >= rows.everywhere))
        passed = self.passed.take(rows.origin // per_day)  # whole days before the origin's
        index = (rows.place * np.int64(self.past_holidays.shape[1]) + passed) * per_day + rows.step
        out[:, 2] = self.past_holidays.reshape(-1).take(index)
