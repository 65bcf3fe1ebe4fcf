"""``busyness plan intraday``: what flex people should do while the day runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import Json, Lang, Out, Quiet, told

_SHOWN = ("policy", "cost", "wait", "gave_up", "saves_static", "saves_static_low", "saves_static_high", "gap_closed")


def command(
    forecast: Annotated[Path, typer.Option(help="Folder of a forecast of visitors.", show_default=False)],
    staffing: Annotated[Optional[Path], typer.Option(help="Folder of the staffing plan: the roster's heads.")] = None,
    flex: Annotated[Optional[Path], typer.Option(help="YAML of flex people, visitors and money.")] = None,
    day: Annotated[
        Optional[datetime], typer.Option(formats=["%Y-%m-%d"], help="Which day. Default: the first whole one.")
    ] = None,
    so_far: Annotated[Optional[Path], typer.Option(help="place,time,observed: the steps that are over.")] = None,
    now: Annotated[Optional[Path], typer.Option(help="place and any of waiting,busy,flex,coming, as it stands now.")] = None,
    log: Annotated[Optional[Path], typer.Option(help="Log of earlier days: recalibrates, and judges off-policy.")] = None,
    days: Annotated[int, typer.Option(min=2, help="Common random days the policies are compared on.")] = 500,
    learn: Annotated[int, typer.Option(min=0, help="Rounds of learning (80 take some minutes). Default: none.")] = 0,
    learned: Annotated[Optional[Path], typer.Option(help="learned.npz of an earlier plan.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random days.")] = 0,
    lang: Lang = "en",
    out: Out = Path("plan"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say who should move, be called in or go home in the next quarter of an hour, and which policy says so.

    Policies (the roster as it is, thresholds, look-ahead, learned) are compared on common random days, beside a bound that
    nobody can beat; the learned one takes over only where it is surely better. Needs the extra intraday (docs/intraday.md).

    Example: busyness plan intraday --forecast out --staffing out/plans/staffing --so-far today.csv
    """
    work = workflow("plan_intraday")
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_intraday(
            work.IntradayTables(forecast, staffing, flex, so_far, now, log, learned),
            out,
            asked=work.Asked(day.date() if day else None, days, learn, lang, seed),
            progress=bar,
        )
    if not as_json:
        compared = plan.tables["comparison"].select(_SHOWN)
        show.table("", compared.columns, compared.rows())
        for row in plan.actions.iter_rows(named=True):
            show.say(f"• {row['reason']}")
    told(plan, written, out, as_json=as_json, lang=lang)
