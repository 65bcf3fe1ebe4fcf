"""``busyness places``: what places there are, on a map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

_MOST = 30


@with_options(
    leave_out=(
        "model", "horizon", "levels", "seed", "threads", "fast", "origins", "windows", "step", "end", "refit", "impute",
        "outliers", "known", "capacity",
    )
)  # fmt: skip
def command(
    file: Annotated[
        str,
        typer.Argument(help="Places (CSV, …), areas (GeoJSON, GeoParquet), or events with --rows.", show_default=False),
    ],
    options: Options,
) -> None:
    """Describe places and draw them on a map that needs no network: stores, areas with overlaps and gaps, hexagons.

    Writes places.html and places.csv. With --rows the places of a file of events are drawn, shaded by what was counted.

    Examples: busyness places areas.geojson · busyness places pings.parquet --rows pings --hexagons 8
    """
    settings = options.settings(file)
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        found = workflow("places").find_places(settings, progress=bar)
        out = options.out or Path("places")
        written = found.write(out, title=Path(file.rpartition("#")[2]).name, language=settings.output.lang)
    if options.as_json:
        show.as_json(
            {"places": found.table.to_dicts(), "findings": list(found.findings), "files": [str(path) for path in written]}
        )
        return
    show.notes(found.findings)
    columns = found.table.columns[:6]
    show.table("", columns, found.table.select(columns).head(_MOST).rows())
    if found.table.height > _MOST:
        show.say(f"… and {found.table.height - _MOST:,} more places, in {written[0]}.")
    show.say(f"Map: {written[1]}")
