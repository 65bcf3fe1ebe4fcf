"""A roster: who works when, in which role, with which break. Times are minutes after the midnight of the shift's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from busyness.decisions.staffing.week import clock, said_day


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One person's shift, ``[start, end)``; ``break_start == break_end`` is no break. An end past 1440 is the next day."""

    day: date
    start: int
    end: int
    person: str
    role: str
    break_start: int = 0
    break_end: int = 0

    @property
    def paid_minutes(self) -> int:
        """Minutes at work, the break not counted."""
        return self.end - self.start - (self.break_end - self.break_start)

    def __str__(self) -> str:
        return f"{said_day(self.day)} {clock(self.start)}–{clock(self.end)} as {self.role}"


@dataclass(frozen=True, slots=True)
class Roster:
    """All shifts, in order of day and time."""

    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", tuple(sorted(self.shifts)))

    def of(self, person: str) -> tuple[Shift, ...]:
        """This will return one person's shifts, in order."""
        return tuple(shift for shift in self.shifts if shift.person == person)

    def without(self, person: str, day: date) -> Roster:
        """This will return the roster without that person's shift of that day."""
        return Roster(tuple(shift for shift in self.shifts if (shift.person, shift.day) != (person, day)))

    def with_shift(self, shift: Shift) -> Roster:
        """This will return the roster with this shift instead of the one that person has on that day, if any."""
        return Roster((*self.without(shift.person, shift.day).shifts, shift))
