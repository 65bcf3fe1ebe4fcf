"""The problem: who may work which shift on which day, what each of them wishes, and how many are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SATURDAY, SUNDAY, WEEK = 5, 6, 7
"""Days are counted from 0, and day 0 is a Monday."""

OFF = ""
"""How a roster says that somebody does not work on a day."""

Roster = Mapping[str, tuple[str, ...]]
"""By staff, the shift of every day; ``OFF`` where there is none."""


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A kind of shift: how many ``minutes`` it counts, and which shifts the next day may not bring after it."""

    name: str
    minutes: int
    cannot_precede: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff, with the hard limits of the contract.

    ``most_shifts`` says by shift how often it may be worked. ``most_in_a_row`` and ``least_in_a_row`` are days of work,
    ``least_days_off`` days between two stretches of work; what lies outside the horizon counts as long enough. A
    weekend counts when its Saturday or its Sunday is worked.
    """

    name: str
    most_shifts: Mapping[str, int]
    most_minutes: int
    least_minutes: int
    most_in_a_row: int
    least_in_a_row: int
    least_days_off: int
    most_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to work a shift on a day (``wanted``) or not to; not heeding it costs ``weight``."""

    person: str
    day: int
    shift: str
    weight: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """How many a shift needs on a day, and what each one too few (``under``) or too many (``over``) costs."""

    day: int
    shift: str
    required: int
    under: int
    over: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem: ``days`` from a Monday on, and everything that holds in them."""

    name: str
    days: int
    shifts: tuple[ShiftType, ...]
    staff: tuple[Person, ...]
    requests: tuple[Request, ...] = ()
    cover: tuple[Cover, ...] = ()
