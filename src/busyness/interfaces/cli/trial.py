"""``busyness models trial``: a challenger in the champion's shadow, then by lot, then a decision."""

from __future__ import annotations

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.domain.clock import SystemClock
from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.posted_options import Posted, PostedTo, State

app = typer.Typer(help="Try a challenger in real life: in the shadow, then by lot.", no_args_is_help=True)

World = Annotated[Path, typer.Argument(metavar="WORLD", help="Folder with releases/ and champion.json.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
By = Annotated[Optional[str], typer.Option("--by", help="Who decides. Default: who is logged in.", show_default=False)]


@app.command("start")
def start(
    world: World,
    challenger: Annotated[str, typer.Argument(metavar="RELEASE", help="Who wants to be champion.")] = "challenger",
    begins: Annotated[
        Optional[datetime],
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day. Default: today.", show_default=False),
    ] = None,
    shadow_days: Annotated[int, typer.Option(help="Days in the shadow before the lot decides.")] = 7,
    weeks: Annotated[int, typer.Option(help="Weeks by lot: 2, 4, 6, …; 0: the shadow alone.")] = 4,
    unit: Annotated[
        str, typer.Option(help="Lots are drawn over places (each place and day) or days (all places).")
    ] = "places",
    seed: Annotated[int, typer.Option(help="The same seed draws the same lots.")] = 0,
    why: Annotated[str, typer.Option(help="What is hoped for.")] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Begin a trial: the challenger forecasts in the champion's shadow, then each answers on the days that the lot gives it.

    Example: busyness models trial start worlds/retail newest --weeks 4 --why "knows the weather"
    """
    work = workflow("models.trial")
    first: date = begins.date() if begins else SystemClock().now().date()
    plan = work.Plan(first, shadow_days, weeks, unit, seed, by or getpass.getuser(), why)
    trial = work.start(world, challenger, plan, clock=SystemClock())
    facts = {"trial": trial.id, "folder": str(trial.folder), "champion": trial.champion, "challenger": trial.challenger,
             "start": plan.start.isoformat(), "end": plan.end.isoformat()}  # fmt: skip
    warning = _warned(work, world, trial)
    told = f"Trial {trial.id}: {trial.challenger} against {trial.champion}, {plan.start} to {plan.end}. Who serves: " + (
        f"{trial.folder / 'assignment.csv'}." if weeks else "the champion, always."
    )
    _told({**facts, "warning": warning}, told, as_json=as_json)


@app.command("shadow")
def shadow(world: World, posted: Posted = True, state: State = "", posted_to: PostedTo = "", as_json: Json = False) -> None:
    """Let both models forecast from the run's files and what was posted, and store it. Once a day, when they are fresh.

    Example: busyness models trial shadow worlds/retail
    """
    work = workflow("models.trial")
    trial = work.current(world)
    held = workflow("models.held")
    with show.Bar(quiet=as_json) as bar:
        table = workflow("models.shadow").shadow(
            held.held(world, "champion").folder, held.held(world, trial.challenger).folder, trial.folder, progress=bar,
            posted=workflow("posted").Store(state, posted_to, posted), clock=SystemClock(),
        )  # fmt: skip
    seen = table["observed"].is_not_null().sum()
    told = f"{table.height:,} rows in the shadow of trial {trial.id}; of {seen:,} it is known what came."
    facts = {"trial": trial.id, "rows": table.height, "observed": seen, "warning": _warned(work, world, trial)}
    _told(facts, told, as_json=as_json)


@app.command("status")
def status(world: World, as_json: Json = False) -> None:
    """Say how the trial stands: its phase, who serves today, and what the shadow shows so far.

    Example: busyness models trial status worlds/retail
    """
    found = workflow("models.trial").status(world, clock=SystemClock())
    if as_json:
        show.as_json(found)
        return
    show.say(f"Trial {found['trial']}: {found['challenger']} against {found['champion']}; {found['phase']}, "
             f"{found['days_left']} days left, until {found['end']}.")  # fmt: skip
    if found["phase"] == "by lot":
        show.say(f"Today the challenger serves {found['served_by_challenger_today']} of {found['places']} places.")
    if found["refused"]:
        show.say(f"But the gate does not let it answer, so the champion does: {found['refused']}")
    if found["shadow"]:
        share = found["shadow"]["relative"]
        days = share["clusters"]
        told = (
            f"{share['low']:+.1%} to {share['high']:+.1%}, {days} days" if days > 1 else "of one day, so it says little yet"
        )
        show.say(f"In the shadow its absolute error is {share['mean']:+.1%} ({told}). It is decided at the end, not before.")
    elif found["shadow_begun"]:
        show.say("What was forecast in the shadow cannot be compared yet: nothing of it has come so far.")
    else:
        show.say(f"Nothing is in the shadow yet. Once a day: busyness models trial shadow {world}")


@app.command("forecast")
def forecast(
    world: World, posted: Posted = True, state: State = "", posted_to: PostedTo = "", as_json: Json = False
) -> None:
    """Let the challenger forecast from the run's files and what was posted, so that it answers with fresh numbers.

    Example: busyness models trial forecast worlds/retail
    """
    with show.Bar(quiet=as_json) as bar:
        store = workflow("posted").Store(state, posted_to, posted)
        trial = workflow("models.trial").forecast_again(world, clock=SystemClock(), posted=store, progress=bar)
    told = f"Trial {trial.id} goes on with {trial.challenger}."
    _told({"trial": trial.id, "challenger": trial.challenger}, told, as_json=as_json)


@app.command("stop")
def stop(
    world: World,
    why: Annotated[str, typer.Option(help="What went wrong. It is kept beside the trial.", show_default=False)] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """End a trial before its time: from now on the champion alone answers. It is never promoted by this.

    Example: busyness models trial stop worlds/retail --why "half of the orders came too late"
    """
    sentence = workflow("models.trial").stop(world, by=by or getpass.getuser(), why=why, clock=SystemClock())
    _told({"promoted": False, "sentence": sentence}, sentence, as_json=as_json)


@app.command("decide")
def decide(
    world: World,
    outcomes: Annotated[
        Optional[Path], typer.Option(help="Table place,date,value: costs, lost sales, …. Default: errors in the shadow.")
    ] = None,
    higher: Annotated[bool, typer.Option("--higher-is-better", help="Of the outcomes, such as sales.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be decided, and change nothing.")] = False,
    by: By = None,
    as_json: Json = False,
    posted: Posted = True,
    state: State = "",
    posted_to: PostedTo = "",
) -> None:
    """Decide a trial that is over: promote the challenger if it is surely better. The figures are kept beside the trial.

    Example: busyness models trial decide worlds/retail --outcomes costs.csv
    """
    work = workflow("models.trial")
    table = workflow("models.outcomes").read_outcomes(outcomes) if outcomes else None
    with show.Bar(quiet=as_json) as bar:
        verdict = work.Verdict(by or getpass.getuser(), higher)
        store = workflow("posted").Store(state, posted_to, posted)
        found = work.decide(world, verdict, clock=SystemClock(), outcomes=table, dry_run=dry_run, posted=store, progress=bar)
    _told(found.to_dict(), found.sentence + (" Nothing was changed." if dry_run else ""), as_json=as_json)


def _warned(work: Any, world: Path, trial: Any) -> str:  # noqa: ANN401  # workflows.models.trial, and its Trial
    """Say where the world's data are too old for a trial."""
    warning: str = work.nothing_to_learn(world, trial)
    show.notes([warning] if warning else [])
    return warning


def _told(facts: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(facts)
    else:
        show.say(sentence)
