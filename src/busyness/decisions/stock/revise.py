"""Between two reviews: what has changed since the last plan, and a new proposal where it matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from busyness.decisions.stock.demand import unit_demand
from busyness.decisions.stock.levels import window_demand
from busyness.decisions.stock.problem import StockLine, StockProblem
from busyness.decisions.stock.rates import PRODUCT
from busyness.decisions.stock.solve import StockSolver
from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.tables.plan import Plan

TOLERANCE = 0.2
"""Changes below this share of the demand an order has to cover are left to the next review."""

_CHANGES = {
    c.PLACE: pl.String,
    PRODUCT: pl.String,
    "changed": pl.String,  # forecast, stock, or new
    "was": pl.Float64,  # units: demand over the order's reach, or the stock that was to be expected by now
    "now": pl.Float64,  # units
    "reason": pl.String,
}


def changes(problem: StockProblem, before: Plan, *, tolerance: float = TOLERANCE) -> pl.DataFrame:
    """This will say which lines changed since the plan ``before``: ``place, product, changed, was, now, reason``.

    The forecast changed where the demand of the next days is another by more than ``tolerance`` of it; the stock where
    what is on hand and on the way is further than that from what the plan left, less the demand it expected since. A
    line may have both; one that the plan did not know is new. Raises ``InputError`` for a plan later than the problem.
    """
    known = {(row[c.PLACE], row[PRODUCT]): row for row in before.actions.iter_rows(named=True)}
    rows: list[tuple[object, ...]] = []
    catalog = problem.catalog
    for line in problem.lines:
        old = known.get((line.place, line.product))
        if old is None:
            there = line.on_hand + line.on_way
            rows.append((line.place, line.product, "new", None, there, "The last plan did not know it."))
            continue
        days = (problem.origin - old[c.TIME]).total_seconds() / 86400
        if days < 0:
            raise InputError(
                f"The last plan is of {old[c.TIME]:%Y-%m-%d %H:%M}, after the forecast's origin.", hint="Take an older plan."
            )
        wanted = _expected(problem, line, catalog[line.product].reach_days)
        enough = tolerance * max(wanted, old["demand"], 1.0)
        rows += _changed(line, old, wanted=wanted, enough=enough, days=days)
    return pl.DataFrame(rows, schema=_CHANGES, orient="row")


def revise(problem: StockProblem, before: Plan, *, tolerance: float = TOLERANCE) -> Plan:
    """This will propose orders anew for the lines that changed since ``before``, and for no others.

    Every reason begins with what changed; table ``changes`` lists it. Without a change the plan has no actions.
    """
    changed = changes(problem, before, tolerance=tolerance)
    why = {(row[0], row[1]): row[2] for row in _reasons(changed).iter_rows()}
    plan = StockSolver().decide(
        replace(problem, lines=tuple(line for line in problem.lines if (line.place, line.product) in why))
    )
    actions = plan.actions.join(_reasons(changed), on=[c.PLACE, PRODUCT], how="left", maintain_order="left")
    actions = actions.with_columns(pl.concat_str("why", pl.lit(" "), "reason").alias("reason")).drop("why")
    still = len(problem.lines) - len(why)
    notes = (
        *_forgotten(problem, before),
        f"{still:,} of {len(problem.lines):,} lines wait for their review: little changed.",
        *plan.notes,
    )
    return replace(plan, actions=actions, tables={**plan.tables, "changes": changed}, notes=notes)


def _forgotten(problem: StockProblem, before: Plan) -> tuple[str, ...]:
    """A warning where most of the last orders are nowhere: neither on hand nor on the way, so they would be made twice."""
    ordered = {(row[c.PLACE], row[PRODUCT]): row for row in before.actions.iter_rows(named=True) if row["quantity"] > 0}
    lines = [line for line in problem.lines if (line.place, line.product) in ordered]
    lost = 0
    for line in lines:
        old = ordered[line.place, line.product]
        days = (problem.origin - old[c.TIME]).total_seconds() / 86400
        without = max(old["on_hand"] + old["on_order"] - old["demand"] / old["days"] * days, 0.0)
        lost += line.on_hand + line.on_way < without + old["quantity"] / 2
    if lost <= len(lines) / 2:
        return ()
    return (
        f"Of the {len(lines):,} lines that the last plan ordered, {lost:,} show no sign of it in the stock table: write the "
        "orders there as on order, else they are made twice.",
    )


def _reasons(changed: pl.DataFrame) -> pl.DataFrame:
    return changed.group_by(c.PLACE, PRODUCT, maintain_order=True).agg(pl.col("reason").str.join(" ").alias("why"))


def _expected(problem: StockProblem, line: StockLine, reach: int) -> float:
    visitors = problem.traffic[:, problem.places.index(line.place)]
    demand = unit_demand(line, visitors, seed=problem.seed)
    return float(np.mean(window_demand(demand, reach)[:, 0]))


def _changed(
    line: StockLine, old: dict[str, object], *, wanted: float, enough: float, days: float
) -> list[tuple[object, ...]]:
    """This will compare a line with its row in the last plan."""
    planned = {name: float(str(old[name])) for name in ("demand", "days", "on_hand", "on_order", "quantity")}
    found: list[tuple[object, ...]] = []
    if abs(wanted - planned["demand"]) > enough:
        share = wanted / planned["demand"] - 1 if planned["demand"] else 1.0
        text = (
            f"The forecast of the next {planned['days']:.0f} days went {'up' if share > 0 else 'down'} {abs(share):.0%} "
            f"({planned['demand']:,.0f} to {wanted:,.0f})."
        )
        found.append((line.place, line.product, "forecast", planned["demand"], wanted, text))
    sold = planned["demand"] / planned["days"] * days
    expected = max(planned["on_hand"] + planned["on_order"] + planned["quantity"] - sold, 0.0)
    there = line.on_hand + line.on_way
    if abs(there - expected) > enough:
        text = f"{there:,.0f} are on hand and on the way where {expected:,.0f} were expected by now."
        found.append((line.place, line.product, "stock", expected, there, text))
    return found
