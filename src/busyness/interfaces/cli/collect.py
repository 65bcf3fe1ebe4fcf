"""``busyness collect``: take what is new in a table of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    source: Annotated[
        str, typer.Argument(help="URL#table, such as sqlite:///shop.db#sales, or env:NAME#table.", show_default=False)
    ],
    watermark: Annotated[
        str, typer.Option(help="A column that only grows: when a row was written, a serial number.", show_default=False)
    ],
    into: Annotated[Path, typer.Option(help="Folder that the rows are added to.")] = Path("collected"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Add the rows of a database table that came since the last time to a folder, which every command can read.

    Needs the extra sql. The password belongs in the environment: env:SHOP_DB#sales takes the URL from SHOP_DB.

    Example: busyness collect env:SHOP_DB#sales --watermark written_at --into sales
    """
    with show.Bar(quiet=quiet or as_json) as bar:
        got = workflow("collect").collect(source, into, watermark=watermark, progress=bar)
    if as_json:
        show.as_json({"rows": got.rows, "files": [str(file) for file in got.files], "total": got.total})
        return
    show.say(f"New rows: {got.rows:,}; in {into} now: {got.total:,}")
