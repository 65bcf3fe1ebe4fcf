"""The calendar of the target slot: known for any future."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, Scope


def _calendar(name: str, formula: str, *, unit: str = "days", source: str = "calendar") -> Feature:
    return Feature(name, "calendar", "numeric", source, formula, unit, "known")


_FEATURES = (
    _calendar("horizon", "slots from the origin to the slot, by wall clock", unit="slots", source="origin"),
    _calendar("hour_of_day", "wall-clock hour, with its fraction for shorter slots", unit="h"),
    _calendar("hour_of_week", "hour_of_day + 24 × day_of_week", unit="h"),
    _calendar("day_of_week", "0 Monday … 6 Sunday", unit="day"),
    _calendar("day_of_year", "1 … 366", unit="day"),
    _calendar("since_payday", "days since the last 15th or last day of a month, 0 … 15"),
    _calendar("day_type", "day_of_week, 7 on a public holiday", unit="day", source="calendar, holidays"),
    Feature(
        "holiday", "calendar", "categorical", "holidays", "number of the holiday's name, 0 on other days", "name", "known"
    ),
    _calendar("until_holiday", "days to the next public holiday, at most 10", source="holidays"),
    _calendar("since_holiday", "days since the last public holiday, at most 10", source="holidays"),
    _calendar("christmas", "days from Christmas, negative before it, clipped to ±30"),
    _calendar("new_year", "days from New Year, clipped to ±15"),
    _calendar("national_day", "days from the national day, clipped to ±8", source="holidays"),
)


class CalendarFamily:
    """When the target slot is, by the place's own clock, and how far ahead."""

    def __init__(self, ground: Ground) -> None:
        calendar = ground.calendar
        self.hours = np.float32(ground.history.length.minutes / 60)
        by_day = (
            calendar.weekday, calendar.day_of_year, calendar.since_payday, calendar.day_type, calendar.holiday,
            calendar.until_holiday, calendar.since_holiday, calendar.christmas, calendar.new_year, calendar.national_day,
        )  # fmt: skip
        self.by_day = [np.asarray(values, np.float32) for values in by_day]

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        del scope
        return _FEATURES

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the calendar of each row's slot."""
        hour = rows.step.astype(np.float32) * self.hours
        out[:, 0] = np.maximum(rows.column - rows.origin, 0)  # a clock set back would make it negative
        out[:, 1] = hour
        for k, values in enumerate(self.by_day, start=3):
            out[:, k] = values.take(rows.day)
        out[:, 2] = hour + 24 * out[:, 3]
