"""What nobody could keep, whatever it costs: refused before solving, with the facts that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.catalogue import catalogue_of
from busyness.decisions.staffing.hard_rules import broken_rules
from busyness.decisions.staffing.model import RosterModel
from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.week import said_day
from busyness.domain.errors import InputError

_NAMED = 5

Conflict = tuple[str, str]
"""The sentence, and what to do."""


def refuse_impossible(problem: StaffingProblem) -> None:
    """This will raise an ``InputError`` for the first contradiction in what is asked for; money could not solve it."""
    checks: tuple[Callable[[StaffingProblem], Iterator[Conflict]], ...] = (
        _people,
        _need,
        _rules,
        _skills,
        _published,
        _presence,
    )
    for check in checks:
        for message, hint in check(problem):
            raise InputError(message, hint=hint)


def _need(problem: StaffingProblem) -> Iterator[Conflict]:
    if not problem.people:
        yield "There is nobody to plan with: the staff table has no row for this place.", "Add its staff."
    if not problem.need.open.any():
        yield "The place is closed in the whole week, so there is nothing to staff.", "Check the week and the opening hours."
    if not problem.need.roles:
        yield "The need names no role, so nobody can be given one.", "Add a role to the labour standard."
    if not np.isfinite(problem.need.cost).all():
        yield "The need has prices that are no numbers.", "Check the prices of missing heads and heads too many."


def _rules(problem: StaffingProblem) -> Iterator[Conflict]:
    rules, minutes = problem.rules, problem.week.length.minutes
    shifts = rules.shifts
    if shifts.start_minutes % minutes:
        message = (
            f"Shifts start every {shifts.start_minutes} minutes, but the week is planned in slots of {minutes} minutes."
        )
        yield message, "Use starts that fall on slots, or shorter slots."
    whole = [hours for hours in shifts.hours if math.isclose(hours * 60 % minutes, 0)]
    if not whole:
        yield (
            f"No shift length ({_list(shifts.hours)} hours) is a whole number of {minutes}-minute slots.",
            "Use shorter slots.",
        )
    for who, hours in (("adults", rules.adults), ("minors", rules.minors)):
        if not any(person.minor == (who == "minors") for person in problem.people):
            continue
        if hours.rest_days >= 7 or hours.days_in_a_row < 1:
            days = f"{hours.rest_days} of 7 days off and {hours.days_in_a_row} days in a row"
            yield f"The rules for {who} allow no work at all: {days}.", "Check rest_days and days_in_a_row."
        if whole and min(whole) > hours.daily_hours:
            message = f"The shortest shift lasts {min(whole):g} hours, but {who} may work {hours.daily_hours:g} hours a day."
            yield message, "Allow shorter shifts."
        elif whole and not (catalogue_of(rules, problem.week).group == int(who == "minors")).any():
            least, most = shifts.stretch_least_hours, shifts.stretch_most_hours
            message = (
                f"No shift of {_list(whole)} hours is left for {who}: beyond {hours.break_after_hours:g} hours it needs a "
                f"break, with {least:g} to {most:g} hours of work before and after it."
            )
            yield message, "Allow shorter shifts, or other stretches."


def _people(problem: StaffingProblem) -> Iterator[Conflict]:
    seen: set[str] = set()
    for person in problem.people:
        rules = problem.rules.of(minor=person.minor)
        legal = rules.weekly_hours + rules.overtime_hours
        if person.id in seen:
            yield f"Person '{person.id}' comes twice.", "Give each person one row and an id of their own."
        seen.add(person.id)
        if not math.isfinite(person.wage) or person.wage < 0:
            yield f"{person.label}'s wage is {person.wage}.", "Write what an hour costs."
        if person.min_hours > person.max_hours:
            message = (
                f"{person.label}'s contract has at least {person.min_hours:g} and at most {person.max_hours:g} hours a week."
            )
            yield message, "Correct one of the two."
        if person.min_hours > legal:
            group = "minors" if person.minor else "adults"
            message = f"{person.label}'s contract promises {person.min_hours:g} hours a week; {group} may work {legal:g}."
            yield message, "Correct the contract, or the rules."
        last = person.past.last_end
        if last is not None and last > problem.week.moment(problem.week.day(1), 0):
            message = f"{person.label}'s last shift ended {last:%Y-%m-%d %H:%M}, after the week's first day."
            yield message, "Give the last shift before the week."


def _skills(problem: StaffingProblem) -> Iterator[Conflict]:
    need = problem.need
    for row, name in enumerate(need.names):
        if name in {ANYONE, KEYS} or not need.heads[row].any():
            continue
        if not any(name in person.roles for person in problem.people):
            yield (
                f"The place needs '{name}', and nobody on the staff has that role.",
                "Train or hire somebody, or drop the role.",
            )
    if KEYS in need.names and not any(person.keys for person in problem.people):
        message = f"A key holder has to be there, and none of the {len(problem.people)} people has the keys."
        yield message, "Say in the staff table who has the keys."


def _published(problem: StaffingProblem) -> Iterator[Conflict]:
    if problem.published is None:
        return
    model = RosterModel.of(problem)
    people = {person.id for person in problem.people}
    for shift in problem.published.shifts:
        if shift.person not in people:
            yield (
                f"The published roster has a shift of '{shift.person}', who is not on the staff.",
                "Add the person, or remove it.",
            )
        elif 0 <= problem.week.number(shift.day) < problem.fixed_days and model.find(shift) is None:
            yield f"{shift.person} worked {shift}, a shift the rules do not know.", "Allow its length, start and break."
    worked = Roster(
        tuple(shift for shift in problem.published.shifts if problem.week.number(shift.day) < problem.fixed_days)
    )
    for sentence in broken_rules(replace(problem, published=None, absent=frozenset()), worked):
        yield f"What has been worked already breaks a rule: {sentence}", "Correct the published roster, or the rules."


def _presence(problem: StaffingProblem) -> Iterator[Conflict]:
    """Fewer people can come on a day than have to be there, or none of those with keys."""
    need, week = problem.need, problem.week
    can = np.asarray(RosterModel.of(problem).allowed.any(axis=2), bool)
    keys = np.array([person.keys for person in problem.people])
    for name, who in ((ANYONE, np.ones(len(keys), bool)), (KEYS, keys)):
        if name not in need.names:
            continue
        heads = need.heads[need.names.index(name)]
        for day in range(problem.fixed_days, week.days):
            wanted = int(heads[day * week.per_day : (day + 1) * week.per_day].max())
            there = int((can[:, day] & who).sum())
            if there < wanted:
                some = "people with keys" if name == KEYS else "people"
                message = (
                    f"On {said_day(week.day(day))} at least {wanted} {'key holder' if name == KEYS else 'people'} must be "
                    f"there, and {there} of {int(who.sum())} {some} can come: {_why(problem, day, who & ~can[:, day])}."
                )
                yield message, "Ask somebody to come, or lower the least presence."


def _why(problem: StaffingProblem, day: int, missing: NDArray[np.bool_]) -> str:
    told = [
        f"{problem.people[row].label} {_reason(problem, problem.people[row], day)}"
        for row in np.flatnonzero(missing).tolist()
    ]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return "; ".join(told[:_NAMED]) + more


def _reason(problem: StaffingProblem, person: Person, day: int) -> str:
    when = problem.week.day(day)
    if (person.id, when) in problem.absent:
        return "is absent"
    if when in person.days_off:
        return "has the day off"
    if person.availability is not None and not person.availability.get(when.weekday()):
        return "is not available on that weekday"
    if when.weekday() >= 5 and person.past.weekends_in_a_row >= problem.rules.weekends_in_a_row:
        return f"has worked {person.past.weekends_in_a_row} weekends in a row"
    if not any(role in problem.need.roles for role in person.roles):
        return "has no role that is needed"
    return "has no shift that fits their hours and the opening hours"


def _list(numbers: tuple[float, ...] | list[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
