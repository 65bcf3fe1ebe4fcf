from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.decisions.rebalancing import solver
from busyness.decisions.rebalancing.plan import plan_rebalancing
from busyness.decisions.rebalancing.problem import Demand, OwnWay
from busyness.domain.errors import MissingExtraError
from busyness.tables.plan import ACTIONS_SCHEMA


@pytest.fixture(scope="module")
def problem(fleet_of):
    return fleet_of(12, 3, draws=100, level=20, turns=2.0)


@pytest.fixture(scope="module")
def plan(problem):
    return plan_rebalancing(problem, versions={"forecast": "f1"})


def test_the_actions_add_up_to_the_targets(problem, plan) -> None:
    assert plan.actions.columns[: len(ACTIONS_SCHEMA)] == list(ACTIONS_SCHEMA)
    assert set(plan.actions["action"]) <= {"move", "deliver", "collect"}
    assert (plan.actions["quantity"] > 0).all()
    came = plan.actions.group_by("time", pl.col("to").alias("place")).agg(pl.col("quantity").sum().alias("came"))
    went = plan.actions.group_by("time", pl.col("from").alias("place")).agg(pl.col("quantity").sum().alias("went"))
    targets = plan.tables["targets"]
    joined = targets.join(came, on=["time", "place"], how="left").join(went, on=["time", "place"], how="left").fill_null(0)
    assert (joined["now"] + joined["came"] - joined["went"] == joined["target"]).all()
    depots = {depot.id for depot in problem.depots}
    for row in plan.actions.iter_rows(named=True):
        kind = "collect" if row["to"] in depots else "deliver" if row["from"] in depots else "move"
        assert row["action"] == kind
        assert row["place"] == (row["from"] if kind == "collect" else row["to"])


def test_its_cost_is_what_its_tables_say_and_is_proven_least(problem, plan) -> None:
    targets, values = plan.tables["targets"], problem.values
    expected = targets["unmet_with"].sum() * values.unmet_trip + targets["idle_cost"].sum() + plan.actions["cost"].sum()
    assert plan.cost == pytest.approx(expected, rel=1e-4)
    assert plan.bound == plan.cost
    assert plan.gap == 0
    assert plan.versions["forecast"] == "f1"
    assert plan.versions["solver"].startswith("ortools 9")


def test_it_is_better_than_the_rule_and_than_nothing(plan) -> None:
    table = plan.tables["comparison"]
    assert table["policy"].to_list() == ["nothing", "proportional", "plan"]
    assert (table["plan_saves_low"][:2] > 0).all()


def test_reasons_are_sentences_with_the_places_name(plan) -> None:
    move = plan.actions.filter(pl.col("action") != "collect").row(0, named=True)
    assert move["reason"].startswith(f"Place {move['place'][1:]} lacks ")
    assert " on Thursday 10 September: " in move["reason"]
    assert "will be used" in move["reason"]


def test_notes_say_what_is_left_out(problem, plan) -> None:
    told = " ".join(plan.notes)
    assert f"{problem.standing.broken.sum()} vehicles are broken" in told
    assert "tours as listed cost" in told
    still = replace(problem, demand=replace(problem.demand, ended=None))
    assert "stay where they are until moved" in " ".join(plan_rebalancing(still).notes)


def test_the_same_problem_gets_the_same_plan(problem, plan) -> None:
    again = plan_rebalancing(problem)
    assert again.actions.equals(plan.actions)
    assert again.tables["tours"].equals(plan.tables["tours"])


def test_it_is_judged_on_other_draws_where_there_are_any(problem, plan) -> None:
    demand = problem.demand
    other = Demand(demand.places, demand.started[::-1] * 1.5, demand.ended)
    judged = plan_rebalancing(problem, judging=other)
    assert judged.actions.equals(plan.actions)
    assert not judged.tables["comparison"].equals(plan.tables["comparison"])


def test_couriers_go_their_own_way_by_the_hour(fleet_of) -> None:
    problem = fleet_of(9, 4, draws=50, vans=(), depots=(), own_way=OwnWay(0.2, within_km=2.5), called="couriers", level=10)
    hours = tuple(problem.starts[0] + timedelta(hours=k) for k in range(4))
    plan = plan_rebalancing(replace(problem, starts=hours, length=timedelta(hours=1)))
    assert plan.actions.height
    assert (plan.actions["action"] == "move").all()
    assert plan.actions["km"].max() <= 2.5
    assert plan.tables["tours"].height == 0
    assert plan.gap == 0
    assert "couriers on Thursday at 1" in plan.actions["reason"][0]


def test_many_places_exchange_with_their_nearest_only(fleet_of) -> None:
    problem = fleet_of(260, 1, draws=10, drift=False)
    plan = plan_rebalancing(problem)
    assert plan.gap == 0
    farthest = plan.actions.filter(pl.col("action") == "move")["km"].max()
    assert 0 < farthest < 6


def test_a_fleet_of_nothing_and_a_demand_of_nothing(fleet_of) -> None:
    problem = fleet_of(3, 2)
    nobody = np.zeros(3, np.int64)
    empty = replace(
        problem,
        standing=type(problem.standing)(nobody, nobody, nobody),
        depots=tuple(replace(depot, vehicles=0) for depot in problem.depots),
    )
    plan = plan_rebalancing(empty)
    assert plan.actions.height == 0
    assert plan.cost == pytest.approx(2.5 * problem.demand.started.mean(axis=0).sum(), rel=1e-5)
    quiet = replace(problem, demand=Demand(problem.demand.places, problem.demand.started * 0))
    assert plan_rebalancing(quiet).tables["targets"]["wanted"].sum() == 0


def test_without_ortools_it_says_how_to_install_it(problem, monkeypatch) -> None:
    monkeypatch.setattr(solver, "SimpleMinCostFlow", None)
    with pytest.raises(MissingExtraError, match=r"busyness\[plans\]"):
        plan_rebalancing(problem)
