"""``busyness search``: the best preparation and parameters that some minutes can find."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import File
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

_STOPPED = 130  # as a shell says it of Ctrl+C


@with_options(leave_out=("refit",))
def command(
    file: File,
    options: Options,
    minutes: Annotated[float, typer.Option(help="How long to search. Run it again to go on.")] = 10.0,
    trials: Annotated[
        Optional[int], typer.Option(help="At the most so many trials in this run.", show_default=False)
    ] = None,
    search_windows: Annotated[
        int, typer.Option(help="Windows that trials are scored on; as many later ones prove the best.")
    ] = 3,
) -> None:
    """Search preparation and model parameters together, on windows before those that backtest would test on.

    Of a blend also who takes part: --arguments "members=boosted + forest + ridge" names the candidates.

    Writes best.yaml (for train --config and retrain --config), trials.csv, trials.parquet and search.html; search.db holds
    what was tried, so that the same command goes on where it stopped. --windows and --step say what the test windows are.

    Example: busyness search visits.csv --timezone America/Lima --model boosted --fast --minutes 30 --out found
    """
    settings = options.settings(file)
    work = workflow("search")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.search(settings, budget=work.Budget(minutes, trials, search_windows), progress=bar)
        written = run.write(settings.output.out)
    if options.as_json:
        chosen = run.settings.model_dump(mode="json", include={"preparation", "model"})
        facts = {"given": run.given, "best": run.best, "trials": run.trials.height, "windows": list(run.origins)}
        facts["proof"] = run.proof and dict(zip(("given", "best"), run.proof, strict=True))
        facts["stopped"] = run.stopped
        files = [str(one) for one in written]
        show.as_json({**facts, "importance": dict(run.importance), "settings": chosen, "files": files})
    else:
        show.notes(run.notes)
        show.say(run.to_yaml().rstrip())
        show.say(run.told())
        show.report(settings.output.out / "search.html", settings.output.lang)
    if run.stopped:
        raise typer.Exit(_STOPPED)
