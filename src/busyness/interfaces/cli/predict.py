"""``busyness predict``: a saved model and fresh rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import File
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

Artifact = Annotated[
    Path, typer.Argument(metavar="MODEL", help="Folder of a model, or of the run that holds one.", show_default=False)
]


@with_options(
    leave_out=("model", "levels", "seed", "fast", "outliers", "impute", "origins", "windows", "step", "end", "refit", "lang")
)
def command(artifact: Artifact, file: File, options: Options) -> None:
    """Forecast what comes after fresh rows with a saved model: tomorrow without retraining.

    Writes forecast.parquet, forecast.csv, peaks.csv, paths.npz, rejected.parquet, and what busyness explain reads
    (examples.npz and a copy of the model).

    Example: busyness predict stores/model visits-until-today.csv --timezone America/Lima --country PE --out tomorrow
    """
    settings = options.settings(file)
    work = workflow("predict")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.predict(artifact, settings, progress=bar)
        written = run.write(settings.output.out)
    if options.as_json:
        show.as_json({"files": [str(path) for path in written], "model": run.card.version, "rejected": run.ingested.reasons})
        return
    show.notes(run.ingested.notes)
    show.say(f"Forecast by {run.card.version}: {settings.output.out / 'forecast.csv'}")
