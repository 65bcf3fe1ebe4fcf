"""``busyness retrain``: train again when it is due, and let the better model answer."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.domain.clock import SystemClock
from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.posted_options import Posted, PostedTo, State


def command(
    world: Annotated[
        Path, typer.Argument(metavar="WORLD", help="Folder with releases/ and champion.json.", show_default=False)
    ],
    config: Annotated[
        Optional[Path],
        typer.Option(help="YAML of the challenger: model, preparation, retrain; a block left out is the champion's."),
    ] = None,
    drifted: Annotated[
        Optional[Path], typer.Option(help="Table of what drifted: a row each, or those whose column drifted says so.")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also when it is not due.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare, say what would be decided, change nothing.")] = False,
    by: Annotated[Optional[str], typer.Option(help="In whose name. Default: who is logged in.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    posted: Posted = True,
    state: State = "",
    posted_to: PostedTo = "",
) -> None:
    """Train a challenger if it is due (retrain: every, on_drift, margin), compare both on the last two weeks, decide.

    Call it from a timetable as often as you like. Every decision is kept in WORLD/decisions with its figures.

    Example: busyness retrain worlds/retail --dry-run
    """
    work = workflow("models.retrain")
    recipe = workflow("config").read_config(config) if config else None
    table = workflow("models.outcomes").read_table(drifted) if drifted else None
    task = work.Task(
        recipe=recipe, drifted=table, anyway=anyway, dry_run=dry_run, by=by or getpass.getuser(),
        rules=recipe.retrain if recipe and "retrain" in recipe.model_fields_set else None,
        posted=workflow("posted").Store(state, posted_to, posted),
    )  # fmt: skip
    with show.Bar(quiet=as_json) as bar:
        found = work.retrain(world, task, clock=SystemClock(), progress=bar)
    if as_json:
        show.as_json(found.to_dict())
        return
    due = f"Why now: {found.because}." if found.verdict != "not due" else ""
    for sentence in (due, found.sentence, found.recipe, found.posted):
        if sentence:
            show.say(sentence)
    if found.rehearsal is not None:
        names = tuple(found.rehearsal.champion)
        rows = [(who, *(each[n] for n in names)) for who, each in
                (("champion", found.rehearsal.champion), ("challenger", found.rehearsal.challenger))]  # fmt: skip
        show.table(f"The champion {found.rehearsal.how}", ("", *names), rows)
    if found.release:
        show.say(f"Release {found.release}.")
    if dry_run:
        show.say("Nothing was changed.")
