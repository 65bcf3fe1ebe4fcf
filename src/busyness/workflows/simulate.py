"""Make a world: simulated places with everything a user of theirs would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from busyness.domain.slots import SlotLength
from busyness.sources.simulator import couriers, retail, scooters
from busyness.sources.simulator.check_ins import simulate_check_ins
from busyness.sources.simulator.chicago_areas import CHICAGO_AREAS
from busyness.sources.simulator.courier_fleet import courier_fleet
from busyness.sources.simulator.couriers import CourierCity, CourierWorld, simulate_couriers
from busyness.sources.simulator.practice import todays_heads
from busyness.sources.simulator.retail import RetailChain, RetailWorld, simulate_retail
from busyness.sources.simulator.scooter_fleet import scooter_fleet
from busyness.sources.simulator.scooters import ScooterCity, ScooterWorld, simulate_scooters
from busyness.sources.simulator.shelves import shelves
from busyness.sources.simulator.staff import simulate_staff
from busyness.sources.simulator.transactions import simulate_transactions
from busyness.workflows.output import results


@dataclass(frozen=True)
class Extras:
    """What else to simulate: till transactions and app check-ins of the last ``days`` (None: of all days)."""

    transactions: bool = False
    check_ins: bool = False
    truth: bool = False
    days: int | None = 28


def simulate(chain: RetailChain, out: Path, *, extras: Extras | None = None) -> tuple[RetailWorld, list[Path]]:
    """This will simulate a chain and write its tables as CSV and Parquet, with a note that says it is simulated."""
    extras = extras or Extras()
    world = simulate_retail(chain)
    tables = {**world.tables(), **shelves(world), "staff": simulate_staff(world), "today": todays_heads(world)}
    if extras.transactions:
        tables["transactions"] = simulate_transactions(world, days=extras.days)
    if extras.check_ins:
        tables["check_ins"] = simulate_check_ins(world, days=extras.days)
    if extras.truth:
        tables["truth"] = world.truth
    return world, _write(tables, out, note=retail.SIMULATED_NOTE, parquet={"counts": world.counts})


def scooter_world(city: ScooterCity, out: Path, *, truth: bool = False) -> tuple[ScooterWorld, list[Path]]:
    """This will simulate a scooter fleet and write its trips (Parquet), areas (GeoJSON), supply, weather and vans."""
    world = simulate_scooters(city)
    tables = {**world.tables(), **scooter_fleet(world)}
    trips = tables.pop("trips")
    if truth:
        tables |= {"truth": world.truth, "demand": world.demand}
    areas = CHICAGO_AREAS.read_text("utf-8")
    texts = {"areas.geojson": areas}
    return world, _write(tables, out, note=scooters.SIMULATED_NOTE, parquet={"trips": trips}, texts=texts)


def courier_world(city: CourierCity, out: Path, *, truth: bool = False) -> tuple[CourierWorld, list[Path]]:
    """This will simulate couriers and write their pings (Parquet), and where each was last seen."""
    world = simulate_couriers(city)
    tables = {**world.tables(), "fleet": courier_fleet(world)}
    large = {name: tables.pop(name) for name in ("pings", "pings_five_hours")}
    if truth:
        tables["truth"] = world.truth
    return world, _write(tables, out, note=couriers.SIMULATED_NOTE, parquet=large)


def _write(
    tables: Mapping[str, pl.DataFrame],
    out: Path,
    *,
    note: Mapping[str, str],
    parquet: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write tables as CSV (or Parquet), all or none, with a note that says they are simulated."""
    with results(out) as stage:
        for name, table in tables.items():
            table.write_csv(stage / f"{name}.csv")
        for name, table in parquet.items():
            table.write_parquet(stage / f"{name}.parquet")
        for name, text in (texts or {}).items():
            (stage / name).write_text(text, "utf-8")
        (stage / "SIMULATED.txt").write_text("\n".join(note.values()) + "\n", "utf-8")
        names = sorted(made.name for made in stage.iterdir())
    return [out / name for name in names]


def chain(*, stores: int, start: date, days: int, every: str, country: str, seed: int) -> RetailChain:
    """This will return the settings of a chain, its slot length read from text."""
    return RetailChain(stores=stores, start=start, days=days, every=SlotLength.parse(every), country=country, seed=seed)
