"""Order proposals: lines per second, and what the (s, S) that is found costs beside the best there is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from busyness.decisions.stock.problem import StockLine, StockProblem
from busyness.decisions.stock.product import Product
from busyness.decisions.stock.rates import Rate, Rates
from busyness.decisions.stock.solve import StockSolver, propose
from figure import Figure, Options

BEST_S_S = 17.838677377105228  # stockpyl 1.0.2, s_s_discrete_exact: holding 0.5, shortage 9, order 30, Poisson 10
RATES = Rates(Rate(0.08, 0.005, 0.01), Rate(1.4, 0.02, 0.1))


def run(options: Options) -> Iterator[Figure]:
    """This will yield proposals a second for a chain's lines, one policy in three each, and the cost of (s, S)."""
    problem = _problem(products=6 if options.quick else 100, places=2 if options.quick else 10)
    seconds = []
    for _ in range(options.rounds):
        begun = time.perf_counter()
        plan = StockSolver().decide(problem)
        seconds.append(time.perf_counter() - begun)
    totals = {row["policy"]: row["cost"] for row in plan.tables["totals"].iter_rows(named=True)}
    extra = {"lines": len(problem.lines), "paths": problem.traffic.shape[0], "ours_each": seconds}
    yield Figure("stock_lines", len(problem.lines) / min(seconds), None, "lines/s", extra)
    yield Figure(
        "stock_cost", totals["plan"], totals["today"], "money", {"peer_is": "order the average", "bound": plan.bound}
    )
    days = 60 if options.quick else 400
    demand = np.random.default_rng(5).poisson(10, (400, days)).astype(float)
    product = Product("x", price=10, cost=1, lead_days=0, holding=0.5, order_cost=30)
    found = propose(product, StockLine("x", "A", 40, Rates(Rate(1), Rate(1))), demand)
    yield Figure("stock_s_S", float(found.costs[0].mean()) / days, BEST_S_S, "money/day", {"target": "ratio ≤ 1.01"})


def _problem(*, products: int, places: int) -> StockProblem:
    kinds = ({}, {"shelf_life": 1}, {"order_cost": 15.0})
    facts = tuple(
        Product(f"p{n}", price=4, cost=2.5, lead_days=0 if n % 3 == 1 else 2, pack=6, **kinds[n % 3])
        for n in range(products)
    )
    names = tuple(f"S{n}" for n in range(places))
    lines = tuple(StockLine(product.id, place, 40, RATES) for product in facts for place in names)
    traffic = np.random.default_rng(0).gamma(20, 40, (400, places, 14)).astype(np.float32)
    return StockProblem(facts, lines, traffic, names, datetime(2025, 1, 6, 5, tzinfo=UTC))
