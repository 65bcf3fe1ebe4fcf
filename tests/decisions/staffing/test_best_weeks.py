from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.staffing.best_weeks import BestWeeks
from busyness.decisions.staffing.hard_rules import broken_rules
from busyness.decisions.staffing.model import RosterModel, roster_of
from busyness.decisions.staffing.people import Past
from busyness.decisions.staffing.rewards import Rewards, coverage, own_cost
from busyness.decisions.staffing.rules import ShiftRules
from busyness.decisions.staffing.week_pattern import week_pattern

from .conftest import ADULTS, RULES, STAFF, small_problem


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(12, 24), (14, 40)]), st.none() | st.integers(-30, 1))
def test_no_week_is_worth_more(seed: int, rest: tuple[int, int], last: int | None) -> None:
    """All weeks of three days, kept to the rules by the independent check, beside the dynamic programme."""
    past = Past(
        last_end=None if last is None else datetime(2026, 3, 2 + last // 24 if last >= 0 else 1, last % 24), days_in_a_row=4
    )
    person = replace(STAFF[0], min_hours=8, max_hours=16, past=past)
    rules = replace(
        RULES,
        adults=replace(ADULTS, daily_rest_hours=rest[0], weekly_rest_hours=rest[1], days_in_a_row=6),
        shifts=ShiftRules((4, 8), 180, 120),
    )
    problem = small_problem((person,), rules=rules, days=3, least=0, key_holder=False)
    model = RosterModel.of(problem)
    prices = np.random.default_rng(seed).uniform(-5, 25, problem.need.heads.shape)
    rewards = Rewards(model, prices)
    worth, _ = BestWeeks(model).find([0], [rewards.of_person(0)])
    days = [
        [-1, *(k for k in range(len(model.shifts.of_class)) if model.allowed[0, d, model.shifts.of_class[k]])]
        for d in range(3)
    ]
    best = -np.inf
    for patterns in itertools.product(*days):
        chosen = np.array([[k, 0 if k >= 0 else -1] for k in patterns])
        cost = own_cost(model, 0, chosen)
        if np.isfinite(cost) and not broken_rules(problem, roster_of(model, chosen[None])):
            best = max(best, float((coverage(model, 0, chosen) * prices).sum() - cost))
    assert worth[0] == pytest.approx(best)


@given(st.integers(1, 7), st.integers(0, 7), st.integers(1, 6), st.integers(0, 6))
def test_a_pattern_allows_exactly_the_weeks_it_should(days: int, most: int, in_a_row: int, already: int) -> None:
    pattern = week_pattern(days, most, in_a_row=in_a_row, already=already)
    for week in itertools.product((0, 1), repeat=days):
        state = 0
        for day, works in enumerate(week):
            state = pattern.layers[day][state][works] if state >= 0 else -1
        row, longest = already, 0
        for works in week:
            row = row + 1 if works else 0
            longest = max(longest, row)
        assert (state >= 0) == (sum(week) <= most and longest <= in_a_row)
