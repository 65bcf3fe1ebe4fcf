"""The rules of work: hours, rest and breaks that the law or the house demands, each with where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.domain.slots import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class HoursRules:
    """What holds for one group of people, adults or minors. Hours are paid hours; minutes count from midnight.

    ``weekly_hours`` are the most ordinary ones, ``overtime_hours`` the most beyond them. Between two working days lie
    ``daily_rest_hours``; from shift to shift around a day off lie ``weekly_rest_hours``, and ``rest_days`` of seven are off.
    A shift of more than ``break_after_hours`` has an unpaid break of ``break_minutes``. Nobody works before ``earliest``
    or after ``latest`` (past 1440: the next morning).
    """

    daily_hours: float
    weekly_hours: float
    daily_rest_hours: float
    weekly_rest_hours: float
    break_after_hours: float
    break_minutes: int
    overtime_hours: float = 0.0
    rest_days: int = 1
    days_in_a_row: int = 6
    earliest: int = 0
    latest: int = 2 * MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """Shifts the house allows: paid ``hours``, starts every ``start_minutes``, breaks every ``break_step_minutes``.

    A break begins no earlier than ``stretch_least_hours`` after the start and before the end, and no stretch without a
    break is longer than ``stretch_most_hours``.
    """

    hours: tuple[float, ...] = (4, 5, 6, 7, 8)
    start_minutes: int = 60
    break_step_minutes: int = 30
    stretch_least_hours: float = 2.0
    stretch_most_hours: float = 6.0
    before_minutes: int = 0
    after_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules. ``sources`` says of each rule, by its dotted name, where it is written."""

    adults: HoursRules
    minors: HoursRules
    shifts: ShiftRules = field(default_factory=ShiftRules)
    country: str = ""
    currency: str = ""
    overtime_premium: float = 0.25
    weekends_in_a_row: int = 52
    sources: Mapping[str, str] = field(default_factory=dict)

    def of(self, *, minor: bool) -> HoursRules:
        """This will return the rules of a group."""
        return self.minors if minor else self.adults


R = TypeVar("R")


def rules_of(values: Mapping[str, Any], sources: Mapping[str, str], *, file: str = "") -> Rules:
    """This will return the rules that dotted names hold: ``adults.daily_hours`` → 8, ``shifts.hours`` → [4, 6, 8].

    Raises:
        SettingsError: a name that is no rule, a rule that is missing, or a value that is below zero or of the wrong kind.

    """
    known = {f"{part}.{name}" for part, kind in _PARTS.items() for name in _names(kind)} | _PLAIN
    for name in values:
        if name not in known:
            raise SettingsError(f"'{name}' is no rule.", file=file, hint=did_you_mean(name, known))
    parts: dict[str, Any] = {part: _part(kind, part, values, file=file) for part, kind in _PARTS.items()}
    plain: dict[str, Any] = {name: _checked(name, values[name], Rules, file=file) for name in _PLAIN if name in values}
    rules = Rules(**parts, **plain, sources=dict(sources))
    step = rules.shifts.start_minutes
    if not rules.shifts.hours or step < 1:
        raise SettingsError("shifts need at least one length, and starts at least a minute apart.", file=file)
    return rules


_PARTS: Mapping[str, type] = {"adults": HoursRules, "minors": HoursRules, "shifts": ShiftRules}
_PLAIN = {"country", "currency", "overtime_premium", "weekends_in_a_row"}


def _names(kind: type) -> list[str]:
    return [each.name for each in fields(kind)]


def _part(kind: type[R], part: str, values: Mapping[str, Any], *, file: str) -> R:
    given = {
        name: _checked(name, values[f"{part}.{name}"], kind, file=file)
        for name in _names(kind)
        if f"{part}.{name}" in values
    }
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name not in given and each.default is MISSING:
            raise SettingsError(f"the rule '{part}.{each.name}' is missing.", file=file, hint="Add it with its source.")
    return kind(**given)


def _checked(name: str, value: object, kind: type, *, file: str) -> object:
    """The value as its field's kind; a whole number where one is asked for."""
    wanted = {each.name: str(each.type) for each in fields(kind)}[name]
    if wanted == "str":
        return str(value)
    many: list[Any] = list(value) if wanted.startswith("tuple") and isinstance(value, list | tuple) else [value]
    for one in many:
        if isinstance(one, bool) or not isinstance(one, int | float) or one < 0 or (wanted == "int" and one != int(one)):
            raise SettingsError(f"'{name}' cannot be {value!r}.", file=file, hint="Write a number, zero or above.")
    if wanted.startswith("tuple"):
        return tuple(sorted(float(one) for one in many))
    return int(many[0]) if wanted == "int" else float(many[0])
