"""``busyness plan stock``: what to order, and what changed since the last plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import Currency, Json, Lang, Out, Quiet, told


def command(
    forecast: Annotated[Path, typer.Option(help="Folder of a forecast of visitors.", show_default=False)],
    products: Annotated[str, typer.Option(help="product,price,cost,lead_days, …: a file or URL#table.", show_default=False)],
    stock: Annotated[str, typer.Option(help="place,product,on_hand, …: a file or URL#table.", show_default=False)],
    since: Annotated[
        Optional[Path], typer.Option(help="Folder of the last plan: only what changed since is ordered anew.")
    ] = None,
    tolerance: Annotated[float, typer.Option(min=0, help="Smaller changes of demand or stock wait for the review.")] = 0.2,
    to: Annotated[str, typer.Option(help="Write the orders here too: URL#table, or a .csv, .parquet or .jsonl.")] = "",
    currency: Currency = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the paths of demand.")] = 0,
    lang: Lang = "en",
    out: Out = Path("plan"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and show, write nothing.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what to order of each product in each store, and what that costs beside today's rule (docs/stock.md).

    Example: busyness plan stock --forecast out --products products.csv --stock stock.csv --currency PEN
    """
    work = workflow("plan_stock")
    ordering = work.Ordering(since, tolerance, to, currency, lang, seed)
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_stock(
            forecast, work.StockTables(products, stock), None if dry_run else out, ordering=ordering, progress=bar
        )
    if not as_json:
        _show(plan)
    told(plan, written, None if dry_run else out, as_json=as_json, lang=lang)


def _show(plan: Any) -> None:  # noqa: ANN401  # Plan
    """What changed, and each cost of the plan beside today's and what somebody would pay who knew the future."""
    if "changes" in plan.tables:
        changed = plan.tables["changes"].select("place", "product", "changed", "was", "now")
        show.table("", changed.columns, changed.head(20).rows())
    totals = plan.tables["totals"]
    if totals.height:
        names = [name for name in totals.columns if name != "policy"]
        rows = [(name, *totals[name]) for name in names]
        show.table("", ("", *totals["policy"]), rows)
