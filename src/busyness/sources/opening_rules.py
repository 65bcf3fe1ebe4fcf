"""One entry of an opening-hours file, and the opening hours that all entries make together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.opening_hours import Interval, OpeningHours, parse_intervals

EVERY_PLACE = "*"
"""The key of every place that the file does not name."""

Day: TypeAlias = int | date
"""A weekday (0 is Monday) or one date."""

_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPANISH = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_DAILY = {"daily", "diario", "*"}
_WEEKDAY_HINT = "Write mon … sun (lunes … domingo), 0 to 6 with 0 for Monday, mon-fri, mon,tue or daily."
_DATE_HINT = "Write the year first: 2025-12-25."


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """A place is open in these intervals on that day; none: it is closed. ``line`` is where the file says so."""

    place: str
    day: Day
    intervals: tuple[Interval, ...]
    line: int


def parse_weekdays(text: str) -> tuple[int, ...]:
    """This will read a weekday, a range (which may pass Sunday), several joined by commas, or ``daily``.

    Raises:
        InputError: a word is no weekday.

    >>> parse_weekdays("fri-sun, lunes")
    (0, 4, 5, 6)
    """
    days: set[int] = set()
    for part in text.split(","):
        if part.strip().lower() in _DAILY:
            days.update(range(7))
            continue
        first, *rest = (_weekday(word, text) for word in re.split("[-–]", part, maxsplit=1))
        last = rest[0] if rest else first
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return tuple(sorted(days))


def _weekday(word: str, text: str) -> int:
    plain = unicodedata.normalize("NFKD", word.strip().lower().rstrip(".")).encode("ascii", "ignore").decode()
    if re.fullmatch("[0-6]", plain):
        return int(plain)
    for names in (_ENGLISH, _SPANISH):
        for number, name in enumerate(names):
            if len(plain) >= 3 and name.startswith(plain):
                return number
    raise InputError(f"'{text}' is no weekday.", hint=_WEEKDAY_HINT)


def parse_day(text: str) -> date:
    """This will read an ISO date (a midnight behind it, as spreadsheets write, is dropped).

    Raises:
        InputError: the text is no date, or no date with the year first.

    """
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", text)
    try:
        return date.fromisoformat(found.group(1) if found else "")
    except ValueError:
        raise InputError(f"'{text}' is no date.", hint=_DATE_HINT) from None


def parse_hours(text: str) -> tuple[Interval, ...]:
    """This will read the hours of one day, and refuse ``24:30``.

    Raises:
        InputError: the text is no opening hours.

    """
    if re.search(r"24:(?!00)", text):
        raise InputError(f"'{text}' are no opening hours.", hint="The last time of a day is 24:00.")
    return parse_intervals(text)


def assemble(rules: Iterable[OpeningRule], file: str) -> dict[str, OpeningHours]:
    """This will return the opening hours of each place that is named, ``"*"`` among them where it is.

    Several rules for one day add up. Weekdays without a rule are closed. A place with dates only is open as ``"*"``
    is, on these dates excepted.

    Raises:
        SettingsError: rules of one day contradict each other, or a place has dates only and there is no ``"*"`` week.

    """
    by_place: dict[str, dict[Day, list[OpeningRule]]] = {}
    for rule in rules:
        by_place.setdefault(rule.place, {}).setdefault(rule.day, []).append(rule)
    if not by_place:
        raise SettingsError("there are no opening hours.", file=file, hint='Write for example "*": {daily: "08:00-22:00"}.')
    hours: dict[str, OpeningHours] = {}
    for place, days in sorted(by_place.items(), key=lambda item: item[0] != EVERY_PLACE):
        merged = {day: _merged(entries, file) for day, entries in days.items()}
        exceptions = {day: intervals for day, intervals in merged.items() if isinstance(day, date)}
        if len(exceptions) < len(merged):
            hours[place] = OpeningHours(tuple(merged.get(weekday, ()) for weekday in range(7)), exceptions)
        elif EVERY_PLACE in hours:
            usual = hours[EVERY_PLACE]
            hours[place] = OpeningHours(usual.weekly, {**usual.exceptions, **exceptions})
        else:
            line = min(entries[0].line for entries in days.values())
            raise _no_week(place, file, line)
    return hours


def _no_week(place: str, file: str, line: int) -> SettingsError:
    message = f"place '{place}' has exceptions but no weekly hours, and neither have all places ('*')."
    return SettingsError(message, file=file, line=line, hint="Write weekly hours for it, or for '*'.")


def _merged(entries: list[OpeningRule], file: str) -> tuple[Interval, ...]:
    """The intervals of one day of one place, in order; they may not overlap, and closed means closed."""
    said = [(interval, rule.line) for rule in entries for interval in rule.intervals]
    closed = next((rule for rule in entries if not rule.intervals), None)
    if closed and said:
        first, second = sorted((closed.line, said[0][1]))
        message = f"{_day_name(closed.day)} of place '{closed.place}' is both closed and open (see line {first})."
        raise SettingsError(message, file=file, line=second, hint="Keep one of the two.")
    said.sort()
    for (before, line), (after, later) in pairwise(said):
        if after[0] < before[1]:
            first, second = sorted((line, later))
            message = f"the hours of {_day_name(entries[0].day)} of place '{entries[0].place}' overlap (see line {first})."
            raise SettingsError(message, file=file, line=second, hint="Name each day once, or hours that do not overlap.")
    return tuple(interval for interval, _ in said)


def _day_name(day: Day) -> str:
    return day.isoformat() if isinstance(day, date) else _ENGLISH[day].capitalize()
