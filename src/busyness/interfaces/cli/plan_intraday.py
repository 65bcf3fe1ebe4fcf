"""``busyness plan intraday`` and ``intraday-log``: what flex people should do while the day runs, and what came of it."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import Json, Lang, Out, Quiet, told

_SHOWN = ("policy", "cost", "wait", "gave_up", "saves_static", "gap_closed")  # as many as 80 columns of a terminal hold
_LOGGED = ("date", "steps", "left_out", "offers", "accepted", "unanswered")
_DAY, _LEARN = "The day", "Learning from earlier days"
_TOLD = 10


def _option(panel: str, text: str, *names: str, **more: Any) -> Any:  # noqa: ANN401  # what typer.Option returns
    return typer.Option(*names, rich_help_panel=panel, help=text, **more)


Forecast = Annotated[Path, _option(_DAY, "Folder of a forecast of visitors.", show_default=False)]
Staffing = Annotated[Optional[Path], _option(_DAY, "Folder of the staffing plan: the roster's heads.")]
Flex = Annotated[Optional[Path], _option(_DAY, "YAML of flex people, visitors and money.")]
Day = Annotated[Optional[datetime], _option(_DAY, "Which day. Default: the first whole one.", formats=["%Y-%m-%d"])]
SoFar = Annotated[Optional[Path], _option(_DAY, "place,time,arrivals (or observed): the steps that are over.")]
Now = Annotated[Optional[Path], _option(_DAY, "place and any of waiting,busy,flex,coming, as it stands now.")]
TodaysAnswers = Annotated[Optional[Path], _option(_DAY, "time,accepted,by: today's so far, so that the day's limits hold.")]
Days = Annotated[int, _option(_LEARN, "Common random days the policies are compared on.", min=2)]
Log = Annotated[
    Optional[Path],
    _option(
        _LEARN,
        "Log of earlier days, a file or a folder: recalibrates what is believed, judges the learned policy from it, and "
        "watches it if it is in charge.",
    ),
]
Learn = Annotated[int, _option(_LEARN, "Rounds of learning (80 take some minutes). Default: none.", min=0)]
LearnedBefore = Annotated[
    Optional[Path], _option(_LEARN, "learned.npz of an earlier plan: the policy, and who is in charge.")
]
Try = Annotated[
    float,
    _option(
        _LEARN,
        "Share of steps in which something that may be as good is tried on purpose: only what is tried can be judged from "
        "the log.",
        "--try",
        min=0,
        max=0.5,
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Of the random days and of what is tried.")]


def command(
    forecast: Forecast,
    staffing: Staffing = None,
    flex: Flex = None,
    day: Day = None,
    so_far: SoFar = None,
    now: Now = None,
    answers: TodaysAnswers = None,
    days: Days = 500,
    log: Log = None,
    learn: Learn = 0,
    learned: LearnedBefore = None,
    try_: Try = 0.0,
    seed: Seed = 0,
    lang: Lang = "en",
    out: Out = Path("plan"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say who should move, be called in or go home in the next quarter of an hour, and which policy says so.

    Policies (the roster as it is, thresholds, look-ahead, learned) are compared on common random days, beside a bound that
    nobody can beat; the learned one takes over only where it is surely better, and goes where its days in charge were surely
    worse. What is offered is kept in the folder; log it after the day with busyness plan intraday-log.

    Needs the extra intraday. See docs/intraday.md, "The loop, day by day".

    Example: busyness plan intraday --forecast out --staffing out/plans/staffing --so-far today.csv --out day

    Example, at night: busyness plan intraday --forecast out --staffing out/plans/staffing --log log --learned
    night/learned.npz --out night
    """
    work = workflow("plan_intraday")
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_intraday(
            work.IntradayTables(forecast, staffing, flex, so_far, now, log, learned, answers),
            out,
            asked=work.Asked(day.date() if day else None, days, learn, lang, seed, try_),
            progress=bar,
        )
    if not as_json:
        words, say = work.plan_words(lang), workflow("plan_output").said
        compared = [
            (words.known("policy", name), *figures) for name, *figures in plan.tables["comparison"].select(_SHOWN).rows()
        ]
        show.table("", [words.known("column", name) for name in _SHOWN], compared)
        for row in plan.tables["standing"].iter_rows(named=True):
            charge = say(f"In charge: {row['in_charge']} (before: {row['before']}).", lang)
            show.say(f"{charge} {row['reason']}")
        for row in plan.actions.iter_rows(named=True):
            show.say(f"• {row['reason']}")
    told(plan, written, out, as_json=as_json, lang=lang, seconds=time.monotonic() - bar.begun)


def log_command(
    plan: Annotated[list[Path], typer.Option(help="Folder of busyness plan intraday. Repeatable.", show_default=False)],
    came: Annotated[
        Path,
        typer.Option(
            help="place,time,arrivals of each quarter of an hour; better with served,busy_minutes,gave_up,waited_minutes.",
            show_default=False,
        ),
    ],
    log: Annotated[Path, typer.Option(help="Where the log is kept: a .parquet, a .csv, or a folder.", show_default=False)],
    answers: Annotated[
        Optional[Path],
        typer.Option(help="time,accepted,by and any of turn,travel_minutes,cluster. Default: nobody was asked."),
    ] = None,
    rejected: Annotated[
        Optional[Path], typer.Option(help="A CSV for the rows that were left out: file,line,reason.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the tables; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Log the days that are over: what was offered, who accepted, what came and what it cost.

    Counting who came is enough; waits and services are then worked out by the queue, and nothing is learned about service
    and patience. The same day twice takes its own place. Rows that cannot be are named and left out. The service exports
    its answers: GET /v1/intraday/log as CSV.

    Example: busyness plan intraday-log --plan day --answers answers.csv --came came.csv --log log
    """
    done = workflow("log_intraday").log_intraday(plan, came, log, answers=answers, dry_run=dry_run)
    if rejected is not None and not dry_run:
        done.rejected.write_csv(rejected)
    if as_json:
        show.as_json(
            {
                "days": done.days.to_dicts(),
                "again": done.again,
                "rejected": done.rejected.to_dicts(),
                "notes": list(done.notes),
                "log": None if dry_run else str(log),
            }
        )
        return
    show.notes(done.notes)
    for row in done.rejected.head(_TOLD).iter_rows(named=True):
        show.say(f"Left out: {row['file']}, line {row['line']}: {row['reason']}.")
    if done.rejected.height > _TOLD:
        show.say(f"Further rows left out: {done.rejected.height - _TOLD:,}; --rejected FILE lists them all.")
    several = done.days["cluster"].n_unique() > 1
    days = done.days.select("cluster", *_LOGGED) if several else done.days.select(_LOGGED)
    show.table("", [name.replace("_", " ") for name in days.columns], days.rows())
    again = f", of which again: {done.again:,}" if done.again else ""
    show.say("Nothing was written." if dry_run else f"Days logged: {done.days.height:,}{again}. Written: {log}")
