"""Orders for every line: levels chosen on one half of the paths, judged on the other beside today's rule."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.clairvoyant import newsvendor_optimum, perfect_knowledge
from busyness.decisions.stock.demand import unit_demand
from busyness.decisions.stock.levels import Levels, average_levels, candidates, window_demand
from busyness.decisions.stock.orders import orderable
from busyness.decisions.stock.problem import StockLine, StockProblem
from busyness.decisions.stock.product import Product
from busyness.decisions.stock.report import Proposal, stock_plan
from busyness.decisions.stock.simulate import simulate
from busyness.decisions.stock.traffic import extended
from busyness.tables.plan import Plan

JUDGED_DAYS = 28
"""Policies are judged over at least so many days, because what an order costs is earned over weeks."""


@dataclass(frozen=True, slots=True)
class StockSolver:
    """Proposes an order for each line of a ``StockProblem``. Deterministic: its draws come from the problem's seed."""

    judged_days: int = JUDGED_DAYS

    def decide(self, problem: StockProblem) -> Plan:
        """This will return a plan with one row a line (action ``order``, or ``wait`` with 0 units), as of the origin.

        ``cost`` is what shortage, waste, holding and ordering are expected to cost over the days that are judged, and
        ``bound`` the least they can cost: the newsvendor optimum of what does not keep, else perfect knowledge of every
        path. Tables: ``lines`` and ``totals``, each policy
        beside today's, and ``paths``, the money of every path that judges (odd numbers of ``traffic``), place and policy.
        """
        begun = time.perf_counter()
        traffic = extended(problem.traffic, self.judged_days)
        row = {place: number for number, place in enumerate(problem.places)}
        catalog = problem.catalog
        proposals = [
            propose(catalog[line.product], line, unit_demand(line, traffic[:, row[line.place]], seed=problem.seed))
            for line in problem.lines
        ]
        return stock_plan(problem, proposals, days=traffic.shape[2], seconds=time.perf_counter() - begun)


def propose(product: Product, line: StockLine, demand: NDArray[np.float64]) -> Proposal:
    """This will find a line's order by the paths of its ``demand`` in units, ``[paths, days]``.

    Paths with an even number choose the levels, the others judge them.
    """
    fit, judge = demand[::2], demand[1::2]
    tried = candidates(product, fit)
    best = 0
    if len(tried.up_to) > 1:
        # From the same stock whatever stands there today: levels that moved with it could order more when there is more.
        usual = replace(line, on_hand=float(np.ceil(window_demand(fit, product.reach_days)[:, 0].mean())), on_order=())
        best = int(np.argmin(simulate(product, usual, demand=fit, levels=tried).cost(product).mean(axis=1)))
    levels = tried.only(best)
    today = _todays(product, line, fit)
    return Proposal(
        product=product,
        line=line,
        levels=levels,
        quantity=float(_now(product, line, levels)),
        window=window_demand(demand, product.reach_days)[:, 0],
        outcomes=(simulate(product, line, demand=judge, levels=levels), simulate(product, line, demand=judge, levels=today)),
        perfect=perfect_knowledge(product, line, judge),
        optimum=newsvendor_optimum(product, line, judge),
    )


def _todays(product: Product, line: StockLine, demand: NDArray[np.float64]) -> Levels:
    if line.today is None:
        return average_levels(product, demand)
    days = demand.shape[1]
    return Levels(np.full((1, days), line.today.reorder_point), np.full((1, days), line.today.order_up_to))


def _now(product: Product, line: StockLine, levels: Levels) -> NDArray[np.float64]:
    position = line.position(product.reach_days)
    need = levels.up_to[0, 0] - position if position <= levels.reorder[0, 0] else 0.0
    return orderable(product, need, line.on_hand + line.on_way)
