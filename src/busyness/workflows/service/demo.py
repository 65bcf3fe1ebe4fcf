"""The demo that ``busyness serve`` makes in an empty folder: three simulated worlds side by side, made once and kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from busyness.domain.clock import Clock
from busyness.registry.releases import CHAMPION, Releases
from busyness.sources.simulator.couriers import CourierCity
from busyness.sources.simulator.retail import RetailChain
from busyness.workflows.demo import RetailDemo, TripDemo, demo_couriers, demo_retail, demo_scooters
from busyness.workflows.progress import Progress
from busyness.workflows.service.demo_mark import DEMO
from busyness.workflows.service.settings import WorldSettings
from busyness.workflows.settings import Language

_QUICKEST = ("scooters", "couriers", "retail")
_SOURCE, _INPUT = "source", "input"
_MADE, _NOW = 5, 11  # hours of the first forecast day at which the forecast was made, and at which the clock stands
_WHY = "the demo's first forecast"


@dataclass(frozen=True)
class _World:
    """A world of the demo: its name in both languages, the first day of its forecast, and how its run is made."""

    name: str
    title: Mapping[Language, str]
    zone: str
    day: Callable[[bool], date]
    make: Callable[[Path, bool, Progress, Clock], object]

    def at(self, hour: int, *, quick: bool) -> datetime:
        """This will return an hour of its first day."""
        return datetime.combine(self.day(quick), time(hour), ZoneInfo(self.zone))


@dataclass(frozen=True)
class _Standing:
    """A clock that stands, so that a demo is the same whenever it is made."""

    at: datetime

    def now(self) -> datetime:
        return self.at.astimezone(UTC)


class _Named:
    """Says of each step in which world it is done."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress, self._title = progress, title

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        self._progress.step(f"{self._title}: {text}", done, total=total)


def missing(folder: Path) -> tuple[str, ...]:
    """This will name the worlds that are not made yet, the quickest to make first."""
    return tuple(name for name in _QUICKEST if not (folder / name / CHAMPION).is_file())


def _nobody(*_: object) -> None:
    """Nobody is told."""


def make_worlds(
    folder: Path,
    *,
    progress: Progress,
    quick: bool = False,
    only: str | None = None,
    told: Callable[[str], None] = _nobody,
) -> tuple[WorldSettings, ...]:
    """This will make the demo's worlds in ``folder`` where they are not there yet, and return them as they are served.

    ``only``: the one to make now (None: all); all are returned. ``told`` hears the name of each that was made.
    A world is whole when it has a champion; one that is not is made again. ``quick``: as small as a test wants them; it
    stays as it was at the first time. All simulated, and said so; each world's clock stands on its first forecast day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    quick = _remembered(folder / DEMO, quick=quick)
    for world in _WORLDS:
        home = folder / world.name
        if only in {None, world.name} and not (home / CHAMPION).is_file():
            _make(world, home, progress=_Named(progress, world.title["en"]), quick=quick)
            told(world.title["en"])
    return tuple(
        WorldSettings(name=world.name, folder=folder / world.name, title=world.title, clock=world.at(_NOW, quick=quick))
        for world in _WORLDS
    )


def _remembered(file: Path, *, quick: bool) -> bool:
    if file.is_file():
        return bool(json.loads(file.read_text("utf-8"))["quick"])
    file.write_text(json.dumps({"simulated": True, "quick": quick}) + "\n", "utf-8")
    return quick


def _make(world: _World, home: Path, *, progress: Progress, quick: bool) -> None:
    """Make one world: the champion is named last, so that what is cut short is never taken for whole."""
    shutil.rmtree(home, ignore_errors=True)
    source = home / _SOURCE
    source.mkdir(parents=True)
    made = world.at(_MADE, quick=quick)
    world.make(source, quick, progress, _Standing(made))
    releases = Releases(home)
    release = releases.add(source, now=made)
    for left in source.iterdir():
        if left.name != _INPUT:  # what the run read stays: a what-if and a fresh forecast read it again
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    releases.promote(release, by="demo", why=_WHY, now=made)


def _retail_size(quick: bool) -> RetailDemo:  # as _World says
    return RetailDemo(stores=2, days=119, horizon=168, fast=True) if quick else RetailDemo(stores=6, days=427, fast=True)


def _retail(out: Path, quick: bool, progress: Progress, clock: Clock) -> object:
    return demo_retail(out, _retail_size(quick), progress=progress, clock=clock)


def _scooters(out: Path, quick: bool, progress: Progress, clock: Clock) -> object:
    return demo_scooters(out, TripDemo(days=35 if quick else 87, horizon=3, fast=True), progress=progress, clock=clock)


def _courier_days(quick: bool) -> int:
    return 14 if quick else 28


def _couriers(out: Path, quick: bool, progress: Progress, clock: Clock) -> object:
    return demo_couriers(out, TripDemo(days=_courier_days(quick), horizon=24, fast=True), progress=progress, clock=clock)


_WORLDS = (
    _World(
        "retail",
        {"en": "Stores", "es": "Tiendas"},
        "America/Lima",
        lambda quick: RetailChain().start + timedelta(days=_retail_size(quick).days),
        _retail,
    ),
    _World("scooters", {"en": "Scooters", "es": "Patinetes"}, "America/Chicago", lambda _: date(2020, 9, 10), _scooters),
    _World(
        "couriers",
        {"en": "Couriers", "es": "Repartidores"},
        "Europe/Madrid",
        lambda quick: CourierCity().start + timedelta(days=_courier_days(quick)),
        _couriers,
    ),
)
