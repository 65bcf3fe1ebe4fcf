"""``busyness roll-up``: from hexagons to districts to the city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    folder: Annotated[Path, typer.Argument(help="A folder that busyness forecast or predict wrote.", show_default=False)],
    to: Annotated[str, typer.Option(help="parent: each place's own; city: everything in one.")] = "parent",
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("rolled-up"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Add a forecast up: hexagons to their parents, everything to the city. Sums come from joint paths, so they add up.

    Writes forecast.parquet (UTC), forecast.csv (local time) and paths.npz.

    Example: busyness roll-up out --to city --out city
    """
    whole, written = workflow("roll_up").roll_up(folder, out, to=to)
    if as_json:
        show.as_json({"places": list(whole.ids), "files": [str(path) for path in written]})
        return
    daily = whole.sum("1d").select("place", "date", "mean", "q10", "q90")
    show.table("", daily.columns, daily.head(30).rows())
    show.say(f"Written: {out}")
