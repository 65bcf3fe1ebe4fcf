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
    """A chain of supermarkets in Peru: counts, places, opening hours, promotions, weather, staff. All of it simulated.

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
    show.say(f"Then: busyness plan staffing --forecast {out}/forecast --staff {out}/staff.csv --rules pe --out {out}/roster")


@app.command("scooters")
def scooters(
    days: Annotated[int, typer.Option(min=1, help="How many days of trips.")] = 87,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(
        2020, 6, 15
    ),  # a local date
    fleet: Annotated[int, typer.Option(min=1, help="How many scooters.")] = 1500,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same city.")] = 0,
    truth: Annotated[bool, typer.Option("--truth", help="Also what was planted, and the demand nobody served.")] = False,
    out: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("simulated/scooters"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Scooter trips over Chicago's 77 areas, with the areas, the supply and the weather. All of it simulated.

    Example: busyness simulate scooters --out city
    """
    work = workflow("simulate")
    world, written = work.scooter_world(
        work.ScooterCity(start=start.date(), days=days, fleet=fleet, seed=seed), out, truth=truth
    )
    if as_json:
        show.as_json({"rows": world.trips.height, "files": [str(path) for path in written]})
        return
    show.say(f"Simulated: {world.trips.height:,} trips over {days} days in {out}")
    where = f"--rows trips --areas {out}/areas.geojson --supply {out}/supply.csv"
    more = "--timezone America/Chicago --country US --every 1d --horizon 3"
    show.say(f"Try: busyness forecast {out}/trips.parquet {where} {more} --out {out}/forecast")


@app.command("couriers")
def couriers(
    days: Annotated[int, typer.Option(min=1, help="How many days of pings.")] = 42,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(2025, 5, 5),  # a local date
    riders: Annotated[int, typer.Option("--couriers", min=1, help="How many couriers.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same city.")] = 0,
    truth: Annotated[bool, typer.Option("--truth", help="Also who truly was where.")] = False,
    out: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("simulated/couriers"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Pings of couriers who collect meals in Madrid, six weeks and an excerpt of five hours. All of it simulated.

    Example: busyness simulate couriers --out city
    """
    work = workflow("simulate")
    world, written = work.courier_world(
        work.CourierCity(couriers=riders, start=start.date(), days=days, seed=seed), out, truth=truth
    )
    if as_json:
        show.as_json({"rows": world.pings.height, "files": [str(path) for path in written]})
        return
    show.say(f"Simulated: {world.pings.height:,} pings over {days} days in {out}")
    where = "--rows pings --count couriers --hexagons 8"
    more = "--timezone Europe/Madrid --country ES --horizon 24"
    show.say(f"Try: busyness forecast {out}/pings.parquet {where} {more} --out {out}/forecast")
