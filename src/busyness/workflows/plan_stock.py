"""What to order, from a forecast folder and the tables of products and stock; and what changed since the last plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from busyness.decisions.stock.from_tables import fixed_rates, lines_of, products_of
from busyness.decisions.stock.problem import StockProblem
from busyness.decisions.stock.revise import TOLERANCE, revise
from busyness.decisions.stock.solve import StockSolver
from busyness.decisions.stock.traffic import daily_traffic
from busyness.domain.errors import InputError
from busyness.reports.plan_page import page_files, plan_words
from busyness.reports.sentences import plan_in
from busyness.reports.stock_page import StockMaterial, stock_page
from busyness.sources.stock_levels import read_products, read_stock
from busyness.sources.write_back import checked_target, write_back
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.simulated import from_simulation
from busyness.workflows.stored_plan import StoredPlan, read_plan

ORDER = (c.PLACE, "product", "quantity", c.TIME, "arrives", "purchase", "reason")
"""The columns of orders that are written back; one row a place, product and time of ordering."""


@dataclass(frozen=True)
class StockTables:
    """Files, or tables of a database (``URL#table``): the products, and what is on hand and on order."""

    products: str
    stock: str


@dataclass(frozen=True)
class Ordering:
    """``since`` is the folder of the last plan: only what changed by more than ``tolerance`` is ordered anew.

    ``to`` is where orders are written (a file or ``URL#table``; empty: only into the plan's folder).
    """

    since: Path | None = None
    tolerance: float = TOLERANCE
    to: str = ""
    currency: str = ""
    lang: str = "en"
    seed: int = 0


def plan_stock(
    folder: Path,
    tables: StockTables,
    out: Path | None,
    *,
    ordering: Ordering | None = None,
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will propose orders for the products and places of the stock table, and write the plan (``out`` None: nothing).

    Demand over lead time and review comes from the forecast's joint paths of visitors; half of them choose, half judge.
    Where the plan revises another, table ``changes`` says what changed, and so does each order's reason.
    """
    progress, ordering = progress or Silent(), ordering or Ordering()
    plan_words(ordering.lang)  # a language that nobody knows is refused before the work, not after it
    if ordering.to:
        checked_target(ordering.to)
    if not ordering.tolerance >= 0:
        raise InputError(f"A tolerance of {ordering.tolerance:g} is not possible.", hint="Use a share such as 0.2.")
    progress.step("Reading")
    before = read_plan(ordering.since, "stock") if ordering.since is not None else None
    problem, said = _problem(folder, tables, ordering)
    progress.step("Deciding what to order")
    plan = StockSolver().decide(problem) if before is None else _revised(problem, before, ordering)
    plan = plan_in(plan, ordering.lang)
    if out is None:
        return plan, []
    simulated = from_simulation((folder, tables.products, tables.stock))
    names = {place.id: place.label for place in said.places}
    material = StockMaterial(plan, ordering.lang, names, said.places[0].timezone, simulated)
    written = write_plan(
        plan,
        out,
        texts=page_files(stock_page(material), ordering.lang),
        more={"simulated": simulated},
        zone=said.places[0].timezone,
    )
    if ordering.to:
        plan = replace(plan, notes=(write_back(orders_of(plan), ordering.to, keys=ORDER[:2] + ORDER[3:4]), *plan.notes))
    return plan, written


def orders_of(plan: Plan) -> pl.DataFrame:
    """This will return the plan's orders with the columns of ``ORDER``; lines that wait are left out."""
    return plan.actions.filter(pl.col("action") == "order").select(ORDER)


def _problem(folder: Path, tables: StockTables, ordering: Ordering) -> tuple[StockProblem, Forecast]:
    stored = read_forecast(folder)
    said = stored.forecast
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over hours.", hint="Forecast visits.")
    first = start_times(said.places, said.slots)[0, 0].astype("datetime64[s]").astype(np.int64)
    origin = datetime.fromtimestamp(int(first), UTC).astimezone(ZoneInfo(said.places[0].timezone))
    facts = read_products(tables.products)
    products = products_of(facts)
    lines = lines_of(read_stock(tables.stock), products, origin=origin, learned={}, fixed=fixed_rates(facts))
    problem = StockProblem(
        products,
        lines,
        daily_traffic(said, seed=ordering.seed),
        said.ids,
        origin,
        currency=ordering.currency,
        seed=ordering.seed,
        versions={"model": said.model, "seed": str(ordering.seed)},
    )
    return problem, said


def _revised(problem: StockProblem, before: StoredPlan, ordering: Ordering) -> Plan:
    known = before.plan.actions
    for name in ("product", "demand", "days", "on_hand", "on_order"):
        if name not in known.columns:
            raise InputError(f"The plan in {before.folder} has no column '{name}'.", hint="Make the stock plan again.")
    plan = revise(problem, before.plan, tolerance=ordering.tolerance)
    zone = str(problem.origin.tzinfo)
    of = str(known[c.TIME].dt.convert_time_zone(zone).max())[:16] if known.height else ""
    return replace(plan, versions={**plan.versions, "since": of})
