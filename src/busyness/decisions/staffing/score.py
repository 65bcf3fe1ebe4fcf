"""What a roster costs and which hard rules it breaks, counted from its shifts alone, without the solver's model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.hard_rules import broken_rules
from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.week import said_day
from busyness.domain.slots import MINUTES_PER_DAY

_NOON = 12 * 60

PARTS = ("wages", "overtime", "short_hours", "missing", "idle", "presence", "wishes", "fairness", "changes")
"""The parts of the cost: hours worked; the premium on overtime; contract hours that are paid and were not given; heads
expected to be missed, and to be idle; least presence and keys not kept; wishes; fairness; changes of what was published."""


@dataclass(frozen=True, slots=True)
class BrokenWish:
    """A wish that was not kept, or a burden on somebody who has had more of it than others, and its price.

    ``kind`` is ``wished_off, morning, evening, weekend, closing, hours`` or ``role``; ``day`` is the day it happens.
    """

    person: str
    said: str
    price: float
    part: str
    kind: str
    day: date


@dataclass(frozen=True)
class Score:
    """``parts`` of the cost by name (``PARTS``), ``broken`` hard rules in sentences, ``wishes`` not kept, and ``planned``
    heads ``[names, slots]``."""

    parts: Mapping[str, float]
    broken: tuple[str, ...]
    wishes: tuple[BrokenWish, ...]
    planned: NDArray[np.int64]

    @property
    def cost(self) -> float:
        """Everything together."""
        return float(sum(self.parts.values()))


def score(problem: StaffingProblem, roster: Roster) -> Score:
    """This will count a roster's cost by part and check every hard rule; any roster may come, a manual edit's too."""
    planned = planned_heads(problem, roster)
    wishes = tuple(wish for person in problem.people for wish in _wishes(problem, roster, person))
    missing, idle, presence = 0.0, 0.0, 0.0
    for row, name in enumerate(problem.need.names):
        under, over = problem.need.priced(row, planned[row])
        idle += float(over.sum())
        if name in {ANYONE, KEYS}:
            presence += float(under.sum())
        else:
            missing += float(under.sum())
    money = [_pay(problem, person, roster.of(person.id)) for person in problem.people]
    wages, overtime, short = (float(sum(each)) for each in zip(*money, strict=True)) if money else (0.0, 0.0, 0.0)
    by_part = {part: sum(wish.price for wish in wishes if wish.part == part) for part in ("wishes", "fairness", "changes")}
    amounts = (wages, overtime, short, missing, idle, presence, *by_part.values())
    return Score(dict(zip(PARTS, amounts, strict=True)), broken_rules(problem, roster), wishes, planned)


def edit(problem: StaffingProblem, roster: Roster, *, after: Roster) -> tuple[Score, Score]:
    """This will score a roster before and after a manual edit (``Roster.with_shift`` and ``Roster.without`` make one)."""
    return score(problem, roster), score(problem, after)


def planned_heads(problem: StaffingProblem, roster: Roster) -> NDArray[np.int64]:
    """This will count the heads in each slot, ``[names, slots]``; somebody counts in slots they are there for in full."""
    need, week = problem.need, problem.week
    people = {person.id: person for person in problem.people}
    heads = np.zeros((len(need.names), week.count), np.int64)
    for shift in roster.shifts:
        person = people.get(shift.person)
        if person is None:
            continue
        there = np.zeros(week.days * MINUTES_PER_DAY, bool)
        begin = week.number(shift.day) * MINUTES_PER_DAY
        there[max(begin + shift.start, 0) : max(begin + shift.end, 0)] = True
        there[max(begin + shift.break_start, 0) : max(begin + shift.break_end, 0)] = False
        whole = there.reshape(week.count, -1).all(axis=1)
        for row, name in enumerate(need.names):
            if name in {shift.role, ANYONE} or (name == KEYS and person.keys):
                heads[row] += whole
    return heads


def _pay(problem: StaffingProblem, person: Person, shifts: tuple[Shift, ...]) -> tuple[float, float, float]:
    """Wages of hours worked, the premium of overtime, and contract hours that were not given with their price."""
    rules = problem.rules.of(minor=person.minor)
    hours = sum(shift.paid_minutes for shift in shifts) / 60
    beyond = max(hours - rules.weekly_hours, 0.0)
    short = max(person.min_hours - hours, 0.0)
    premium = problem.rules.overtime_premium * beyond * person.wage
    return hours * person.wage, premium, short * (person.wage + problem.prices.short_hour)


def _wishes(problem: StaffingProblem, roster: Roster, person: Person) -> list[BrokenWish]:
    prices, people = problem.prices, problem.people
    weekends = person.past.weekends - sum(each.past.weekends for each in people) / len(people)
    closings = person.past.closings - sum(each.past.closings for each in people) / len(people)
    broken = []
    for shift in roster.of(person.id):
        day = said_day(shift.day)
        late = shift.start >= _NOON
        told: list[tuple[bool, str, float, str, str]] = [
            (shift.day in person.wished_off, f"wished {day} off", prices.wished_off, "wishes", "wished_off"),
            (
                person.prefers == "morning" and late,
                f"prefers mornings, works {shift}",
                prices.preference,
                "wishes",
                "morning",
            ),
            (
                person.prefers == "evening" and not late,
                f"prefers evenings, works {shift}",
                prices.preference,
                "wishes",
                "evening",
            ),
            (
                shift.day.weekday() >= 5 and weekends > 0,
                f"works {day}, after {person.past.weekends} weekend shifts lately",
                prices.weekend * weekends,
                "fairness",
                "weekend",
            ),
            (
                closings > 0 and _closes(problem, shift),
                f"closes on {day}, after {person.past.closings} closings lately",
                prices.closing * closings,
                "fairness",
                "closing",
            ),
        ]
        broken += [
            BrokenWish(person.label, said, price, part, kind, shift.day) for holds, said, price, part, kind in told if holds
        ]
    return broken + _changes(problem, roster, person)


def _closes(problem: StaffingProblem, shift: Shift) -> bool:
    minutes = problem.week.length.minutes
    begin = problem.week.number(shift.day) * MINUTES_PER_DAY
    return any(begin + shift.start < end * minutes <= begin + shift.end for _, end in problem.need.windows)


def _changes(problem: StaffingProblem, roster: Roster, person: Person) -> list[BrokenWish]:
    if problem.published is None:
        return []
    was = {shift.day: shift for shift in problem.published.of(person.id)}
    now = {shift.day: shift for shift in roster.of(person.id)}
    changed = []
    for number in range(problem.fixed_days, problem.week.days):
        day = problem.week.day(number)
        before, after = was.get(day), now.get(day)
        if before == after or (person.id, day) in problem.absent:
            continue
        if before and after and (before.start, before.end) == (after.start, after.end):
            what, price, kind = "break or role", problem.prices.adjust, "role"
        else:
            what, price, kind = "hours", problem.prices.change, "hours"
        said = f"was told other {what} for {said_day(day)}"
        changed.append(BrokenWish(person.label, said, price, "changes", kind, day))
    return changed
