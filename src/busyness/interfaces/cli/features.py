"""``busyness features``: the catalog, or the exact design matrix of a file."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

File = Annotated[Optional[str], typer.Argument(help="Counts; without it, the catalog is printed.", show_default=False)]


@with_options(leave_out=("model", "levels", "fast", "origins", "windows", "step", "end", "refit", "lang"))
def command(
    options: Options,
    file: File = None,
    encode: Annotated[
        str, typer.Option("--encode", help="none, normalize, onehot, labels or target: how columns are written.")
    ] = "none",
) -> None:
    """Print the catalog of features, or write the design matrix of a file with every feature by name.

    With FILE it writes features.parquet (place, time, origin, y and every feature) and catalog.csv to --out.

    Example: busyness features visits.csv --timezone America/Lima --country PE --out matrix
    """
    work = workflow("features")
    if file is None:
        catalog = work.catalog()
        if options.as_json:
            show.as_json({"features": catalog.to_dicts()})
        else:
            show.table("", catalog.columns, catalog.rows())
        return
    settings = options.settings(file)
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        rows, names, written = work.write_features(settings, encode=encode, progress=bar)
    if options.as_json:
        show.as_json({"rows": rows, "features": names, "files": [str(path) for path in written]})
        return
    show.say(f"{rows:,} rows × {len(names)} features: {', '.join(str(path) for path in written)}")
