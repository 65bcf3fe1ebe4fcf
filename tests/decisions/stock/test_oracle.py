"""Levels and simulated costs beside known answers.

The constants were computed by stockpyl 1.0.2 in an environment of its own: ``newsvendor_normal(0.18, 0.70, 50, 8)`` and
the same with ``lead_time=4`` (a base stock over five days), ``newsvendor_poisson(1, 4, 50)``, ``newsvendor_discrete(1, 3,
demand_pmf=…)``, ``s_s_cost_discrete`` and ``s_s_discrete_exact`` for Poisson demand, and ``wagner_whitin(4, 2, 500, [90,
120, 80, 70])``. With no lead time lost sales and backorders are the same process, so its costs are ours. A unit short is
a unit of ``price − cost``; newsvendor's overage is ``cost``.
"""

from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.stock.clairvoyant import newsvendor_optimum, perfect_knowledge
from busyness.decisions.stock.levels import Levels, candidates, fractile, window_demand
from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.product import BASE_STOCK, NEWSVENDOR, Product
from busyness.decisions.stock.rates import Rate, Rates
from busyness.decisions.stock.simulate import simulate
from busyness.decisions.stock.solve import propose

ONE = Rates(Rate(1.0), Rate(1.0))
PMF = {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.2, 4: 0.1, 5: 0.06, 8: 0.04}


def line(on_hand: float = 0) -> StockLine:
    return StockLine("x", "A", on_hand, ONE)


def newsvendor(over: float, short: float) -> Product:
    return Product("x", price=over + short, cost=over, lead_days=0, shelf_life=1, holding=0)


NEWSVENDORS = {
    # demand, overage, shortage, quantity and how near, cost
    "normal": (lambda rng, n: rng.normal(50, 8, n), 0.18, 0.70, (56.60395592743389, 0.1), 1.9976051931766445),
    "poisson": (lambda rng, n: rng.poisson(50, n), 1, 4, (56, 0), 10.075200067097597),
    "discrete": (lambda rng, n: rng.choice(list(PMF), n, p=list(PMF.values())), 1, 3, (3, 0), 2.26),
}


@pytest.mark.parametrize(("draw", "over", "short", "quantity", "cost"), NEWSVENDORS.values(), ids=NEWSVENDORS.keys())
def test_newsvendor(draw, over, short, quantity, cost):
    demand = np.maximum(draw(np.random.default_rng(1), (100_000, 1)), 0).astype(float)
    product = newsvendor(over, short)
    assert product.policy == NEWSVENDOR
    levels = candidates(product, demand)
    assert levels.up_to[0, 0] == pytest.approx(quantity[0], abs=quantity[1])
    stocked = simulate(product, line(levels.up_to[0, 0]), demand=demand, levels=levels)
    assert stocked.cost(product).mean() == pytest.approx(cost, rel=0.01)
    assert newsvendor_optimum(product, line(), demand) == pytest.approx(cost, rel=0.01)


def test_base_stock_over_lead_time_and_review():
    demand = np.random.default_rng(2).normal(50, 8, (40_000, 5))
    product = Product("x", price=1.7, cost=1, lead_days=4, holding=0.18)
    assert product.policy == BASE_STOCK
    level = fractile(window_demand(demand, product.reach_days), product.critical_fractile)[0]
    assert level == pytest.approx(264.76689437415484, abs=0.4)
    assert level in candidates(product, demand).up_to[:, 0]
    poisson = np.random.default_rng(2).poisson(5, (40_000, 4)).astype(float)
    product = Product("x", price=10, cost=1, lead_days=3, holding=1)
    assert fractile(window_demand(poisson, product.reach_days), product.critical_fractile)[0] == 26


@pytest.mark.parametrize(
    ("mean", "short", "holding", "order", "levels", "cost"),
    [(6, 4, 1, 5, (4, 10), 8.034111561471642), (10, 9, 0.5, 30, (12, 40), 18.695211901470444)],
)
def test_what_s_S_costs(mean, short, holding, order, levels, cost):
    demand = np.random.default_rng(4).poisson(mean, (200, 1500)).astype(float)
    product = Product("x", price=1 + short, cost=1, lead_days=0, holding=holding, order_cost=order)
    rule = Levels(np.full((1, 1500), levels[0]), np.full((1, 1500), levels[1]))
    a_day = simulate(product, line(levels[1]), demand=demand, levels=rule).cost(product).mean() / 1500
    assert a_day == pytest.approx(cost, rel=0.005)


def test_the_search_finds_s_S_within_a_hundredth_of_the_best():
    demand = np.random.default_rng(5).poisson(10, (200, 300)).astype(float)
    product = Product("x", price=10, cost=1, lead_days=0, holding=0.5, order_cost=30)
    found = propose(product, line(40), demand)
    assert found.costs[0].mean() / 300 == pytest.approx(17.838677377105228, rel=0.012)  # the best is (8, 40)


def test_perfect_knowledge_is_wagner_whitin():
    product = Product("x", price=1e6, cost=1, lead_days=0, holding=2, order_cost=500)
    assert perfect_knowledge(product, line(), np.array([[90.0, 120, 80, 70]])).tolist() == [1380]
