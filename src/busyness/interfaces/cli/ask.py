"""``busyness ask``: one place, one day, one number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    folder: Annotated[Path, typer.Argument(help="A folder that busyness forecast or predict wrote.", show_default=False)],
    place: Annotated[str, typer.Option(help="Its name or id, whatever the case: 'LAKE VIEW'.", show_default=False)],
    date: Annotated[str, typer.Option(help="A local date inside the forecast: 2020-09-11.", show_default=False)],
) -> None:
    """Ask a forecast how much is expected at one place on one day; the answer is one JSON object.

    Example: busyness ask demo --place "LAKE VIEW" --date 2020-09-11
    """
    show.as_json(workflow("answer").Answers.of_folder(folder).predict(place, date))
