from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.decisions.staffing.model import RosterModel
from busyness.decisions.staffing.people import Past, Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.replan import replan
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.rules import HoursRules, Rules, ShiftRules
from busyness.decisions.staffing.score import score
from busyness.decisions.staffing.solver import Effort, solve

from .conftest import MONDAY, STAFF, small_problem

pytestmark = pytest.mark.skipif(importlib.util.find_spec("highspy") is None, reason="the extra plans is not installed")

SMALL = Effort(seconds=30, bound_rounds=25, recreations=15, neighbourhoods=4)


def ticking() -> Callable[[], float]:
    """A clock that never runs out of time."""
    return lambda: 0.0


def days_of(numbers: list[int]) -> frozenset[date]:
    return frozenset(MONDAY + timedelta(days=number) for number in numbers)


@st.composite
def anyone(draw: st.DrawFn, number: int) -> Person:
    least = draw(st.sampled_from([0, 12, 24]))
    spans = draw(st.sampled_from([((0, 1440),), ((480, 960),), ((720, 1500),)]))
    past = Past(
        weekends=draw(st.integers(0, 3)),
        closings=draw(st.integers(0, 3)),
        days_in_a_row=draw(st.integers(0, 6)),
        weekends_in_a_row=draw(st.integers(0, 3)),
        last_end=draw(st.none() | st.integers(-50, 2).map(lambda hours: datetime(2026, 3, 2) + timedelta(hours=hours))),
    )
    return Person(
        f"p{number}",
        draw(st.sampled_from([("sales",), ("checkout",), ("sales", "checkout")])),
        float(draw(st.integers(8, 15))),
        least,
        draw(st.sampled_from([24, 36, 48])),
        keys=draw(st.booleans()),
        minor=draw(st.booleans()) and least < 36,
        availability=draw(st.none() | st.just(dict.fromkeys(draw(st.sets(st.integers(0, 6), min_size=2)), spans))),
        days_off=days_of(draw(st.lists(st.integers(0, 6), max_size=1))),
        wished_off=days_of(draw(st.lists(st.integers(0, 6), max_size=2))),
        prefers=draw(st.sampled_from(["", "morning", "evening"])),
        past=past,
    )


@st.composite
def problems(draw: st.DrawFn) -> StaffingProblem:
    people = (*(draw(anyone(number)) for number in range(draw(st.integers(2, 5)))), STAFF[1])
    rest, weekly = draw(st.sampled_from([(12, 24), (11, 36), (14, 48)]))
    adults = HoursRules(8, 40, rest, weekly, 5, 60, overtime_hours=8, rest_days=draw(st.integers(0, 2)), days_in_a_row=5)
    minors = HoursRules(6, 36, 12, 48, 5, 30, rest_days=2, days_in_a_row=5, earliest=7 * 60, latest=19 * 60)
    minutes = draw(st.sampled_from([60, 30]))
    rules = Rules(adults, minors, ShiftRules((4, 6, 8), minutes, 60, stretch_most_hours=5), weekends_in_a_row=3)
    return small_problem(
        people,
        rules=rules,
        days=draw(st.integers(1, 7)),
        seed=draw(st.integers(0, 9)),
        minutes=minutes,
        least=0,
        key_holder=False,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_rosters_keep_every_hard_rule_and_cost_what_is_said(problem: StaffingProblem) -> None:
    solution = solve(problem, Effort(seconds=30, bound_rounds=12, recreations=4, neighbourhoods=2), clock=ticking())
    scored = score(problem, solution.roster)
    assert scored.broken == ()
    assert scored.cost == pytest.approx(solution.cost, abs=1e-6)
    assert solution.bound <= solution.cost + 1e-6


def test_the_same_seed_gives_the_same_roster(problem: StaffingProblem) -> None:
    first, second = (solve(problem, SMALL, clock=ticking()) for _ in range(2))
    assert first.roster == second.roster
    assert first.bound == second.bound


def test_the_gap_is_small_where_there_are_people_enough() -> None:
    twice = tuple(replace(person, id=f"{person.id}{copy}") for person in STAFF for copy in "ab")
    solution = solve(small_problem(twice), replace(SMALL, bound_rounds=60), clock=ticking())
    assert solution.gap < 0.06
    costs = [step.cost for step in solution.log]
    assert costs == sorted(costs, reverse=True)


def test_no_roster_of_two_people_on_one_day_is_cheaper() -> None:
    """Everything two people can do on one day, one after the other, beside what the solver finds."""
    problem = small_problem(STAFF[:2], days=1, least=0)
    solution = solve(problem, SMALL, clock=ticking())
    shifts = [None, *_all_shifts(problem)]
    best = np.inf
    for one, two in itertools.product(shifts, shifts):
        chosen = [replace(s, person=p.id) for s, p in ((one, STAFF[0]), (two, STAFF[1])) if s]
        if all(s.role in p.roles for s in chosen for p in STAFF if p.id == s.person):
            best = min(best, score(problem, Roster(tuple(chosen))).cost)
    assert solution.cost == pytest.approx(best)
    assert solution.bound <= best + 1e-6


def _all_shifts(problem: StaffingProblem) -> list[Shift]:
    model = RosterModel.of(problem)
    patterns = [k for k in range(len(model.shifts.of_class)) if model.allowed[0, 0, model.shifts.of_class[k]]]
    return [model.shift(0, 0, pattern=k, role=role) for k in patterns for role in range(2)]


def test_time_only_cuts_short(problem: StaffingProblem) -> None:
    now = iter(np.arange(10_000) * 1.0)
    solution = solve(problem, Effort(seconds=4), clock=lambda: float(next(now)))
    assert score(problem, solution.roster).broken == ()
    assert solution.bound <= solution.cost


def test_after_a_sick_call_only_what_is_worth_it_changes(problem: StaffingProblem) -> None:
    published = solve(problem, SMALL, clock=ticking())
    ill = next(shift for shift in published.roster.shifts if shift.person == "beto")
    changed, solution = replan(problem, published, [("beto", ill.day)], clock=ticking(), effort=SMALL)
    scored = score(changed, solution.roster)
    assert scored.broken == ()
    assert scored.cost == pytest.approx(solution.cost)
    assert ill not in solution.roster.shifts
    kept = set(published.roster.shifts) & set(solution.roster.shifts)
    assert len(kept) >= len(published.roster.shifts) - 4


def test_what_has_been_worked_stays(problem: StaffingProblem) -> None:
    published = solve(problem, SMALL, clock=ticking())
    gone = [(person.id, MONDAY + timedelta(days=4)) for person in STAFF[1:3]]
    changed, solution = replan(problem, published, gone, clock=ticking(), fixed_days=3, effort=SMALL)
    assert score(changed, solution.roster).broken == ()
    early = [shift for shift in published.roster.shifts if shift.day < MONDAY + timedelta(days=3)]
    assert [shift for shift in solution.roster.shifts if shift.day < MONDAY + timedelta(days=3)] == early


def test_short_staff_is_priced_not_refused() -> None:
    problem = small_problem(STAFF[:2], least=0)
    solution = solve(problem, SMALL, clock=ticking())
    scored = score(problem, solution.roster)
    assert scored.broken == ()
    assert scored.parts["missing"] > 0
