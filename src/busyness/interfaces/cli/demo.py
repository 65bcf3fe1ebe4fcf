"""``busyness demo``: the main job on a simulated world."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import told
from busyness.interfaces.cli.loader import workflow

app = typer.Typer(help="The whole chain on a simulated world.", no_args_is_help=True)


@app.callback()
def worlds() -> None:
    """The whole chain on a simulated world."""


@app.command("retail")
def retail(
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("demo"),
    stores: Annotated[int, typer.Option(min=1, help="How many supermarkets.")] = 12,
    days: Annotated[int, typer.Option(min=30, help="How many days of counts.")] = 730,
    horizon: Annotated[int, typer.Option(min=1, help="Hours ahead.")] = 336,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "en",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same chain.")] = 0,
    fast: Annotated[bool, typer.Option("--fast", help="About a third of the time.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Simulate a chain of supermarkets, forecast two weeks, find the peaks, and write a report. All of it simulated.

    Example: busyness demo retail --lang es --out demo
    """
    work = workflow("demo")
    with show.Bar(quiet=quiet) as bar:
        run, settings = work.demo_retail(
            out, work.RetailDemo(stores=stores, days=days, horizon=horizon, lang=lang, seed=seed, fast=fast), progress=bar
        )
    told(run)
    show.report(settings.output.out / "report.html", settings.output.lang)
