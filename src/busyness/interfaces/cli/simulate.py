"""``busyness simulate``: worlds to try things on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow

app = typer.Typer(help="Make a simulated world, with everything a user of it would have.", no_args_is_help=True)


@app.callback()
def worlds() -> None:
    """Make a simulated world, with everything a user of it would have."""


@app.command("retail")
def retail(
    stores: Annotated[int, typer.Option(min=1, help="How many supermarkets.")] = 12,
    days: Annotated[int, typer.Option(min=1, help="How many days of counts.")] = 730,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(2024, 7, 1),  # a local date
    every: Annotated[str, typer.Option(help="Slot length: 15min, 1h, 1d.")] = "1h",
    country: Annotated[str, typer.Option(help="Whose public holidays count.")] = "PE",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same chain.")] = 0,
    transactions: Annotated[
        bool, typer.Option("--transactions", help="Also till transactions of the last four weeks.")
    ] = False,
    check_ins: Annotated[bool, typer.Option("--check-ins", help="Also app check-ins of the last four weeks.")] = False,
    truth: Annotated[
        bool, typer.Option("--truth", help="Also what was planted: outages, outliers, level shifts, uplifts.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("simulated"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """A chain of supermarkets in Peru: counts, places, opening hours, promotions, weather. All of it simulated.

    Example: busyness simulate retail --stores 50 --out chain
    """
    work = workflow("simulate")
    world, written = work.simulate(
        work.chain(stores=stores, start=start.date(), days=days, every=every, country=country, seed=seed),
        out,
        extras=work.Extras(transactions=transactions, check_ins=check_ins, truth=truth),
    )
    if as_json:
        show.as_json({"rows": world.counts.height, "files": [str(path) for path in written]})
        return
    show.say(f"Simulated: {stores} stores, {world.counts.height:,} counts in {out}")
    tables = f"--opening-hours {out}/opening_hours.csv --known {out}/known.csv --capacity {out}/capacity.csv"
    counts = f"{out}/counts.csv --timezone America/Lima --country {country}"
    show.say(f"Try: busyness forecast {counts} {tables} --lang es --out {out}/forecast")
