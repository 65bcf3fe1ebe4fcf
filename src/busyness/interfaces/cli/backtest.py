"""``busyness backtest``: what the model would have said, beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import File, show_check
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options


@with_options()
def command(
    file: File,
    options: Options,
    config: Annotated[
        Optional[Path], typer.Option(help="YAML with settings, such as best.yaml of busyness search; options win over it.")
    ] = None,
) -> None:
    """Replay past origins, each seeing only what lay before it, and score beside two seasonal naives.

    Writes backtest.json, predictions.parquet and rejected.parquet.

    Example: busyness backtest visits.csv --timezone America/Lima --country PE --windows 8 --horizon 168 --out check
    """
    settings = options.over(workflow("config").read_config(config), file=file) if config else options.settings(file)
    work = workflow("backtest")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.backtest(settings, progress=bar)
        written = run.write(settings.output.out)
    if options.as_json:
        show.as_json({**run.scores, "files": [str(path) for path in written]})
        return
    show.notes(run.ingested.notes)
    names = ("mae", "rmse", "wape", "mase", "bias", "within_20", "peak_hit")
    who = {
        settings.model.model: run.scores,
        "last season": run.scores["seasonal_naive"],
        "mean of four": run.scores["seasonal_mean"],
    }
    show.table("", ("", *names), [(name, *[(scores or {}).get(k) for k in names]) for name, scores in who.items()])
    show.say(show_check(run.scores))
    show.say(f"Written: {', '.join(str(path) for path in written)}")
