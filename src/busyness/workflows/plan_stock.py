"""What to order, from a forecast folder and the tables of products and stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from busyness.decisions.stock.from_tables import fixed_rates, lines_of, products_of
from busyness.decisions.stock.problem import StockProblem
from busyness.decisions.stock.solve import StockSolver
from busyness.decisions.stock.traffic import daily_traffic
from busyness.domain.errors import InputError
from busyness.sources.stock_levels import read_products, read_stock
from busyness.tables.panel import start_times
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent


@dataclass(frozen=True)
class StockTables:
    """Files, or tables of a database (``URL#table``): the products, and what is on hand and on order."""

    products: str
    stock: str


def plan_stock(
    folder: Path,
    tables: StockTables,
    out: Path,
    *,
    currency: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will propose orders for every product and place of the stock table, and write the plan.

    Demand over lead time and review comes from the forecast's joint paths of visitors; half of them choose, half judge.
    """
    progress = progress or Silent()
    progress.step("Reading")
    stored = read_forecast(folder)
    said = stored.forecast
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over hours.", hint="Forecast visits.")
    first = start_times(said.places, said.slots)[0, 0].astype("datetime64[s]").astype(np.int64)
    origin = datetime.fromtimestamp(int(first), UTC).astimezone(ZoneInfo(said.places[0].timezone))
    facts = read_products(tables.products)
    products = products_of(facts)
    lines = lines_of(read_stock(tables.stock), products, origin=origin, learned={}, fixed=fixed_rates(facts))
    progress.step("Deciding what to order")
    problem = StockProblem(
        products,
        lines,
        daily_traffic(said, seed=seed),
        said.ids,
        origin,
        currency=currency,
        seed=seed,
        versions={"model": said.model},
    )
    plan = StockSolver().decide(problem)
    return plan, write_plan(plan, out)
