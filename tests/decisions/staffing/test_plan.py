from __future__ import annotations

import importlib.util

import polars as pl
import pytest

from busyness.decisions.staffing.places import solve_places
from busyness.decisions.staffing.plan import plan_of
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.score import score
from busyness.decisions.staffing.solver import Effort

from .conftest import STAFF, small_problem

pytestmark = pytest.mark.skipif(importlib.util.find_spec("highspy") is None, reason="the extra plans is not installed")

QUICK = Effort(seconds=30, bound_rounds=10, recreations=5, neighbourhoods=2)


def test_the_plan_says_what_was_decided_and_why(problem: StaffingProblem) -> None:
    solution = solve_places({"S1": problem}, QUICK)["S1"]
    plan = plan_of(problem, solution, versions={"forecast": "f1"})
    assert plan.cost == pytest.approx(solution.cost)
    assert plan.bound == solution.bound
    assert plan.gap == pytest.approx(solution.gap)
    assert plan.actions.height == len(solution.roster.shifts)
    assert plan.actions["cost"].sum() == pytest.approx(score(problem, solution.roster).parts["wages"])
    assert plan.actions["reason"].str.len_chars().min() > 20
    need, people = plan.tables["need"], plan.tables["people"]
    assert need.select((pl.col("planned") - pl.col("need") == pl.col("gap")).all()).item()
    assert set(need["role"]) == set(problem.need.names)
    assert people.height == len(STAFF)
    assert people["hours"].sum() == pytest.approx(plan.actions["quantity"].sum())
    assert plan.currency == "PEN"


def test_local_times_become_utc() -> None:
    problem = small_problem(days=1)
    zoned = type(problem.need)(
        **{**{f: getattr(problem.need, f) for f in problem.need.__dataclass_fields__}, "timezone": "America/Lima"}
    )
    moved = type(problem)(zoned, problem.people, problem.rules, problem.prices)
    plan = plan_of(moved, solve_places({"S1": moved}, QUICK)["S1"], versions={})
    shifted = plan.actions.select(
        ((pl.col("time").dt.replace_time_zone(None) - pl.col("start")).dt.total_hours() == 5).all()
    )
    assert shifted.item()


def test_what_is_missed_is_named_with_its_price() -> None:
    problem = small_problem(STAFF[:2], least=0)
    plan = plan_of(problem, solve_places({"S1": problem}, QUICK)["S1"], versions={})
    notes = " ".join(plan.notes)
    assert "Heads expected to be missing" in notes
    assert "below its need of" in notes


def test_places_in_worker_processes_get_the_same_rosters() -> None:
    problems = {name: small_problem(STAFF[:3], days=2, seed=seed) for name, seed in (("A", 1), ("B", 2))}
    alone, together = solve_places(problems, QUICK), solve_places(problems, QUICK, workers=2)
    assert {name: s.roster for name, s in alone.items()} == {name: s.roster for name, s in together.items()}
