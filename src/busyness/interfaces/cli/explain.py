"""``busyness explain``: why a slot's forecast is what it is, and what one feature does to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of a forecast.", show_default=False)],
    place: Annotated[Optional[str], typer.Option(help="The place's id or name.", show_default=False)] = None,
    time: Annotated[
        Optional[datetime],
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"], help="On the place's clock."),
    ] = None,
    effect: Annotated[
        Optional[str], typer.Option(help="A feature: what the forecast would be at its other values.", show_default=False)
    ] = None,
    html: Annotated[
        Optional[Path], typer.Option(help="Write a page with pictures to this file.", show_default=False)
    ] = None,
    lang: Annotated[str, typer.Option(help="es or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which families of features moved a forecast, and by how much; they add up to it.

    Examples: busyness explain demo --place S001 --time 2026-07-04T19:00 --lang es --html why.html

              busyness explain demo --effect temperature --html temperature.html
    """
    found = workflow("explained").explained(folder, place, time, effect=effect, language=lang, page=html)
    if as_json:
        show.as_json(found.facts)
        return
    show.say(found.sentence)
    for heads, rows in found.tables:
        show.table("", heads, rows)
    show.notes(found.notes)
    if html is not None:
        show.report(html, lang)
