"""What the same hour was like lately: one to eight weeks back, the last days, the last Sundays and holidays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows

WEEKS = 8
_LAG_FEATURES = 4
_SUNDAYS = 5


class RecentFamily:
    """Demand at the target's own hour in the recent past, divided by the level at the origin."""

    features = (
        *(
            Feature(f"weeks_back_{k}", "recent", "numeric", "demand", f"demand {k} weeks before the slot / level", "ratio", "past")
            for k in range(1, _LAG_FEATURES + 1)
        ),
        Feature("mean_4", "recent", "numeric", "demand", "mean of the same hour of week 1–4 weeks back / level", "ratio", "past"),
        Feature("mean_8", "recent", "numeric", "demand", "mean of the same hour of week 1–8 weeks back / level", "ratio", "past"),
        Feature("median_8", "recent", "numeric", "demand", "median of the same hour of week 1–8 weeks back / level", "ratio", "past"),
        Feature("spread_8", "recent", "numeric", "demand", "standard deviation of the same 8 values / level", "ratio", "past"),
        Feature("last_day", "recent", "numeric", "demand", "demand at this hour on the last day before the origin / level", "ratio", "past"),
        Feature("last_7_days", "recent", "numeric", "demand", "mean at this hour over the last seven days / level", "ratio", "past"),
        Feature("weeks_seen", "recent", "numeric", "demand", "how many of the last 8 same hours of week were observed", "weeks", "past"),
        Feature("profile_city", "recent", "numeric", "demand", "mean over 8 weeks, same hour of week, of the median over places of demand / level", "ratio", "past"),
        Feature("sundays", "recent", "numeric", "demand", "mean at this hour on the last five Sundays / level", "ratio", "past"),
    )  # fmt: skip

    def __init__(self, ground: Ground) -> None:
        self.history = ground.history
        self.weekday = ground.calendar.weekday

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the recent values; each is NaN where it lies at or after the origin or was not observed."""
        at, level = self.history.at, rows.level
        day = np.int32(self.history.length.per_day)
        week = np.int32(7 * day)
        weeks = np.empty((len(rows.place), WEEKS), np.float32)
        for k in range(WEEKS):
            weeks[:, k] = at(rows.place, rows.column - week * np.int32(k + 1), rows.origin)
        weeks /= level[:, None]
        lags = _LAG_FEATURES
        out[:, :lags] = weeks[:, :lags]
        out[:, lags], _, _ = moments(weeks[:, :lags])
        out[:, lags + 1], out[:, lags + 3], seen = moments(weeks)
        weeks.sort(axis=1)  # NaN goes last
        row = np.arange(len(weeks))
        middle = 0.5 * (weeks[row, np.maximum(seen - 1, 0) // 2] + weeks[row, np.minimum(seen // 2, WEEKS - 1)])
        out[:, lags + 2] = np.where(seen > 0, middle, np.nan)
        last = rows.origin - day + (rows.step - rows.origin % day) % day
        lately = np.stack([at(rows.place, last - day * np.int32(k), rows.origin) for k in range(7)], axis=1)
        out[:, lags + 4] = lately[:, 0] / level
        out[:, lags + 5] = moments(lately)[0] / level
        sunday = rows.column - ((self.weekday[rows.day] + 1) % 7).astype(np.int32) * day
        before = np.stack([at(rows.place, sunday - week * np.int32(k), rows.origin) for k in range(_SUNDAYS)], axis=1)
        out[:, lags + 6] = seen
        city = np.empty_like(weeks)
        for k in range(WEEKS):
            column = rows.column - week * np.int32(k + 1)
            past = (column >= 0) & (column < rows.origin)
            city[:, k] = np.where(past, self.history.city.take(np.where(past, column, 0)), np.nan)
        out[:, lags + 7] = moments(city)[0]
        out[:, lags + 8] = moments(before)[0] / level


def moments(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """This will return mean, standard deviation and count of the observed values of each row; NaN where there is none."""
    there = ~np.isnan(values)
    seen = there.sum(axis=1)
    many = np.maximum(seen, 1).astype(np.float32)
    mean = np.where(there, values, np.float32(0)).sum(axis=1, dtype=np.float32) / many
    apart = np.where(there, values - mean[:, None], np.float32(0))
    spread = np.sqrt((apart * apart).sum(axis=1, dtype=np.float32) / many)
    empty = seen == 0
    mean[empty] = np.nan
    spread[empty] = np.nan
    return mean, spread, seen
