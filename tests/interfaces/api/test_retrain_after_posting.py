"""Counts that came by the API alone are in the next retraining: its panel, its card, and where its forecast begins."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from busyness.interfaces.cli.main import app
from busyness.registry.artifact import read_card
from busyness.registry.releases import Releases
from busyness.tables.panel import wall_times
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.folder import read_forecast
from busyness.workflows.forecast import forecast
from busyness.workflows.ingest import ingest
from busyness.workflows.models import releasing
from busyness.workflows.models import retrain as module
from busyness.workflows.models.fresh import fresh_release
from busyness.workflows.models.retrain import Task, retrain
from busyness.workflows.posted import Store
from busyness.workflows.progress import Silent
from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import run_settings

from .conftest import people_of, service_of, serving

DAY_D = datetime(2024, 2, 26, 5, tzinfo=UTC)  # a Monday's midnight in Lima: the file ends there
LATER = DAY_D + timedelta(days=14, hours=1)


def rows_of(first: datetime, until: datetime) -> pl.DataFrame:
    """Counts of the tiny city as programs write them, by the wall clock of Lima."""
    city = tiny_city(2, weeks=12, future=24, opening=False)
    wall = wall_times(city.places, city.slots)[:, : city.history].astype("datetime64[us]")
    rows, columns = np.nonzero(np.isfinite(city.demand[:, : city.history]))
    names = np.array(city.ids)[rows].tolist()
    table = pl.DataFrame({"place": names, "time": wall[rows, columns], "visitors": city.demand[rows, columns]})
    begin, end = (one.replace(tzinfo=None) - timedelta(hours=5) for one in (first, until))
    return table.filter(pl.col("time").is_between(begin, end, closed="left"))


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A world whose files end on day D, and the state of its service, to which two more weeks were posted."""
    home = tmp_path_factory.mktemp("posted")
    rows_of(datetime(2024, 1, 1, 5, tzinfo=UTC), DAY_D).write_csv(home / "visits.csv")
    settings = RunSettings.model_validate(
        {
            "counts": {"file": str(home / "visits.csv"), "timezone": "America/Lima"},
            "model": {"model": "seasonal", "horizon": 48, "threads": 1},
            "backtest": {"windows": 0},
        }
    )
    clock, world = FakeClock(DAY_D), home / "retail"
    forecast(settings, clock=clock).write(home / "run", clock=clock)
    releasing.promote(world, releasing.add(world, home / "run", clock=clock), by="ana", why="the first", clock=clock)
    service = service_of(
        ServiceSettings(
            worlds=(WorldSettings(name="retail", folder=world),), security=SecuritySettings(requests_per_minute=0)
        ),
        home,
        now=LATER,
    )
    keys, _ = people_of(service)
    new = rows_of(DAY_D, LATER)
    items = [
        {"place": place, "time": time.isoformat() + "-05:00", "demand": count} for place, time, count in new.iter_rows()
    ]
    with serving(service) as url:
        client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {keys['operations']}"})
        with client:
            assert client.post("/v1/observations", json={"items": items}).json()["accepted"] == len(items)
    service.state.close()
    return world, home / "state.db"


@pytest.fixture
def world(posted: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(posted[0], tmp_path / "retail"))


def test_the_panel_holds_them_and_the_new_forecast_starts_after_them(posted, world, monkeypatch):
    state = posted[1]
    seen = []
    monkeypatch.setattr(module, "ingest", lambda settings, **more: seen.append(ingest(settings, **more)) or seen[-1])
    monkeypatch.setattr(module, "judged", lambda shown, **more: ("promoted", "for the test"))
    found = retrain(world, Task(anyway=True, posted=Store(str(state))), clock=FakeClock(LATER))
    assert "counts were posted to the world 'retail', 2024-02-26 05:00 to 2024-03-11 0" in found.posted
    (read,) = seen
    panel, history = read.panel, read.panel.history
    assert panel.slots.times()[history] == np.datetime64("2024-03-11T05:00:00")  # a whole day's end, not the last hour
    expected = rows_of(DAY_D, DAY_D + timedelta(days=14))
    assert np.isfinite(panel.demand[:, history - 14 * 24 : history]).sum() == expected.height
    first = expected.row(0)
    slot = int(panel.slots.index(np.datetime64(first[1]) + np.timedelta64(5, "h")))
    assert panel.demand[panel.ids.index(first[0]), slot] == first[2]
    assert np.isnan(panel.demand[:, history:]).all()

    folder = Releases(world).folder(found.release)
    assert Releases(world).champion().release == found.release
    assert read_forecast(folder).forecast.slots.start == np.datetime64("2024-03-11T05:00:00")
    card = read_card(folder / "model")
    assert card.data_card.last == datetime(2024, 3, 11, 4, tzinfo=UTC)
    (told,) = (one for one in card.data_card.lineage if one.role == "posted")
    assert (told.name, len(told.sha256)) == (str(world / "posted.parquet"), 64)
    assert any(
        note.startswith(f"Posted counts read with the file: {expected.height}") for note in card.data_card.collection.notes
    )
    assert any("of a day that is not over" in note for note in card.data_card.collection.notes)
    again = ingest(run_settings(folder))  # what-if, trials and the next refresh read them too
    assert again.panel.history == history


def test_they_can_be_left_out_and_a_dry_run_leaves_no_file(posted, world):
    state = posted[1]
    without = retrain(world, Task(anyway=True, dry_run=True, posted=Store(read=False)), clock=FakeClock(LATER))
    assert (without.verdict, without.posted) == ("kept", "Counts that were posted to a service were left out.")
    assert "no new data" in without.sentence
    dry = retrain(world, Task(anyway=True, dry_run=True, posted=Store(str(state))), clock=FakeClock(LATER))
    assert dry.rehearsal.how == "as it is"
    assert not dry.rehearsal.same
    assert not (world / "posted.parquet").exists()
    other = retrain(world, Task(anyway=True, dry_run=True, posted=Store(str(state), "stores")), clock=FakeClock(LATER))
    assert "Nothing was posted to the world 'stores'" in other.posted
    assert other.rehearsal.same


def test_a_fresh_forecast_of_a_release_starts_after_them_too(posted, world):
    folder = Releases(world).folder(Releases(world).champion().release)
    release = fresh_release(world, folder, clock=FakeClock(LATER), progress=Silent(), posted=Store(str(posted[1])))
    said = read_forecast(Releases(world).folder(release)).forecast
    assert said.slots.start == np.datetime64("2024-03-11T05:00:00")


def test_the_command_reads_them_where_the_service_keeps_them(posted, world, monkeypatch):
    monkeypatch.chdir(posted[1].parent)
    run = CliRunner()
    words = ["retrain", str(world), "--anyway", "--dry-run", "--json"]
    told = json.loads(run.invoke(app, [*words, "--state", "state.db"]).stdout)
    assert "were posted to the world 'retail'" in told["posted"]
    assert "were not looked for" in json.loads(run.invoke(app, words).stdout)["posted"]  # no busyness-state.db lies here
    assert json.loads(run.invoke(app, [*words, "--no-posted"]).stdout)["posted"].endswith("left out.")
