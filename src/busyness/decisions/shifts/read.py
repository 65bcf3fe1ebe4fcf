"""Reading an instance of the Curtois and Qu text format (http://www.schedulingbenchmarks.org/nrp/)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from busyness.decisions.shifts.conflicts import refuse_impossible
from busyness.decisions.shifts.instance import Cover, Instance, Person, Request, ShiftType
from busyness.decisions.shifts.sections import Line, read_sections

HORIZON, SHIFTS, STAFF = "SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF"
DAYS_OFF, COVER = "SECTION_DAYS_OFF", "SECTION_COVER"
WANTED, UNWANTED = "SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS"
FIELDS = {HORIZON: 1, SHIFTS: 2, STAFF: 8, DAYS_OFF: 1, WANTED: 4, UNWANTED: 4, COVER: 5}
LIMITS = {
    "most_minutes": "the most minutes",
    "least_minutes": "the least minutes",
    "most_in_a_row": "the most shifts in a row",
    "least_in_a_row": "the least shifts in a row",
    "least_days_off": "the least days off in a row",
    "most_weekends": "the most weekends",
}


def read_instance(path: Path) -> Instance:
    """This will read an instance, and refuse one in which somebody's hard limits leave no possible row.

    Raises: ``InputError`` where there is no such file or the limits contradict each other (it names the facts);
    ``SettingsError`` with file, line and section for anything that is wrong in the text.
    """
    sections = read_sections(path, FIELDS)
    days = _horizon(sections[HORIZON], path)
    shifts = _shifts(sections[SHIFTS])
    names = [shift.name for shift in shifts]
    _once(sections[STAFF], "is on the staff twice")
    off = _days_off(sections[DAYS_OFF], [line.fields[0] for line in sections[STAFF]], days=days)
    staff = tuple(_person(line, names, off=off.get(line.fields[0], frozenset())) for line in sections[STAFF])
    people = [person.name for person in staff]
    requests = [
        _request(line, names, people=people, days=days, wanted=section == WANTED)
        for section in (WANTED, UNWANTED)
        for line in sections[section]
    ]
    instance = Instance(path.stem, days, shifts, staff, tuple(requests), _cover(sections[COVER], names, days=days))
    refuse_impossible(instance)
    return instance


def _horizon(lines: list[Line], path: Path) -> int:
    if len(lines) != 1 or lines[0].whole(0, "the number of days") == 0:
        where = lines[-1] if lines else Line(path.name, HORIZON, 1, ())
        raise where.wrong("one line has to say the number of days.", hint="Write for example 14.")
    return lines[0].whole(0, "the number of days")


def _shifts(lines: list[Line]) -> tuple[ShiftType, ...]:
    _once(lines, "is a shift twice")
    names = [line.fields[0] for line in lines]
    shifts = []
    for line in lines:
        minutes = line.whole(1, "the length in minutes")
        if minutes == 0:
            raise line.wrong(f"shift '{line.fields[0]}' lasts 0 minutes.", hint="Write its length in minutes, such as 480.")
        listed = [name.strip() for name in "".join(line.fields[2:3]).split("|") if name.strip()]
        cannot = [Line(line.file, line.section, line.number, (name,)).one_of(0, names, what="shift") for name in listed]
        shifts.append(ShiftType(line.fields[0], minutes, frozenset(cannot)))
    return tuple(shifts)


def _person(line: Line, shifts: list[str], *, off: frozenset[int]) -> Person:
    most: dict[str, int] = {}
    for part in filter(None, line.fields[1].split("|")):
        name, _, limit = part.partition("=")
        pair = Line(line.file, line.section, line.number, (name.strip(), limit.strip()))
        most[pair.one_of(0, shifts, what="shift")] = pair.whole(1, f"the limit of shift {name}")
    limits = {name: line.whole(at, what) for at, (name, what) in enumerate(LIMITS.items(), start=2)}
    return Person(line.fields[0], most, days_off=off, **limits)


def _days_off(lines: list[Line], people: list[str], *, days: int) -> dict[str, frozenset[int]]:
    off: dict[str, frozenset[int]] = {}
    for line in lines:
        name = line.one_of(0, people, what="person")
        listed = frozenset(_day(line, at, days) for at in range(1, len(line.fields)))
        off[name] = off.get(name, frozenset()) | listed
    return off


def _request(line: Line, shifts: list[str], *, people: list[str], days: int, wanted: bool) -> Request:
    person = line.one_of(0, people, what="person")
    shift = line.one_of(2, shifts, what="shift")
    return Request(person, _day(line, 1, days), shift, line.whole(3, "the weight"), wanted)


def _cover(lines: list[Line], shifts: list[str], *, days: int) -> tuple[Cover, ...]:
    cover: list[Cover] = []
    seen: set[tuple[int, str]] = set()
    for line in lines:
        day, shift = _day(line, 0, days), line.one_of(1, shifts, what="shift")
        if (day, shift) in seen:
            raise line.wrong(f"day {day}, shift {shift} comes a second time.", hint="Keep one line a day and shift.")
        seen.add((day, shift))
        needs = [line.whole(at, what) for at, what in enumerate(("the requirement", "a weight", "a weight"), start=2)]
        cover.append(Cover(day, shift, *needs))
    return tuple(cover)


def _day(line: Line, at: int, days: int) -> int:
    day = line.whole(at, "the day")
    if day >= days:
        raise line.wrong(f"day {day} lies outside the {days} days.", hint=f"Days run from 0 to {days - 1}.")
    return day


def _once(lines: Iterable[Line], twice: str) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        name = line.fields[0]
        if not name or name in seen:
            what = f"'{name}' {twice}, first on line {seen[name]}." if name else "the name is missing."
            raise line.wrong(what, hint="Give each a name of its own.")
        seen[name] = line.number
