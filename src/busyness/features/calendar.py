"""The calendar of the target slot: known for any future."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows

_BY_DAY = (
    Feature("day_of_week", "calendar", "numeric", "calendar", "0 Monday … 6 Sunday", "day", "known"),
    Feature("day_of_year", "calendar", "numeric", "calendar", "1 … 366", "day", "known"),
    Feature("day_of_month", "calendar", "numeric", "calendar", "1 … 31", "day", "known"),
    Feature("day_type", "calendar", "numeric", "calendar, holidays", "day_of_week, 7 on a public holiday", "day", "known"),
    Feature("holiday", "calendar", "categorical", "holidays", "number of the holiday's name, 0 on other days", "name", "known"),
    Feature("until_holiday", "calendar", "numeric", "holidays", "days to the next public holiday, at most 10", "days", "known"),
    Feature("since_holiday", "calendar", "numeric", "holidays", "days since the last public holiday, at most 10", "days", "known"),
    Feature("christmas", "calendar", "numeric", "calendar", "days from Christmas, negative before it, clipped to ±30", "days", "known"),
    Feature("new_year", "calendar", "numeric", "calendar", "days from New Year, clipped to ±15", "days", "known"),
    Feature("national_day", "calendar", "numeric", "holidays", "days from the national day, clipped to ±8", "days", "known"),
)  # fmt: skip


class CalendarFamily:
    """When the target slot is, by the place's own clock, and how far ahead."""

    features = (
        Feature("horizon", "calendar", "numeric", "origin", "slots from the origin to the slot", "slots", "known"),
        Feature("hour_of_day", "calendar", "numeric", "calendar", "wall-clock hour, with its fraction for shorter slots", "h", "known"),
        Feature("hour_of_week", "calendar", "numeric", "calendar", "hour_of_day + 24 × day_of_week", "h", "known"),
        *_BY_DAY,
    )  # fmt: skip

    def __init__(self, ground: Ground) -> None:
        calendar = ground.calendar
        self.hours = np.float32(ground.history.length.minutes / 60)
        columns = (
            calendar.weekday, calendar.day_of_year, calendar.day_of_month, calendar.day_type, calendar.holiday,
            calendar.until_holiday, calendar.since_holiday, calendar.christmas, calendar.new_year, calendar.national_day,
        )  # fmt: skip
        self.by_day = np.stack([np.asarray(column, np.float32) for column in columns], axis=1)

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the calendar of each row's slot."""
        hour = rows.step.astype(np.float32) * self.hours
        out[:, 0] = rows.column - rows.origin
        out[:, 1] = hour
        np.copyto(out[:, 3:], self.by_day.take(rows.day, axis=0))
        out[:, 2] = hour + 24 * out[:, 3]
