"""``busyness plan promotions``: what promotions did, and when the next ones pay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import Currency, Json, Lang, Out, Quiet, told


def command(
    history: Annotated[
        str,
        typer.Option(
            help="A run's YAML or its file of counts: the past is replayed without promotions; or a backtest's folder.",
            show_default=False,
        ),
    ],
    promotions: Annotated[Path, typer.Option(help="place,start,end,type of those that ran.", show_default=False)],
    forecast: Annotated[Optional[Path], typer.Option(help="Folder of a forecast: the days to choose windows from.")] = None,
    candidates: Annotated[
        Optional[Path], typer.Option(help="place,start,end,type,cost. Default: the quieter days of each place.")
    ] = None,
    terms: Annotated[Optional[Path], typer.Option(help="YAML of margin, minutes, wage, budget, cool_down, cost.")] = None,
    margin: Annotated[Optional[float], typer.Option(help="What an extra visit earns.")] = None,
    minutes: Annotated[Optional[float], typer.Option(help="Staff minutes that an extra visit takes. Default: 0.")] = None,
    wage: Annotated[Optional[float], typer.Option(help="What an hour of staff costs. Default: 0.")] = None,
    budget: Annotated[Optional[float], typer.Option(help="The most all windows may cost. Default: no limit.")] = None,
    cool_down: Annotated[Optional[int], typer.Option(help="Days between two windows of a place. Default: 7.")] = None,
    cost: Annotated[Optional[float], typer.Option(help="What one window costs; by type in --terms. Default: 0.")] = None,
    weeks: Annotated[
        Optional[int], typer.Option(min=1, help="Weeks of the past to replay. Default: all but the first third.")
    ] = None,
    currency: Currency = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the placebo draws and of the lots of a test.")] = 0,
    lang: Lang = "en",
    out: Out = Path("plan"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check what is given, and say what would be done.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell what each type of promotion did, beside what chance does, and recommend windows that are sure to pay.

    Types with too few windows are said to be not estimable, and get a test in switch_back.csv (docs/promotions.md).

    Example: busyness plan promotions --history stores.yaml --promotions promotions.csv --forecast out --margin 4
    """
    work, reading = workflow("plan_promotions"), workflow("promotion_terms")
    given = {"margin": margin, "minutes": minutes, "wage": wage, "budget": budget, "cool_down": cool_down, "cost": cost}
    agreed = reading.Terms.of(terms, given)
    tables = work.PromotionTables(history, promotions, forecast, candidates, weeks)
    if dry_run:
        said = work.foresee_promotions(tables, terms=agreed)
        if as_json:
            show.as_json({"would": said})
            return
        for sentence in said:
            show.say(sentence)
        return
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_promotions(
            tables, out, terms=agreed, wanted=work.Wanted(currency, lang, seed), progress=bar
        )
    if not as_json:
        shown = ("type", "change", "low", "high", "by_chance_low", "by_chance_high", "windows")
        show.table("", shown, plan.tables["types"].select(shown).rows())
    told(plan, written, out, as_json=as_json, lang=lang)
