"""Every hard rule, checked on a roster's shifts as a labour inspector would: by clock and calendar, without the solver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.rules import HoursRules
from busyness.decisions.staffing.week import clock, said_day

_DAY = 1440
_MORNING = 6


def broken_rules(problem: StaffingProblem, roster: Roster) -> tuple[str, ...]:
    """This will say in a sentence each what a roster breaks; empty where it keeps every rule."""
    known = {person.id for person in problem.people}
    strangers = [f"{shift.person} is not on the staff ({shift})." for shift in roster.shifts if shift.person not in known]
    told = [sentence for person in problem.people for sentence in _of_person(problem, roster.of(person.id), person)]
    return (*strangers, *told)


def _of_person(problem: StaffingProblem, shifts: tuple[Shift, ...], person: Person) -> Iterator[str]:
    rules = problem.rules.of(minor=person.minor)
    for shift in shifts:
        yield from (f"{person.label} {said} ({shift})." for said in _of_shift(problem, shift, person))
    yield from (f"{person.label} {said}." for said in _of_hours(shifts, person, rules))
    yield from (f"{person.label} {said}." for said in _of_rest(problem, shifts, person))
    yield from (f"{person.label} {said}." for said in _of_days(problem, shifts, person))
    if problem.published is not None:
        told = (shift for shift in problem.published.of(person.id) if (person.id, shift.day) not in problem.absent)
        worked = {shift for shift in told if _fixed(problem, shift)}
        if worked != {shift for shift in shifts if _fixed(problem, shift)}:
            yield f"{person.label}'s past shifts cannot change any more."


def _fixed(problem: StaffingProblem, shift: Shift) -> bool:
    return problem.week.number(shift.day) < problem.fixed_days


def _of_shift(problem: StaffingProblem, shift: Shift, person: Person) -> Iterator[str]:
    rules = problem.rules.of(minor=person.minor)
    if not 0 <= problem.week.number(shift.day) < problem.week.days:
        yield "has a shift outside the week"
    if shift.role not in person.roles:
        yield f"does not have the role '{shift.role}'"
    if not shift.start < shift.end:
        yield "has a shift that ends before it starts"
    if (person.id, shift.day) in problem.absent:
        yield "is absent"
    touched = {shift.day, shift.day + timedelta(minutes=shift.end - 1)}
    if touched & person.days_off:
        yield "has the day off"
    if not _available(shift, person):
        yield "is not available"
    if shift.start < rules.earliest or shift.end > rules.latest:
        yield f"may only work from {clock(rules.earliest)} to {clock(rules.latest)}"
    if shift.paid_minutes > rules.daily_hours * 60:
        yield f"may work {rules.daily_hours:g} hours a day"
    yield from _of_break(problem, shift, rules)


def _of_break(problem: StaffingProblem, shift: Shift, rules: HoursRules) -> Iterator[str]:
    rest = shift.break_end - shift.break_start
    if rest and not shift.start < shift.break_start <= shift.break_end < shift.end:
        yield "has a break outside the shift"
    if shift.paid_minutes <= rules.break_after_hours * 60:
        return
    if rest < rules.break_minutes:
        yield f"needs a break of {rules.break_minutes} minutes"
    most = problem.rules.shifts.stretch_most_hours * 60
    if rest and max(shift.break_start - shift.start, shift.end - shift.break_end) > most:
        yield f"works more than {problem.rules.shifts.stretch_most_hours:g} hours without a break"


def _available(shift: Shift, person: Person) -> bool:
    """Whether every minute lies in the hours somebody can work, those of the day before that pass midnight included."""
    if person.availability is None:
        return True
    open_spans = [
        (span[0] + ahead * _DAY, span[1] + ahead * _DAY)
        for ahead in (-1, 0, 1, 2)
        for span in person.availability.get((shift.day.weekday() + ahead) % 7, ())
    ]
    reached = shift.start
    for start, end in sorted(open_spans):
        if start <= reached < end:
            reached = end
    return reached >= shift.end


def _of_hours(shifts: tuple[Shift, ...], person: Person, rules: HoursRules) -> Iterator[str]:
    hours = sum(shift.paid_minutes for shift in shifts) / 60
    legal = rules.weekly_hours + rules.overtime_hours
    if hours > legal + 1e-9:
        yield f"works {hours:g} hours in the week; the rules allow {legal:g}"
    if hours > person.max_hours + 1e-9:
        yield f"works {hours:g} hours in the week; the contract allows {person.max_hours:g}"


def _of_rest(problem: StaffingProblem, shifts: tuple[Shift, ...], person: Person) -> Iterator[str]:
    rules = problem.rules.of(minor=person.minor)
    week = problem.week
    spans = [(shift.day, week.moment(shift.day, shift.start), week.moment(shift.day, shift.end)) for shift in shifts]
    last = person.past.last_end
    if last is not None:
        spans.insert(0, (_day_of_last(problem, last), last, last))
    for (day, _, end), (then, start, _) in pairwise(spans):
        apart = (then - day).days
        if apart == 0:
            yield f"has two shifts on {said_day(day)}"
        rest = (start - end).total_seconds() / 3600
        needed = rules.daily_rest_hours if apart <= 1 else max(rules.daily_rest_hours, rules.weekly_rest_hours)
        if apart and apart <= 2 and rest < needed:
            around = " around the day off" if apart > 1 else ""
            yield f"rests {rest:g} hours before {said_day(then)}{around}; {needed:g} are due"


def _day_of_last(problem: StaffingProblem, last: datetime) -> date:
    day = last.date() - timedelta(days=last.hour < _MORNING)
    return min(day, problem.week.first - timedelta(days=1))


def _of_days(problem: StaffingProblem, shifts: tuple[Shift, ...], person: Person) -> Iterator[str]:
    rules = problem.rules.of(minor=person.minor)
    week = problem.week
    worked = {week.number(shift.day) for shift in shifts}
    off = 7 - len(worked)
    if worked and off < rules.rest_days:
        yield f"has {off} of 7 days off; {rules.rest_days} are due"
    row = person.past.days_in_a_row
    for day in range(week.days):
        row = row + 1 if day in worked else 0
        if row > rules.days_in_a_row and day in worked:
            yield f"works {row} days in a row until {said_day(week.day(day))}; {rules.days_in_a_row} are allowed"
            break
    weekend = [day for day in worked if week.day(day).weekday() >= 5]
    if weekend and person.past.weekends_in_a_row >= problem.rules.weekends_in_a_row:
        yield f"works after {person.past.weekends_in_a_row} weekends in a row; {problem.rules.weekends_in_a_row} are allowed"
