"""Plans of orders: what they respect, what bounds them, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from busyness.decisions.stock.clairvoyant import newsvendor_optimum, perfect_knowledge
from busyness.decisions.stock.levels import Levels, candidates
from busyness.decisions.stock.problem import StockLine, TodaysRule
from busyness.decisions.stock.product import Product
from busyness.decisions.stock.rates import Rate, Rates
from busyness.decisions.stock.simulate import simulate
from busyness.decisions.stock.solve import StockSolver, propose
from busyness.domain.errors import InputError, UnknownPlaceError

from .conftest import PRODUCTS, RATES

ONE = Rates(Rate(1.0), Rate(1.0))


def test_the_plan_adds_up_and_says_why(problem):
    before = problem.traffic.copy()
    plan = StockSolver().decide(problem)
    assert plan.actions["cost"].sum() == pytest.approx(plan.cost)
    assert plan.tables["lines"]["plan_cost"].sum() == pytest.approx(plan.cost)
    assert plan.tables["lines"]["bound"].sum() == pytest.approx(plan.bound)
    assert 0 < plan.bound <= plan.cost
    assert plan.versions["forecast"] == "f1"
    assert (problem.traffic == before).all()
    for row in plan.actions.iter_rows(named=True):
        product = problem.catalog[row["product"]]
        assert row["quantity"] % product.pack == 0
        assert row["quantity"] + row["on_hand"] + row["on_order"] <= product.shelf or not row["quantity"]
        assert row["reason"].startswith("30 on hand, 10 on the way")
        assert row["action"] == ("order" if row["quantity"] else "wait")


def test_the_plan_beats_what_is_done_today_and_says_by_how_much(problem):
    totals = StockSolver().decide(problem).tables["totals"]
    plan, today, perfect = totals.iter_rows(named=True)
    assert plan["cost"] < today["cost"]
    assert plan["saved"] == pytest.approx(today["cost"] - plan["cost"])
    assert 0 < plan["saved_low"] < plan["saved"] < plan["saved_high"] < perfect["saved"]
    assert plan["cost"] == pytest.approx(sum(plan[f"{kind}_cost"] for kind in ("lost", "waste", "holding", "order")))


def test_the_paths_are_the_same_money(problem):
    plan = StockSolver().decide(problem)
    paths = plan.tables["paths"]
    assert paths.select("policy", "place", "path").is_unique().all()
    assert paths["path"].max() == 99  # half of the paths judge
    sums = paths.group_by("policy").agg(pl.col("^.*_cost$").sum() / 100).sort("policy")
    totals = plan.tables["totals"].filter(pl.col("policy") != "perfect knowledge").sort("policy", descending=False)
    for name in ("lost_cost", "waste_cost", "holding_cost", "order_cost"):
        assert sums[name].to_list() == pytest.approx(totals[name].to_list())


def test_the_same_problem_has_the_same_plan_and_other_lines_change_nothing(problem):
    plan, again = StockSolver().decide(problem), StockSolver().decide(problem)
    assert_frame_equal(plan.actions, again.actions)
    fewer = StockSolver().decide(replace(problem, lines=problem.lines[2:3]))
    assert_frame_equal(fewer.actions, plan.actions[2:3])


def test_nothing_to_order_is_a_plan_too(problem):
    plan = StockSolver().decide(replace(problem, lines=()))
    assert plan.actions.height == 0
    assert plan.cost == plan.bound == 0


# ---- laws ------------------------------------------------------------------------------------------------------------


@st.composite
def cases(draw):
    """A product, a line and integer demand [6 paths, 9 days]."""
    pack = draw(st.integers(1, 6))
    product = Product(
        "p",
        price=draw(st.floats(1, 9)),
        cost=1,
        lead_days=draw(st.integers(0, 3)),
        review_days=draw(st.integers(1, 3)),
        pack=pack,
        minimum=draw(st.integers(0, 12)),
        shelf=draw(st.sampled_from([20.0, 60.0, float("inf")])),
        shelf_life=draw(st.sampled_from([None, 1, 2, 4])),
        salvage=draw(st.floats(0, 1)),
        holding=draw(st.floats(0, 0.5)),
        order_cost=draw(st.sampled_from([0.0, 3.0])),
    )
    coming = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 8).map(float)), max_size=2))
    line = StockLine("p", "A", draw(st.integers(0, 25)), ONE, tuple(coming))
    demand = np.array(draw(st.lists(st.integers(0, 12), min_size=54, max_size=54)), float).reshape(6, 9)
    return product, line, demand


@settings(max_examples=150, deadline=None)
@given(cases())
def test_no_policy_undercuts_the_bound(case):
    product, line, demand = case
    perfect = perfect_knowledge(product, line, demand)
    levels = candidates(product, demand)
    costs = simulate(product, line, demand=demand, levels=levels).cost(product)
    assert (costs >= perfect - 1e-9).all()
    optimum = newsvendor_optimum(product, line, demand)
    if optimum is not None:
        assert costs.mean(axis=1).min() >= optimum - 1e-9
    found = propose(product, line, demand)
    assert float(found.costs[0].mean()) >= found.bound - 1e-9


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 20))
def test_more_stock_never_orders_more(case, more):
    product, line, demand = case
    fuller = replace(line, on_hand=line.on_hand + more)
    assert propose(product, fuller, demand).quantity <= propose(product, line, demand).quantity


@settings(max_examples=50, deadline=None)
@given(cases())
def test_units_are_neither_made_nor_lost(case):
    product, line, demand = case
    free = replace(product, minimum=0, shelf=float("inf"), order_cost=0.0)
    never = Levels(np.full((1, 9), -1.0), np.zeros((1, 9)))
    ledger = simulate(free, line, demand=demand, levels=never)
    sold = (ledger.wanted - ledger.lost)[0]
    supply = line.on_hand + sum(units for day, units in line.on_order if day < 9)
    assert (sold + ledger.wasted[0] <= supply + 1e-9).all()
    assert (ledger.lost >= 0).all()
    assert (ledger.lost <= ledger.wanted).all()


@given(st.lists(st.integers(0, 60), min_size=5, max_size=60), st.floats(1.1, 20), st.floats(0, 0.9))
def test_the_newsvendor_meets_demand_as_often_as_the_critical_fractile_says(days, price, salvage):
    product = Product("p", price=price, cost=1, lead_days=0, shelf_life=1, salvage=salvage)
    demand = np.array(days, float)[:, None]
    level = candidates(product, demand).up_to[0, 0]
    share = product.critical_fractile
    assert (demand <= level).mean() >= share - 1e-9
    assert level == 0 or (demand < level).mean() < share + 1e-9


def test_oldest_units_sell_first_and_expire_after_their_last_day():
    product = Product("p", price=3, cost=1, lead_days=0, shelf_life=2, holding=0.0)
    line = StockLine("p", "A", 5, ONE, ((1, 4.0),))
    never = Levels(np.full((1, 3), -1.0), np.zeros((1, 3)))
    ledger = simulate(product, line, demand=np.array([[2.0, 2.0, 5.0]]), levels=never)
    # day 0: 3 left; day 1: 2 of the 3 old ones sell, 1 expires, 4 new ones stay; day 2: 4 of 5 are served
    assert ledger.wasted.tolist() == [[1]]
    assert ledger.lost.tolist() == [[1]]
    assert ledger.held.tolist() == [[3 + 4 + 0]]
    assert ledger.short_days.tolist() == [[1]]


def test_a_delivery_that_comes_too_late_does_not_count_as_cover():
    product = Product("p", price=3, cost=1, lead_days=0, shelf_life=1)
    demand = np.full((6, 4), 10.0)
    assert propose(product, StockLine("p", "A", 0, ONE, ((1, 10.0),)), demand).quantity == 10
    assert propose(product, StockLine("p", "A", 0, ONE, ((0, 10.0),)), demand).quantity == 0


# ---- what is refused -------------------------------------------------------------------------------------------------


def line_of(**facts):
    return StockLine(**{"product": "milk", "place": "A", "on_hand": 1, "rates": RATES, **facts})


BAD = {
    "negative stock": (lambda p: line_of(on_hand=-1), "Product 'milk' in 'A' has -1 units in stock or on the way"),
    "negative delivery": (lambda p: line_of(on_order=((1, -3.0),)), "has -3 units in stock or on the way"),
    "late delivery": (lambda p: line_of(on_order=((-2, 3.0),)), "was due before the forecast begins"),
    "rule": (lambda p: line_of(today=TodaysRule(9, 5)), "orders up to 5 units at 9 is not possible"),
    "conversion": (lambda p: line_of(rates=Rates(Rate(1.2), Rate(1))), "120% of the visitors of 'A'"),
    "rate": (lambda p: Rate(-0.1), "A rate of -0.1"),
    "unknown product": (
        lambda p: replace(p, lines=(line_of(product="mlik"),)),
        "There is no product 'mlik' in the table of products",
    ),
    "unknown place": (lambda p: replace(p, lines=(line_of(place="C"),)), "There is no place 'C'"),
    "line twice": (lambda p: replace(p, lines=(line_of(), line_of())), "Product 'milk' stands in 'A' twice"),
    "product twice": (lambda p: replace(p, products=(PRODUCTS[0],) * 2), "A product comes twice"),
    "gaps": (lambda p: replace(p, traffic=p.traffic * np.nan), "gaps or negative numbers"),
    "few paths": (lambda p: replace(p, traffic=p.traffic[:3]), "do not fit 2 places"),
    "no time zone": (lambda p: replace(p, origin=p.origin.replace(tzinfo=None)), "has no time zone"),
    "lead time": (
        lambda p: replace(p, products=(replace(PRODUCTS[0], lead_days=14), *PRODUCTS[1:])),
        "Product 'milk' takes 14 days to come and is ordered every 1; the forecast reaches 14 days",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_inputs(problem, make, sentence):
    with pytest.raises(InputError) as caught:
        make(problem)
    assert sentence in caught.value.message


def test_a_short_forecast_says_how_long_it_has_to_be(problem):
    with pytest.raises(InputError) as caught:
        replace(problem, products=(replace(PRODUCTS[0], lead_days=14), *PRODUCTS[1:]))
    assert caught.value.hint == "Forecast at least 15 days ahead (--horizon 15d)."
    with pytest.raises(UnknownPlaceError):
        replace(problem, places=("A", "C"))


def test_a_misspelt_product_is_told(problem):
    with pytest.raises(InputError, match="Did you mean 'milk'"):
        replace(problem, lines=(line_of(product="mlik"),))


def test_the_actions_can_be_written(problem, tmp_path):
    plan = StockSolver().decide(problem)
    plan.actions.write_parquet(tmp_path / "plan.parquet")
    assert_frame_equal(pl.read_parquet(tmp_path / "plan.parquet"), plan.actions)
