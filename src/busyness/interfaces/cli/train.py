"""``busyness train``: fit a model and keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import File
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options


@with_options(leave_out=("origins", "windows", "step", "end", "refit", "lang"))
def command(
    file: File,
    options: Options,
    config: Annotated[
        Optional[Path], typer.Option(help="YAML with settings, such as best.yaml of busyness search; options win over it.")
    ] = None,
) -> None:
    """Fit and calibrate a model on a file of counts and write it to OUT/model, ready for busyness predict.

    Example: busyness train visits.csv --timezone America/Lima --country PE --out stores
    """
    settings = options.over(workflow("config").read_config(config), file=file) if config else options.settings(file)
    work = workflow("train")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.train(settings, progress=bar)
        artifact = run.write(settings.output.out)
    if options.as_json:
        show.as_json(
            {
                "artifact": str(artifact),
                "model": run.card.version,
                "rejected": run.ingested.reasons,
                "seconds": run.card.seconds,
                "rehearsal": {name: value for name, value in run.card.metrics.items() if name != "windows"},
            }
        )
        return
    show.notes(run.ingested.notes)
    show.say(f"Model {run.card.version}: {artifact}")
    for sentence in workflow("models.card_words").card_words(run.card)["How good"][:2]:
        show.say(sentence)
