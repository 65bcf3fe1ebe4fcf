"""Finance's page adds up, its intervals are paired, and every assumption is on the table."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.decisions.money.assumptions import Assumptions
from busyness.decisions.money.from_tables import flat_heads, heads_of, stock_costs
from busyness.decisions.money.page import TOTAL, MoneyReckoner
from busyness.decisions.money.problem import MoneyProblem, Practice
from busyness.domain.errors import ColumnMissingError, InputError, SettingsError, UnknownPlaceError

from .conftest import START


def line(plan, item):
    return plan.tables["page"].filter(pl.col("item") == item).row(0, named=True)


def test_the_page_adds_up(problem):
    plan = MoneyReckoner().decide(problem)
    costs = sum(line(plan, item)["plan"] for item in ("labour", "visitors who gave up", "waiting"))
    assert line(plan, TOTAL)["plan"] == pytest.approx(costs) == pytest.approx(plan.cost)
    assert plan.actions["cost"].sum() == pytest.approx(plan.cost)
    assert 0 < plan.bound <= plan.cost
    hours = problem.plan.heads.sum()
    assert line(plan, "labour hours")["plan"] == line(plan, "labour hours")["today"] == hours
    assert line(plan, "labour")["plan"] == pytest.approx(10 * hours)
    share = line(plan, "labour of sales")["plan"]
    assert share == pytest.approx(line(plan, "labour")["plan"] / line(plan, "sales")["plan"])
    served = line(plan, "visitors served")["plan"] * line(plan, "visitors")["plan"]
    assert line(plan, "visitors per labour hour")["plan"] == pytest.approx(served / hours)


def test_a_roster_that_follows_the_visitors_saves_money_for_the_same_hours(problem):
    plan = MoneyReckoner().decide(problem)
    total = line(plan, TOTAL)
    assert total["change_low"] < total["change"] < total["change_high"] < 0
    assert line(plan, "under-staffed hours")["change"] < 0
    assert line(plan, "over-staffed hours")["change"] < 0
    assert line(plan, "waiting per visitor")["change_high"] < 0
    assert plan.actions["action"].to_list() == ["follow the plan"] * 2
    assert "less than today" in plan.actions["reason"][0]
    assert plan.notes[0].startswith("The plan saves ")


def test_the_same_practice_saves_nothing(problem):
    plan = MoneyReckoner().decide(replace(problem, today=problem.plan))
    assert (plan.tables["page"]["change"].fill_null(0) == 0).all()
    assert (plan.tables["page"]["change_high"].fill_null(0) == 0).all()
    assert plan.actions["action"].to_list() == ["keep today's"] * 2
    assert "it may make no difference" in plan.actions["reason"][0]


def test_intervals_hold_the_true_saving_as_often_as_they_say(problem):
    truth = -line(MoneyReckoner(draws=100).decide(problem), TOTAL)["change"]
    inside = []
    for seed in range(60):
        days = np.random.default_rng(seed).integers(0, 120, 40)
        found = line(MoneyReckoner(draws=400).decide(replace(problem, visitors=problem.visitors[days])), TOTAL)
        inside.append(-found["change_high"] <= truth <= -found["change_low"])
    assert np.mean(inside) >= 0.85


def test_further_costs_and_wages_count(problem):
    waste = np.full((120, 2), 30.0)
    wages = np.array([20.0, 10.0])
    plain = MoneyReckoner().decide(problem)
    plan = MoneyReckoner().decide(
        replace(
            problem,
            plan=replace(problem.plan, costs={"waste": waste}, wages=wages),
            today=replace(problem.today, costs={"waste": 3 * waste}),
        )
    )
    assert line(plan, "waste")["change"] == pytest.approx(-120)
    labour = problem.plan.heads.sum(axis=1) @ wages
    assert line(plan, "labour")["plan"] == pytest.approx(labour)
    assert line(plan, TOTAL)["today"] == pytest.approx(line(plain, TOTAL)["today"] + 180)


def test_a_need_that_is_given_is_the_measure_of_over_and_under(problem):
    plan = MoneyReckoner().decide(replace(problem, need=problem.plan.heads + 1))
    assert line(plan, "under-staffed hours")["plan"] == 2 * 168
    assert line(plan, "over-staffed hours")["plan"] == 0


# ---- assumptions -----------------------------------------------------------------------------------------------------


def test_every_assumption_is_listed_and_can_be_changed(problem):
    changed = Assumptions.of({"wage": 12, "minutes_per_visitor": 2})
    table = changed.table()
    assert table["assumption"].to_list() == [fact.name for fact in fields(Assumptions)]
    row = table.row(0, named=True)
    assert (row["value"], row["default"], row["unit"], row["source"]) == (12, 10, "money an hour", "given by you")
    assert set(table["source"][2:]) == {"our guess: put your own number here"}
    assert table.null_count().sum_horizontal()[0] == 0
    dear = MoneyReckoner().decide(replace(problem, assumptions=changed))
    assert line(dear, "labour")["plan"] == pytest.approx(12 * problem.plan.heads.sum())
    assert dear.tables["assumptions"].equals(table)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"wages": 3}, "There is no assumption 'wages'. Did you mean 'wage'?"),
        ({"wage": -1}, "The assumption 'wage' is -1 money an hour. It has to be at least 0."),
        ({"occupancy": 1.2}, "The assumption 'occupancy' is 1.2 share. It has to be above 0 and at most 1."),
        ({"patience": float("nan")}, "The assumption 'patience' is nan minutes."),
        ({"margin": 2}, "The assumption 'margin' is 2 share of sales."),
    ],
)
def test_bad_assumptions(given, sentence):
    with pytest.raises(SettingsError) as caught:
        Assumptions.of(given)
    assert str(caught.value).startswith(sentence)


# ---- inputs ----------------------------------------------------------------------------------------------------------

BAD = {
    "places": (lambda p: replace(p, places=("A",)), "do not fit 1 places"),
    "gaps": (lambda p: replace(p, visitors=p.visitors * np.nan), "Visitors has gaps"),
    "heads": (lambda p: replace(p, plan=Practice(p.plan.heads[:, :5])), "The heads of the plan has the shape (2, 5)"),
    "negative heads": (lambda p: replace(p, today=Practice(-p.plan.heads)), "The heads of today's practice has gaps"),
    "need": (lambda p: replace(p, need=np.zeros((1, 168))), "The need has the shape (1, 168)"),
    "one-sided": (
        lambda p: replace(p, plan=replace(p.plan, costs={"waste": np.zeros((120, 2))})),
        "Only one of the two practices has waste",
    ),
    "wages": (lambda p: replace(p, plan=replace(p.plan, wages=np.zeros(3))), "The wages of the plan has the shape (3,)"),
    "zone": (lambda p: replace(p, start=START.replace(tzinfo=None)), "needs a time zone"),
}


@pytest.mark.parametrize(("make", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_inputs(problem: MoneyProblem, make, sentence):
    with pytest.raises(InputError) as caught:
        make(problem)
    assert sentence in caught.value.message


def test_rosters_are_laid_out_over_places_and_slots():
    times = [START, START, START + timedelta(minutes=30), START + timedelta(hours=9)]
    table = pl.DataFrame({"place": ["A", "A", "B", "B"], "time": times, "heads": [1.0, 2, 4, 9]})
    heads = heads_of(table, ["A", "B"], start=START, slot_hours=0.5, slots=3)
    assert heads.tolist() == [[3, 0, 0], [0, 4, 0]]
    with pytest.raises(UnknownPlaceError):
        heads_of(table, ["A"], start=START, slot_hours=0.5, slots=3)
    with pytest.raises(ColumnMissingError, match="'need'"):
        heads_of(table, ["A", "B"], start=START, slot_hours=0.5, slots=3, column="need")
    naive = table.with_columns(pl.col("time").dt.replace_time_zone(None))
    with pytest.raises(InputError, match="no time zone"):
        heads_of(naive, ["A", "B"], start=START, slot_hours=0.5, slots=3)


def test_a_flat_practice_has_the_same_hours():
    heads, opened = np.array([[0.0, 4, 2], [0, 0, 0]]), np.array([[0.0, 1, 1], [0, 0, 0]])
    assert flat_heads(heads, opened).tolist() == [[0, 3, 3], [0, 0, 0]]


def test_a_stock_plans_paths_become_costs_of_the_same_days():
    paths = pl.DataFrame(
        {
            "policy": ["plan", "plan", "today"],
            "place": ["A", "B", "A"],
            "path": [0, 1, 0],
            "lost_cost": [28.0, 56, 1],
            "waste_cost": [0.0, 14, 2],
            "holding_cost": [0.0] * 3,
            "order_cost": [7.0] * 3,
            "days": [28] * 3,
        }
    )
    costs = stock_costs(paths, ["A", "B"], policy="plan", days=7)
    assert costs["stock-outs"].tolist() == [[7, 0], [0, 14]]
    assert costs["waste"].tolist() == [[0, 0], [0, 3.5]]
    with pytest.raises(InputError, match="policy 'best'"):
        stock_costs(paths, ["A"], policy="best", days=7)
