"""What the same hour was like lately: one to eight weeks back, the last days, the last Sundays and holidays."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, Scope
from busyness.features.order import mean_of_seen, median_of_eight, moments

WEEKS = 8
_LAG_FEATURES = 4
_SUNDAYS = 5


def _recent(name: str, formula: str, *, unit: str = "ratio") -> Feature:
    return Feature(name, "recent", "numeric", "demand", formula, unit, "past")


_FEATURES = (
    *(_recent(f"weeks_back_{k}", f"demand {k} weeks before the slot / level") for k in range(1, _LAG_FEATURES + 1)),
    _recent("mean_4", "mean of the same hour of week 1–4 weeks back / level"),
    _recent("mean_8", "mean of the same hour of week 1–8 weeks back / level"),
    _recent("median_8", "median of the same hour of week 1–8 weeks back / level"),
    _recent("spread_8", "standard deviation of the same 8 values / level"),
    _recent("last_day", "demand at this hour on the last day before the origin / level"),
    _recent("last_7_days", "mean at this hour over the last seven days / level"),
    _recent("weeks_seen", "how many of the last 8 same hours of week were observed", unit="weeks"),
    _recent("profile_city", "mean over 8 weeks, same hour of week, of the median over places of demand / level"),
    _recent("sundays", "mean at this hour on the last five Sundays / level"),
)


class RecentFamily:
    """Demand at the target's own hour in the recent past, divided by the level at the origin."""

    def __init__(self, ground: Ground) -> None:
        self.history = ground.history
        self.day = ground.history.length.per_day
        self.week = 7 * self.day
        self.since_sunday = ((ground.calendar.weekday.astype(np.int32) + 1) % 7) * np.int32(self.day)
        self.city = self._city

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        del scope
        return _FEATURES

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the recent values; each is NaN where it lies at or after the origin or was not observed."""
        history, level = self.history, rows.level
        weeks = history.at(rows.place, rows.column, rows.origin, back=range(self.week, (WEEKS + 1) * self.week, self.week))
        weeks /= level
        lags = _LAG_FEATURES
        out[:, :lags] = weeks[:lags].T
        out[:, lags] = mean_of_seen(weeks[:lags])
        out[:, lags + 1], out[:, lags + 3], seen = moments(weeks)
        out[:, lags + 2] = median_of_eight(weeks, seen)
        day = np.int32(self.day)
        last = np.asarray(rows.origin - day + (rows.step - rows.origin % day) % day, np.int32)
        lately = history.at(rows.place, last, rows.origin, back=range(0, 7 * self.day, self.day))
        out[:, lags + 4] = lately[0] / level
        out[:, lags + 5] = mean_of_seen(lately) / level
        out[:, lags + 6] = seen
        out[:, lags + 7] = self._profile(rows)
        sunday = rows.column - self.since_sunday.take(rows.day)
        before = history.at(rows.place, sunday, rows.origin, back=range(0, _SUNDAYS * self.week, self.week))
        out[:, lags + 8] = mean_of_seen(before) / level

    def _profile(self, rows: Rows) -> NDArray[np.float32]:
        """The city's mean over the weeks, from the last one that all places had seen at the origin."""
        weeks_off = np.floor_divide(rows.column - rows.everywhere, np.int32(self.week))
        nearest = np.clip(weeks_off, 0, WEEKS)  # a whole number of weeks ahead: that many weeks back are not known yet
        return np.asarray(self.city.reshape(-1).take(nearest * np.int64(self.history.columns) + rows.column))

    @cached_property
    def _city(self) -> NDArray[np.float32]:
        """The mean of the city's median over ``k + 1`` to 8 weeks back, ``[9, columns]``; the last row is NaN."""
        sums, counts = np.zeros((2, WEEKS + 1, self.history.columns), np.float32)
        for k in range(WEEKS - 1, -1, -1):
            back = min((k + 1) * self.week, self.history.columns)
            then = np.full(self.history.columns, np.nan, np.float32)
            then[back:] = self.history.city[: self.history.columns - back]
            sums[k] = sums[k + 1] + np.nan_to_num(then)
            counts[k] = counts[k + 1] + np.isfinite(then)
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counts)
