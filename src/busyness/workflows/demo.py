"""The main job on simulated worlds, from nothing to a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from busyness.domain.clock import Clock
from busyness.sources.simulator import couriers, retail, scooters
from busyness.sources.simulator.couriers import CourierCity
from busyness.sources.simulator.retail import RetailChain
from busyness.sources.simulator.scooters import ScooterCity
from busyness.workflows.forecast import ForecastRun, forecast
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulate import courier_world, scooter_world, simulate


@dataclass(frozen=True)
class RetailDemo:
    """How large a demo: 12 stores, two years, two weeks ahead."""

    stores: int = 12
    days: int = 730
    horizon: int = 336
    lang: str = "en"
    seed: int = 0
    fast: bool = False
    plans: bool = True


def demo_retail(
    out: Path, demo: RetailDemo, *, progress: Progress | None = None, clock: Clock | None = None
) -> tuple[ForecastRun, RunSettings]:
    """This will simulate a chain into ``out/input`` and run the main job on it, with results in ``out``."""
    progress = progress or Silent()
    progress.step("Simulating")
    made = out / "input"
    simulate(RetailChain(stores=demo.stores, days=demo.days, seed=demo.seed), made)
    settings = {
        "counts": {
            "file": str(made / "counts.csv"),
            "timezone": "America/Lima",
            "every": "1h",
            "places": made / "places.csv",
        },
        "calendar": {
            "country": "PE",
            "opening_hours": made / "opening_hours.csv",
            "known": [made / "known.csv"],
            "capacity": made / "capacity.csv",
        },
        "model": {"horizon": demo.horizon, "seed": demo.seed, "fast": demo.fast},
        "output": {"out": out, "lang": demo.lang, "simulated": _note(retail.SIMULATED_NOTE, demo.lang)},
        "plans": {
            "currency": "PEN",
            "staffing": {"staff": made / "staff.csv", "rules": "pe", "seconds": 3 if demo.fast else 10},
            "stock": {"products": str(made / "products.csv"), "stock": str(made / "stock.csv")},
            "promotions": {"promotions": made / "promotions.csv", "terms": _terms(made), "weeks": 26},
            "money": {"today": made / "today.csv"},
            "intraday": {"days": 80} if demo.fast else {},
        }
        if demo.plans
        else {},
    }
    return _run(settings, progress, clock)


@dataclass(frozen=True)
class TripDemo:
    """How large a demo of scooters or couriers: ``days`` of history, ``horizon`` slots ahead (days or hours)."""

    days: int
    horizon: int
    lang: str = "en"
    seed: int = 0
    fast: bool = False
    plans: bool = True


def demo_scooters(
    out: Path, demo: TripDemo, *, progress: Progress | None = None, clock: Clock | None = None
) -> tuple[ForecastRun, RunSettings]:
    """This will simulate a pilot of scooters in Chicago that ends on 2020-09-09, and forecast the days after it.

    The answer to ``Answers.of_folder(out).predict("LAKE VIEW", "2020-09-11")`` is then in the folder.
    """
    progress = progress or Silent()
    progress.step("Simulating")
    made = out / "input"
    city = ScooterCity(start=_LAST_DAY - timedelta(days=demo.days - 1), days=demo.days, seed=demo.seed)
    scooter_world(city, made)
    settings = {
        "counts": {"file": str(made / "trips.parquet"), "timezone": "America/Chicago", "every": "1d"},
        "events": {"rows": "trips", "count": "trips_started", "supply": made / "supply.csv"},
        "space": {"areas": made / "areas.geojson"},
        "calendar": {"country": "US", "region": "IL"},
        "weather": {"weather": [made / "weather.csv", made / "weather_forecasts.csv"]},
        "model": {"horizon": demo.horizon, "seed": demo.seed, "fast": demo.fast},
        "output": {"out": out, "lang": demo.lang, "simulated": _note(scooters.SIMULATED_NOTE, demo.lang)},
        "plans": {
            "currency": "USD",
            "rebalancing": {**{name: made / f"{name}.csv" for name in ("fleet", "depots", "vans")}, "turns": _TURNS},
        }
        if demo.plans
        else {},
    }
    return _run(settings, progress, clock)


def demo_couriers(
    out: Path, demo: TripDemo, *, progress: Progress | None = None, clock: Clock | None = None
) -> tuple[ForecastRun, RunSettings]:
    """This will simulate couriers in Madrid, and forecast how many will be in each hexagon in the hours to come."""
    progress = progress or Silent()
    progress.step("Simulating")
    made = out / "input"
    courier_world(CourierCity(days=demo.days, seed=demo.seed), made)
    settings = {
        "counts": {"file": str(made / "pings.parquet"), "timezone": "Europe/Madrid", "every": "1h"},
        "events": {"rows": "pings", "count": "couriers"},
        "space": {"hexagons": 8, "parents": 6, "at_least": 200},
        "calendar": {"country": "ES", "region": "MD"},
        "weather": {"weather": [made / "weather.csv", made / "weather_forecasts.csv"]},
        "model": {"horizon": demo.horizon, "seed": demo.seed, "fast": demo.fast},
        "output": {"out": out, "lang": demo.lang, "simulated": _note(couriers.SIMULATED_NOTE, demo.lang)},
        "plans": {
            "currency": "EUR",
            "rebalancing": {"fleet": made / "fleet.csv", "count": "orders", "turns": 2.0, "unmet_trip": 3.0},
        }
        if demo.plans
        else {},
    }
    return _run(settings, progress, clock)


_LAST_DAY = date(2020, 9, 9)
_TURNS = 7.5  # trips a simulated scooter serves a day where it is wanted: nine in ten areas and days stay below
_TERMS = """\
# What promotions cost and earn in this simulated chain (soles), for busyness plan promotions --terms
margin: 4.5      # what an extra visit earns
minutes: 2.0     # of staff time a visit takes
wage: 8.5        # an hour
cost: 150        # of a window
budget: 2000     # for all windows
cool_down: 7     # days between two windows of a store
"""


def _terms(made: Path) -> Path:
    file = made / "terms.yaml"
    file.write_text(_TERMS, "utf-8")
    return file


def _note(notes: Mapping[str, str], language: str) -> str:
    return notes.get(language, notes["en"])


def _run(settings: Mapping[str, Any], progress: Progress, clock: Clock | None) -> tuple[ForecastRun, RunSettings]:
    chosen = RunSettings.model_validate(settings)
    run = forecast(chosen, progress=progress, clock=clock)
    progress.step("Writing")
    run.write(chosen.output.out, clock=clock, progress=progress)
    return run, chosen
