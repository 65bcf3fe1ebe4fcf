"""From proposals to the plan: one row a line with its reason in words, and each policy beside today's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.stock.levels import Levels
from busyness.decisions.stock.problem import StockLine, StockProblem
from busyness.decisions.stock.product import HOLDING_A_YEAR, Product
from busyness.decisions.stock.rates import PRODUCT
from busyness.decisions.stock.simulate import Ledger
from busyness.decisions.stock.words import reason
from busyness.metrics.money import paired_mean
from busyness.tables import columns as c
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

PLAN, TODAY = "plan", "today"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found for a line: its ``levels``, the order now, demand over the order's reach ``[paths]``, what came of
    the plan and of today's rule on the same paths, the cost with perfect knowledge ``[paths]`` and, where there is one,
    the newsvendor optimum.
    """

    product: Product
    line: StockLine
    levels: Levels
    quantity: float
    window: NDArray[np.float64]
    outcomes: tuple[Ledger, Ledger]
    perfect: NDArray[np.float64]
    optimum: float | None

    @property
    def costs(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The cost of the plan and of today's rule on each path that judges."""
        plan, today = (ledger.cost(self.product)[0] for ledger in self.outcomes)
        return plan, today

    @property
    def bound(self) -> float:
        """The least the line can be expected to cost."""
        return max(float(self.perfect.mean()), self.optimum or 0.0)


def stock_plan(problem: StockProblem, proposals: Sequence[Proposal], *, days: int, seconds: float) -> Plan:
    """This will write the proposals as a plan; ``days`` were judged."""
    lines = pl.DataFrame([_line(p) for p in proposals], infer_schema_length=None) if proposals else pl.DataFrame()
    rows = [_action(problem, p) for p in proposals]
    schema = {**ACTIONS_SCHEMA, **_ACTION_COLUMNS}
    cost = sum(float(p.costs[0].mean()) for p in proposals)
    bound = sum(p.bound for p in proposals)
    return Plan(
        "stock",
        pl.DataFrame(rows, schema=schema, orient="row"),
        cost=cost,
        bound=bound,
        currency=problem.currency,
        seconds=seconds,
        versions={**problem.versions, "solver": "levels by simulation on paths"},
        tables={"lines": lines, "totals": _totals(proposals), "paths": _paths(proposals, days)},
        notes=_notes(problem, proposals, days),
    )


_ACTION_COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    PRODUCT: pl.String,
    "policy": pl.String,
    "reorder_point": pl.Float64,  # units; an order is due at this position or below
    "order_up_to": pl.Float64,  # units
    "on_hand": pl.Float64,
    "on_order": pl.Float64,
    "demand": pl.Float64,  # expected units from now until the next order could arrive (or this one expires)
    "demand_high": pl.Float64,  # the same, exceeded one time in ten
    "days": pl.Int64,  # how many days those are
    "arrives": pl.Datetime("us", "UTC"),
    "purchase": pl.Float64,  # money to pay for the order
}


def _action(problem: StockProblem, p: Proposal) -> tuple[object, ...]:
    high = float(np.quantile(p.window, 0.9))
    wanted = float(p.window.mean())
    reorder, up_to = float(p.levels.reorder[0, 0]), float(p.levels.up_to[0, 0])
    purchase = p.quantity * p.product.cost + (p.product.order_cost if p.quantity else 0.0)
    return (
        p.line.place,
        problem.origin,
        "order" if p.quantity else "wait",
        p.quantity,
        float(p.costs[0].mean()),
        reason(p.product, p.line, quantity=p.quantity, levels=(reorder, up_to), demand=(wanted, high)),
        p.product.id,
        p.product.policy,
        reorder,
        up_to,
        p.line.on_hand,
        p.line.on_way,
        wanted,
        high,
        p.product.reach_days,
        problem.origin + timedelta(days=p.product.lead_days) if p.quantity else None,
        purchase,
    )


