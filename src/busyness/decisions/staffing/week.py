"""The week that is planned: local days cut into equal slots, by the wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from busyness.domain.errors import InputError
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength

MOST_DAYS = 7
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Week:
    """``days`` local days from ``first`` on, in slots of ``length``. Slot 0 begins at the first day's midnight.

    Raises ``InputError`` for more than seven days: laws speak of weeks, so weeks are planned one at a time.
    """

    first: date
    days: int
    length: SlotLength

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise InputError(
                f"A roster of {self.days} days cannot be planned.", hint="Plan one to seven days, and week after week."
            )

    @property
    def per_day(self) -> int:
        """Slots of one day."""
        return self.length.per_day

    @property
    def count(self) -> int:
        """Slots of all days."""
        return self.days * self.per_day

    @property
    def hours(self) -> float:
        """Hours that a slot lasts."""
        return self.length.minutes / 60

    def day(self, number: int) -> date:
        """This will return the date of a day by its number."""
        return self.first + timedelta(days=number)

    def number(self, day: date) -> int:
        """This will return the number of a date; it may lie outside the week."""
        return (day - self.first).days

    def moment(self, day: date, minute: int) -> datetime:
        """This will return the wall-clock time ``minute`` minutes after the midnight of a date."""
        return datetime.combine(day, time()) + timedelta(minutes=minute)

    def said(self, slot: int) -> str:
        """This will name a slot: ``Tue 3 March 14:00``."""
        day = self.day(slot // self.per_day)
        return f"{said_day(day)} {clock(slot % self.per_day * self.length.minutes)}"


def said_day(day: date) -> str:
    """This will name a date with its weekday.

    >>> said_day(date(2026, 3, 3))
    'Tue 3 March'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {day:%B}"


def clock(minute: int) -> str:
    """This will write minutes after midnight as a clock shows them.

    >>> clock(510), clock(1500)
    ('08:30', '01:00')
    """
    wrapped = minute if minute == MINUTES_PER_DAY else minute % MINUTES_PER_DAY
    return f"{wrapped // 60:02d}:{wrapped % 60:02d}"
