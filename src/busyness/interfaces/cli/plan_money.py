"""``busyness plan money``: what the plans save beside today's practice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import Currency, DryRun, Json, Lang, Out, Quiet, told


def command(
    forecast: Annotated[Path, typer.Option(help="Folder of a forecast of visitors.", show_default=False)],
    staffing: Annotated[Path, typer.Option(help="Folder of the staffing plan made from it.", show_default=False)],
    today: Annotated[
        Optional[Path], typer.Option(help="Today's roster: person,start,end,role,place,break; or place,time,heads.")
    ] = None,
    flat: Annotated[bool, typer.Option("--flat", help="Today is the same hours spread evenly (the default).")] = False,
    stock: Annotated[Optional[Path], typer.Option(help="Folder of the stock plan made from the same forecast.")] = None,
    assumptions: Annotated[Optional[Path], typer.Option(help="assumptions.yaml of an earlier plan, edited.")] = None,
    set_: Annotated[Optional[list[str]], typer.Option("--set", help="name=value, such as wage=12; may be repeated.")] = None,
    currency: Currency = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the paths of visitors.")] = 0,
    lang: Lang = "en",
    out: Out = Path("plan"),
    dry_run: DryRun = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Set labour, service, waits, lost sales and waste of the plans beside today's practice, with intervals.

    Every number that nobody measured is in assumptions.yaml: edit it and give it back (docs/money.md).

    Example: busyness plan money --forecast out --staffing staff --today roster.csv --set wage=12 --currency PEN
    """
    if flat and today is not None:
        raise typer.BadParameter("Give --today or --flat, not both.")
    work = workflow("plan_money")
    assumed = work.Assumed.of(assumptions, set_ or [])
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_money(
            work.MoneyTables(forecast, staffing, today, stock),
            None if dry_run else out,
            assumed=assumed,
            wanted=work.Wanted(currency, lang, seed),
            progress=bar,
        )
    if not as_json:
        page = plan.tables["page"].drop("unit").rename({"change_low": "from", "change_high": "to"})
        show.table("", page.columns, page.rows())
    told(plan, written, None if dry_run else out, as_json=as_json, lang=lang)
