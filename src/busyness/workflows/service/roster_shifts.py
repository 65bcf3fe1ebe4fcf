"""Between shifts as people see them (instants, details) and as the planner counts them (minutes after a local midnight)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.week import clock
from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.slots import MINUTES_PER_DAY
from busyness.state.rosters import RosterShift
from busyness.workflows.staffing.shifts import Lines

_BREAK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*[–-]\s*([01]\d|2[0-4]):([0-5]\d)")


def planner_roster(problem: StaffingProblem, shifts: Sequence[RosterShift]) -> tuple[Roster, Lines]:
    """This will return a place's shifts as its problem counts them, and the number of each (0 is the first).

    Raises:
        InputError: somebody is not on the staff, or a shift lies outside the week, is too long, or comes twice.

    """
    people = {person.id: person for person in problem.people}
    lines: dict[Shift, int] = {}
    for number, given in enumerate(shifts):
        if given.person not in people:
            hint = did_you_mean(given.person, people) or f"They are {', '.join(list(people)[:12])}."
            raise InputError(f"'{given.person}' is not on the staff of '{problem.need.place}'.", hint=hint)
        shift = _planner_shift(problem, given, people[given.person])
        if shift in lines:
            raise InputError(f"The same shift of {given.person} comes twice.", hint="Keep one.")
        lines[shift] = number
    return Roster(tuple(lines)), lines


def people_shifts(problem: StaffingProblem, roster: Roster) -> tuple[RosterShift, ...]:
    """This will return a roster's shifts as people see them, in order."""
    zone, names = ZoneInfo(problem.need.timezone), {person.id: person.label for person in problem.people}
    told = []
    for shift in roster.shifts:
        start, end = (problem.week.moment(shift.day, at).replace(tzinfo=zone) for at in (shift.start, shift.end))
        rest = f"{clock(shift.break_start)}–{clock(shift.break_end)}" if shift.break_end > shift.break_start else ""
        detail = {"role": shift.role, "break": rest, "name": names.get(shift.person, "")}
        told.append(RosterShift(shift.person, start, end, {name: text for name, text in detail.items() if text}))
    return tuple(told)


def monday_of(day: date) -> date:
    """This will return the first day of a date's week.

    >>> monday_of(date(2026, 3, 4))
    datetime.date(2026, 3, 2)
    """
    return day - timedelta(days=day.weekday())


def _planner_shift(problem: StaffingProblem, given: RosterShift, person: Person) -> Shift:
    zone, week = ZoneInfo(problem.need.timezone), problem.week
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (given.start, given.end))
    day = start.date()
    if not 0 <= week.number(day) < week.days:
        last = week.day(week.days - 1)
        raise InputError(f"{given.person}'s shift of {day} lies outside the week that is planned, {week.first} to {last}.")
    if not start < end <= start + timedelta(days=1):
        raise InputError(
            f"{given.person}'s shift of {day} does not end within a day after it begins.", hint="Correct its end."
        )
    midnight = datetime.combine(day, time())
    first, last_minute = (int((at - midnight).total_seconds()) // 60 for at in (start, end))
    rest = _rest(str(given.detail.get("break") or ""), first)
    return Shift(day, first, last_minute, given.person, str(given.detail.get("role") or person.roles[0]), *rest)


def _rest(text: str, start: int) -> tuple[int, int]:
    """A break as ``13:00–13:30``, in minutes after the midnight of the shift's day; none: 0, 0."""
    if not text:
        return 0, 0
    found = _BREAK.fullmatch(text.strip())
    if found is None:
        raise InputError(f"'{text}' is not a break.", hint="Write it as 13:00–13:30.")
    hours = [int(part) for part in found.groups()]
    begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    begin += MINUTES_PER_DAY * (begin < start)  # after midnight, in a shift that began the day before
    return begin, end + MINUTES_PER_DAY * (end < begin)
