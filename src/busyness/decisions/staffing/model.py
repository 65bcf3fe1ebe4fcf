"""The problem as arrays: what the solver's parts share and no one outside the solver sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.catalogue import Catalogue, Ints, catalogue_of
from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.week_pattern import WeekPattern, week_pattern
from busyness.domain.slots import MINUTES_PER_DAY

Floats = NDArray[np.float64]
NOON = 12 * 60


@dataclass(frozen=True, repr=False)
class RosterModel:
    """``allowed`` bool and ``extra`` money ``[people, days, classes]``: which shift each may work, and its wishes' price.

    ``off_cost`` ``[people, days]``: of a day off (infinite where a fixed shift is worked); ``week_cost``
    ``[people, hours + 1]``: wages by units of paid time, infinite beyond what each may work. ``counts[name, role, key]``:
    whether somebody with (1) or without (0) keys who works in that role counts for the name.
    """

    problem: StaffingProblem
    shifts: Catalogue
    allowed: NDArray[np.bool_]
    extra: Floats
    off_cost: Floats
    week_cost: Floats
    counts: NDArray[np.float64]

    @classmethod
    def of(cls, problem: StaffingProblem) -> RosterModel:
        """This will build the arrays."""
        shifts = catalogue_of(problem.rules, problem.week)
        allowed = _allowed(problem, shifts)
        off_cost = np.zeros(allowed.shape[:2])
        extra = _wishes(problem, shifts)
        _published(problem, shifts, allowed=allowed, extra=extra, off_cost=off_cost)
        week_cost = np.stack([_week_cost(problem, person, shifts.unit) for person in problem.people])
        return cls(problem, shifts, allowed, extra, off_cost, week_cost, _counts(problem))

    @cached_property
    def roles_of(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the roles each person works in, among the need's roles."""
        roles = self.problem.need.roles
        return tuple(tuple(roles.index(role) for role in p.roles if role in roles) for p in self.problem.people)

    def pattern_of(self, person: int) -> WeekPattern:
        """This will return which days of the week a person may work."""
        someone = self.problem.people[person]
        hours = self.problem.rules.of(minor=someone.minor)
        days = self.problem.week.days
        most = min(days, 7 - hours.rest_days)
        return week_pattern(days, most, in_a_row=hours.days_in_a_row, already=someone.past.days_in_a_row)

    @cached_property
    def published(self) -> dict[tuple[int, int], tuple[int, int, float]]:
        """The published shifts by person and day: pattern, role, and what another break or role in them costs."""
        problem = self.problem
        rows = {person.id: row for row, person in enumerate(problem.people)}
        known: dict[tuple[int, int], tuple[int, int, float]] = {}
        for shift in problem.published.shifts if problem.published else ():
            day, found = problem.week.number(shift.day), self.find(shift)
            absent = (shift.person, shift.day) in problem.absent
            if found and 0 <= day < problem.week.days and shift.person in rows and not absent:
                price = np.inf if day < problem.fixed_days else problem.prices.adjust
                known[rows[shift.person], day] = (*found, price)
        return known

    def shift(self, person: int, day: int, *, pattern: int, role: int) -> Shift:
        """This will return a shift as data."""
        minutes = self.problem.week.length.minutes
        of = int(self.shifts.of_class[pattern])
        rest = self.shifts.break_end[pattern] > self.shifts.break_start[pattern]
        return Shift(
            self.problem.week.day(day),
            int(self.shifts.start[of]) * minutes,
            int(self.shifts.end[of]) * minutes,
            self.problem.people[person].id,
            self.problem.need.roles[role],
            int(self.shifts.break_start[pattern]) * minutes if rest else 0,
            int(self.shifts.break_end[pattern]) * minutes if rest else 0,
        )

    def find(self, shift: Shift) -> tuple[int, int] | None:
        """This will return the pattern and role of a shift, or ``None`` where the catalogue has no such shift."""
        minutes = self.problem.week.length.minutes
        minor = {p.id: p.minor for p in self.problem.people}.get(shift.person, False)
        each = self.shifts
        of = each.of_class
        rest = shift.break_end > shift.break_start
        same = (each.start[of] * minutes == shift.start) & (each.end[of] * minutes == shift.end) & (each.group[of] == minor)
        same &= (each.break_end - each.break_start) * minutes == shift.break_end - shift.break_start
        if rest:
            same &= each.break_start * minutes == shift.break_start
        found = np.flatnonzero(same)
        roles = self.problem.need.roles
        return (int(found[0]), roles.index(shift.role)) if len(found) and shift.role in roles else None


def _allowed(problem: StaffingProblem, shifts: Catalogue) -> NDArray[np.bool_]:
    week = problem.week
    first = np.arange(week.days)[:, None] * week.per_day
    inside = np.zeros((week.days, len(shifts.start)), bool)
    before = problem.rules.shifts.before_minutes // week.length.minutes
    after = problem.rules.shifts.after_minutes // week.length.minutes
    for start, end in problem.need.windows:
        inside |= (first + shifts.start >= start - before) & (first + shifts.end <= end + after)
    allowed = np.zeros((len(problem.people), *inside.shape), bool)
    for row, person in enumerate(problem.people):
        there = np.concatenate([[0], np.cumsum(_available(problem, person))])
        whole = there[first + shifts.end] - there[first + shifts.start] == shifts.end - shifts.start
        allowed[row] = inside & whole & (shifts.group == int(person.minor))
        if not any(role in problem.need.roles for role in person.roles):
            allowed[row] = False
    return allowed


