"""The people who work: contract, skills, when they can, what they wish, and what their last weeks were like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from busyness.domain.errors import InputError
from busyness.domain.opening_hours import Interval


@dataclass(frozen=True, slots=True)
class Past:
    """What fairness and rest need to know of the weeks before: shifts on weekends and at closing time in the weeks the
    house looks back on, days and weekends worked in a row until now, and when the last shift ended (wall clock)."""

    weekends: int = 0
    closings: int = 0
    days_in_a_row: int = 0
    weekends_in_a_row: int = 0
    last_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff. ``wage`` is money an hour; ``min_hours`` a week are paid whether worked or not.

    ``availability`` are the hours they can work by weekday (0 is Monday), minutes after midnight; ``None``: always; a
    weekday that is not named: not at all. ``days_off`` are granted, ``wished_off`` only wished; ``prefers`` is
    ``morning``, ``evening`` or empty. ``keys``: may open and close the place.
    """

    id: str
    roles: tuple[str, ...]
    wage: float
    min_hours: float = 0.0
    max_hours: float = 48.0
    name: str = ""
    place: str = ""
    keys: bool = False
    minor: bool = False
    availability: Mapping[int, tuple[Interval, ...]] | None = None
    days_off: frozenset[date] = frozenset()
    wished_off: frozenset[date] = frozenset()
    prefers: str = ""
    past: Past = field(default_factory=Past)

    @property
    def label(self) -> str:
        """The name to show."""
        return self.name or self.id


def people_of(staff: pl.DataFrame) -> tuple[Person, ...]:
    """This will return one person a row of the staff table (``sources.staff.read_staff`` says its columns).

    Raises:
        InputError: the same person twice.

    """
    people = tuple(_person(row) for row in staff.iter_rows(named=True))
    seen: set[str] = set()
    for person in people:
        if person.id in seen:
            raise InputError(f"Person '{person.id}' comes twice.", hint="Give each person one row and an id of their own.")
        seen.add(person.id)
    return people


def _person(row: Mapping[str, object]) -> Person:
    given = {name: value for name, value in row.items() if value is not None}
    windows: dict[int, list[Interval]] = {}
    available = given.pop("availability", None)
    for window in available if isinstance(available, list) else []:
        windows.setdefault(window["weekday"], []).append((window["start"], window["end"]))
    past = {name: given.pop(name) for name in list(given) if name in Past.__dataclass_fields__}
    given["id"] = given.pop("person")
    for name in ("days_off", "wished_off"):
        days = given.get(name)
        given[name] = frozenset(days if isinstance(days, list) else [])
    roles = given.get("roles")
    given["roles"] = tuple(roles if isinstance(roles, list) else [])
    return Person(
        **given,  # type: ignore[arg-type]  # the reader promised the columns' types
        availability=None if available is None else {day: tuple(sorted(spans)) for day, spans in windows.items()},
        past=Past(**past),  # type: ignore[arg-type]
    )
