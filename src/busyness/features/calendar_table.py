"""The calendar of local days, as arrays: weekday, holiday, and how far the next and last holidays are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

_NATIONAL = re.compile(
    r"independen|national day|australia day|fiesta nacional|fiestas patrias|canada day|bastille|fête nationale"
    r"|republic day|waitangi|constitution day|einheit",
    re.IGNORECASE,
)


class CalendarTable:
    """What is known of each local day from ``first`` on, by the holidays of the country.

    ``holiday`` int16 is 0 on ordinary days, else 1 + the number of the holiday's name in ``names``; ``last_year`` is
    the day number of the same kind of day a year earlier, −1 where there is none.
    """

    def __init__(self, first: np.datetime64, count: int, holidays: Mapping[date, str], names: Sequence[str]) -> None:
        begin = date.fromisoformat(str(first.astype("datetime64[D]")))
        self.days = [begin + timedelta(days=k) for k in range(count)]
        self.names = tuple(names)
        code = {name: 1 + k for k, name in enumerate(names)}
        self.is_holiday = np.array([d in holidays for d in self.days], bool)
        self.holiday = np.array([code.get(holidays.get(d, ""), 0) for d in self.days], np.int16)
        self.weekday = np.array([d.weekday() for d in self.days], np.int16)
        self.month = np.array([d.month for d in self.days], np.int16)
        self.day_of_month = np.array([d.day for d in self.days], np.int16)
        self.day_of_year = np.array([d.timetuple().tm_yday for d in self.days], np.int16)
        self.since_payday = np.array([days_since_payday(d) for d in self.days], np.int16)
        self.day_type = np.where(self.is_holiday, 7, self.weekday).astype(np.int16)
        self.christmas = self._distance(12, 25, 30)
        self.new_year = self._distance(1, 1, 15)
        national = national_day(holidays)
        self.national_day = self._distance(*national, 8) if national else np.full(count, np.nan, np.float32)
        known = np.array(sorted(d.toordinal() for d in holidays), np.int64)
        today = np.array([d.toordinal() for d in self.days], np.int64)
        self.until_holiday = _gap(known, today, ahead=True)
        self.since_holiday = _gap(known, today, ahead=False)
        self.last_year = self._same_day_last_year(holidays)

    def _distance(self, month: int, day: int, most: int) -> NDArray[np.float32]:
        """Days since the nearest such date (negative before it), clipped to ``most``."""
        near = [min(((d - date(y, month, day)).days for y in (d.year - 1, d.year, d.year + 1)), key=abs) for d in self.days]
        return np.clip(np.array(near, np.float32), -most, most)

    def _same_day_last_year(self, holidays: Mapping[date, str]) -> NDArray[np.int32]:
        """The same holiday by name; else the same date within nine days of Christmas; else 364 days back."""
        if not self.days:
            return np.zeros(0, np.int32)
        first = self.days[0]
        by_name: dict[tuple[int, str], date] = {}
        for day in sorted(holidays):
            by_name.setdefault((day.year, holidays[day]), day)
        twins = np.full(len(self.days), -1, np.int32)
        for k, day in enumerate(self.days):
            twin = by_name.get((day.year - 1, holidays[day])) if day in holidays else None
            if twin is None and (abs(self.christmas[k]) <= 9 or abs(self.new_year[k]) <= 7):
                twin = date(day.year - 1, day.month, day.day)  # never 29 February, so near Christmas
            if twin is None:
                twin = day - timedelta(days=364)
            twins[k] = max((twin - first).days, -1)
        return twins


def holiday_names(holidays: Mapping[date, str]) -> tuple[str, ...]:
    """This will return the distinct names of the holidays, sorted: their order is their code."""
    return tuple(sorted(set(holidays.values())))


def national_day(holidays: Mapping[date, str]) -> tuple[int, int] | None:
    """This will return month and day of the country's national day, found by its name; None when no name tells it."""
    dates = [(day.month, day.day) for day, name in holidays.items() if _NATIONAL.search(name) and "bserved" not in name]
    return max(sorted(set(dates)), key=dates.count) if dates else None


def days_since_payday(day: date) -> int:
    """This will return the days since the last 15th or last day of a month, 0 on such a day and 15 at the most.

    >>> [days_since_payday(date(2024, 2, d)) for d in (1, 14, 15, 28, 29)]
    [1, 14, 0, 13, 0]
    """
    if (day + timedelta(days=1)).day == 1:
        return 0
    return day.day - 15 if day.day >= 15 else day.day


def _gap(known: NDArray[np.int64], today: NDArray[np.int64], *, ahead: bool, most: int = 10) -> NDArray[np.float32]:
    """Days to the next holiday (``ahead``) or since the last, at most ten."""
    if not len(known):
        return np.full(len(today), most, np.float32)
    if ahead:
        at = np.searchsorted(known, today)
        gap = np.where(at < len(known), known[np.minimum(at, len(known) - 1)] - today, most)
    else:
        at = np.searchsorted(known, today, side="right") - 1
        gap = np.where(at >= 0, today - known[np.maximum(at, 0)], most)
    return np.minimum(gap, most).astype(np.float32)
