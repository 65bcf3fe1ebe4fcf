"""A world with two releases, made from a small file by models that need no training."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.registry.releases import Releases
from busyness.tables.panel import wall_times
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.forecast import forecast
from busyness.workflows.models import releasing
from busyness.workflows.settings import RunSettings

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)


def counts_of(weeks: float) -> pl.DataFrame:
    """Rows of the tiny city, as a person's file has them."""
    city = tiny_city(2, weeks=weeks, future=24, opening=False)
    wall = wall_times(city.places, city.slots)[:, : city.history].astype("datetime64[us]")
    rows, columns = np.nonzero(np.isfinite(city.demand[:, : city.history]))
    names = np.array(city.ids)[rows].tolist()
    return pl.DataFrame({"place": names, "time": wall[rows, columns], "visitors": city.demand[rows, columns]})


@dataclass(frozen=True)
class World:
    """A world's folder, the runs that were added to it, its releases and the file they were made from."""

    folder: Path
    runs: tuple[Path, ...]
    releases: tuple[str, ...]
    counts: Path

    @property
    def registry(self) -> Releases:
        return Releases(self.folder)


def settings_for(counts: Path, **model: object) -> RunSettings:
    return RunSettings.model_validate(
        {
            "counts": {"file": str(counts), "timezone": "America/Lima"},
            "model": {"horizon": 48, "threads": 1, "model": "seasonal", **model},
            "backtest": {"windows": 1},
        }
    )


def world_in(home: Path, weeks: float) -> World:
    """A world in an empty folder: champion `seasonal`, and `ridge` a day younger."""
    counts = home / "visits.csv"
    counts_of(weeks).write_csv(counts)
    runs = []
    for number, model in enumerate(({"model": "seasonal"}, {"model": "ridge", "seed": 3})):
        run = home / f"run{number}"
        clock = FakeClock(NOW.replace(day=25 + number))
        forecast(settings_for(counts, **model), clock=clock).write(run, clock=clock)
        runs.append(run)
    world = home / "world"
    releases = tuple(
        releasing.add(world, run, clock=FakeClock(NOW.replace(day=25 + number))) for number, run in enumerate(runs)
    )
    releasing.promote(world, releases[0], by="ana", why="the first", clock=FakeClock(NOW))
    return World(world, tuple(runs), releases, counts)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_in(tmp_path_factory.mktemp("models"), 12)


@pytest.fixture
def world(made: World, tmp_path: Path) -> World:
    """A copy that a test may change."""
    folder = tmp_path / "world"
    shutil.copytree(made.folder, folder)
    return World(folder, made.runs, made.releases, made.counts)