def _line(p: Proposal) -> dict[str, object]:
    plan, today = p.costs
    saved = paired_mean(today - plan)
    facts: dict[str, object] = {PRODUCT: p.product.id, c.PLACE: p.line.place, "policy": p.product.policy}
    for name, ledger, cost in zip((PLAN, TODAY), p.outcomes, (plan, today), strict=True):
        facts |= {
            f"{name}_served": 1 - float(ledger.lost.sum()) / max(float(ledger.wanted.sum()), 1e-9),
            f"{name}_lost": float(ledger.lost.mean()),
            f"{name}_short_days": float(ledger.short_days.mean()),
            f"{name}_wasted": float(ledger.wasted.mean()),
            f"{name}_orders": float(ledger.orders.mean()),
            f"{name}_cost": float(cost.mean()),
        }
    return facts | {
        "perfect_cost": float(p.perfect.mean()),
        "bound": p.bound,
        "saved": saved.mean,
        "saved_low": saved.low,
        "saved_high": saved.high,
    }


def _totals(proposals: Sequence[Proposal]) -> pl.DataFrame:
    """Both policies and perfect knowledge over all lines, path by path; ``saved`` against today, 95 % of its mean."""
    if not proposals:
        return pl.DataFrame()
    today = np.sum([p.costs[1] for p in proposals], axis=0)
    rows: list[dict[str, object]] = []
    for number, name in enumerate((PLAN, TODAY)):
        ledgers = [(p.product, p.outcomes[number]) for p in proposals]
        cost = np.sum([p.costs[number] for p in proposals], axis=0)
        saved = paired_mean(today - cost)
        rows.append(
            {
                "policy": name,
                "lost": sum(float(g.lost.mean()) for _, g in ledgers),
                "lost_cost": sum(float(g.lost.mean()) * q.short_cost for q, g in ledgers),
                "wasted": sum(float(g.wasted.mean()) for _, g in ledgers),
                "waste_cost": sum(float(g.wasted.mean()) * q.waste_cost for q, g in ledgers),
                "holding_cost": sum(float(g.held.mean()) * q.holding_cost for q, g in ledgers),
                "order_cost": sum(float(g.orders.mean()) * q.order_cost for q, g in ledgers),
                "cost": float(cost.mean()),
                "saved": saved.mean,
                "saved_low": saved.low,
                "saved_high": saved.high,
            }
        )
    perfect = np.sum([p.perfect for p in proposals], axis=0)
    saved = paired_mean(today - perfect)
    known = {"policy": "perfect knowledge", "cost": float(perfect.mean())}
    rows.append(known | {"saved": saved.mean, "saved_low": saved.low, "saved_high": saved.high})
    return pl.DataFrame(rows, infer_schema_length=None)


def _paths(proposals: Sequence[Proposal], days: int) -> pl.DataFrame:
    """The money of every path that judges, place and policy, over ``days``: what finance compares on common days."""
    frames = []
    for p in proposals:
        for name, ledger in zip((PLAN, TODAY), p.outcomes, strict=True):
            frames.append(
                pl.DataFrame(
                    {
                        "path": np.arange(ledger.lost.shape[1]),
                        "lost_cost": ledger.lost[0] * p.product.short_cost,
                        "waste_cost": ledger.wasted[0] * p.product.waste_cost,
                        "holding_cost": ledger.held[0] * p.product.holding_cost,
                        "order_cost": ledger.orders[0] * p.product.order_cost,
                    }
                ).with_columns(pl.lit(name).alias("policy"), pl.lit(p.line.place).alias(c.PLACE))
            )
    if not frames:
        return pl.DataFrame()
    keys = ("policy", c.PLACE, "path")
    return pl.concat(frames).group_by(keys).agg(pl.all().sum()).sort(keys).with_columns(pl.lit(days).alias("days"))


def _notes(problem: StockProblem, proposals: Sequence[Proposal], days: int) -> tuple[str, ...]:
    told = problem.traffic.shape[2]
    notes = [
        f"Costs are expected over {days} days: lost margin, waste, holding and ordering; goods that sell are not a cost.",
        "The bound is the cost with perfect knowledge of every path, which nobody can reach; for goods that do not keep "
        "until the next delivery it is the newsvendor optimum, the least that any order made in advance can cost.",
        "What is missing is lost: customers do not wait. Stock on hand counts as fresh.",
    ]
    if days > told:
        notes.append(f"The forecast reaches {told} days; the days after it repeat its last week.")
    unruled = sum(p.line.today is None for p in proposals)
    if unruled:
        notes.append(f"{unruled:,} lines have no rule today; they are compared with ordering the average.")
    if any(p.product.holding is None for p in proposals):
        notes.append(f"Where no holding cost is given, it is {HOLDING_A_YEAR:.0%} of the cost a year.")
    return tuple(notes)
