"""``busyness get``: public data sets, to try things on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow


def command(
    name: Annotated[Optional[str], typer.Argument(help="Which one; none: list them.", show_default=False)] = None,
    out: Annotated[Path, typer.Option(help="Folder of the file.")] = Path("data"),
    since: Annotated[
        Optional[datetime], typer.Option(formats=["%Y-%m-%d"], help="Only rows of this day and later.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Fetch a public data set from the portal that publishes it. A download that broke off goes on where it was.

    Beside the file stands where it came from, its checksum and its terms. An application token of a portal is read from
    BUSYNESS_PORTAL_TOKEN.

    Example: busyness get chicago-scooters --out data
    """
    work = workflow("get")
    if name is None:
        found = work.listed()
        if as_json:
            show.as_json({"datasets": found})
            return
        show.table("", ("name", "what it holds", "publisher"), [(d["name"], d["about"], d["publisher"]) for d in found])
        return
    with show.Bar(quiet=quiet or as_json) as bar:
        got = work.get(name, out, since=since and since.date(), progress=bar)
    if as_json:
        show.as_json(
            {"file": str(got.file), "rows": got.rows, "sha256": got.checksum, "fetched": got.fetched, "kept": got.kept}
        )
        return
    rows = "" if got.rows is None else f", {got.rows:,} rows"
    show.say(f"Fetched: {got.file}{rows}; its terms stand in {got.file}.json")
    use = next(d["use"] for d in work.listed() if d["name"] == name)
    if use:
        show.say(f"Try: {use.replace(got.file.name, str(got.file))}")
