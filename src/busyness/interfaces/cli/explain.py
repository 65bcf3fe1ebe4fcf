"""``busyness explain``: why a slot's forecast is what it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of a forecast.", show_default=False)],
    place: Annotated[str, typer.Option(help="The place's id or name.", show_default=False)],
    time: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"], help="On the place's clock.")
    ],
    lang: Annotated[str, typer.Option(help="es or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which families of features moved a forecast, and by how much; they add up to it.

    Example: busyness explain demo --place S001 --time 2026-07-04T19:00 --lang es
    """
    found = workflow("explain").explain(folder, place, time, language=lang)
    if as_json:
        show.as_json(
            {
                "place": found.place,
                "time": found.time.isoformat(),
                "forecast": found.forecast,
                "families": {share.name: share.amount for share in found.families},
                "features": {share.name: share.amount for share in found.features},
                "sentence": found.sentence,
            }
        )
        return
    show.say(found.sentence)
    show.table("", ("family", "adds"), [(share.said, f"{share.amount:+,.1f}") for share in found.families])
    show.table(
        "",
        ("feature", "value", "adds"),
        [(s.name, "" if s.value is None else f"{s.value:g}", f"{s.amount:+,.1f}") for s in found.features],
    )