def _available(problem: StaffingProblem, person: Person) -> NDArray[np.bool_]:
    """Whether a person can work in each slot of the week and of the day after, ``[slots + slots of two days]``."""
    week = problem.week
    there = np.zeros((week.days + 3) * MINUTES_PER_DAY, bool)  # one day ahead of the week, for hours past midnight
    for number in range(-1, week.days + 2):
        day = week.day(number)
        begin = (number + 1) * MINUTES_PER_DAY
        every = person.availability is None
        spans = ((0, MINUTES_PER_DAY),) if person.availability is None else person.availability.get(day.weekday(), ())
        for start, end in spans if not every else ((0, MINUTES_PER_DAY),):
            there[begin + start : begin + end] = True
    rules = problem.rules
    for number in range(week.days + 2):
        day = week.day(number)
        rested = day.weekday() < 5 or person.past.weekends_in_a_row < rules.weekends_in_a_row
        if day in person.days_off or (person.id, day) in problem.absent or not rested:
            there[(number + 1) * MINUTES_PER_DAY : (number + 2) * MINUTES_PER_DAY] = False
    slots = there[MINUTES_PER_DAY:].reshape(-1, week.length.minutes)
    return np.asarray(slots.all(axis=1))


def _wishes(problem: StaffingProblem, shifts: Catalogue) -> Floats:
    """What wishes and fairness ask for each shift, ``[people, days, classes]``."""
    week, prices, people = problem.week, problem.prices, problem.people
    extra = np.zeros((len(people), week.days, len(shifts.start)))
    late = shifts.start * week.length.minutes >= NOON
    closing = closing_classes(problem, shifts)
    weekends = np.array([person.past.weekends for person in people])
    closings = np.array([person.past.closings for person in people])
    weekends_over = np.maximum(weekends - weekends.mean(), 0)
    closings_over = np.maximum(closings - closings.mean(), 0)
    for row, person in enumerate(people):
        for day in range(week.days):
            when = week.day(day)
            extra[row, day] += prices.wished_off * (when in person.wished_off)
            extra[row, day] += prices.weekend * weekends_over[row] * (when.weekday() >= 5)
        extra[row] += prices.closing * closings_over[row] * closing
        if person.prefers:
            extra[row] += prices.preference * (late if person.prefers == "morning" else ~late)
    return extra


def closing_classes(problem: StaffingProblem, shifts: Catalogue) -> NDArray[np.bool_]:
    """This will say which classes are still there when the place closes, ``[days, classes]``."""
    week = problem.week
    first = np.arange(week.days)[:, None] * week.per_day
    closing = np.zeros((week.days, len(shifts.start)), bool)
    for _, end in problem.need.windows:
        closing |= (first + shifts.start < end) & (first + shifts.end >= end)
    return closing


def _published(
    problem: StaffingProblem, shifts: Catalogue, *, allowed: NDArray[np.bool_], extra: Floats, off_cost: Floats
) -> None:
    """Fixes what has been worked, and prices changes of what was published; the arrays are changed in place."""
    if problem.published is None:
        return
    week = problem.week
    kept = [shift for shift in problem.published.shifts if (shift.person, shift.day) not in problem.absent]
    known: dict[tuple[str, int], Shift] = {(shift.person, week.number(shift.day)): shift for shift in kept}
    for row, person in enumerate(problem.people):
        for day in range(week.days):
            shift = known.get((person.id, day))
            same = np.zeros(len(shifts.start), bool)
            if shift:
                same = (shifts.start * week.length.minutes == shift.start) & (shifts.end * week.length.minutes == shift.end)
                same &= shifts.group == int(person.minor)
            if day < problem.fixed_days:
                allowed[row, day] = same
                off_cost[row, day] = np.inf if same.any() else 0.0
            elif (person.id, week.day(day)) not in problem.absent:
                extra[row, day] += problem.prices.change * ~same
                off_cost[row, day] = problem.prices.change if shift else 0.0


def _week_cost(problem: StaffingProblem, person: Person, unit: int) -> Floats:
    """What a week of 0, 1, 2, … units of paid time costs."""
    rules = problem.rules.of(minor=person.minor)
    size = unit * problem.week.hours
    legal = [each.weekly_hours + each.overtime_hours for each in (problem.rules.adults, problem.rules.minors)]
    hours = np.arange(int(max(legal) / size) + 1) * size
    most = min(person.max_hours, rules.weekly_hours + rules.overtime_hours)
    beyond = np.maximum(hours - rules.weekly_hours, 0)
    paid = np.maximum(hours, person.min_hours) + problem.rules.overtime_premium * beyond
    short = np.maximum(person.min_hours - hours, 0)
    return np.where(hours <= most + 1e-9, person.wage * paid + problem.prices.short_hour * short, np.inf)


def _counts(problem: StaffingProblem) -> Floats:
    names, roles = problem.need.names, problem.need.roles
    counts = np.zeros((len(names), len(roles), 2))
    for row, name in enumerate(names):
        for column, role in enumerate(roles):
            counts[row, column] = [name in {role, ANYONE}, name in {role, ANYONE, KEYS}]
    return counts


def roster_of(model: RosterModel, chosen: Ints) -> Roster:
    """This will return the roster of ``chosen`` ``[people, days, 2]``: pattern (−1: off) and role."""
    worked = np.argwhere(chosen[:, :, 0] >= 0)
    return Roster(
        tuple(model.shift(p, d, pattern=int(chosen[p, d, 0]), role=int(chosen[p, d, 1])) for p, d in worked.tolist())
    )
