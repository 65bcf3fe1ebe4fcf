"""Posted counts reach the next forecast: it begins after the last whole day, is gated, and becomes the champion."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.registry.releases import Releases
from busyness.registry.trials import TRIALS, Plan, Trial, running, write_trial
from busyness.state.observations import Count, Post
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.folder import SETTINGS, read_forecast
from busyness.workflows.forecast import forecast
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.jobs import Jobs
from busyness.workflows.service.refresh import refresh_world
from busyness.workflows.service.refreshing import refresh_arguments, refresh_due
from busyness.workflows.service.settings import WorldSettings
from busyness.workflows.service.work import work_of
from busyness.workflows.settings import RunSettings

ORIGIN = datetime(2025, 4, 14, 5, tzinfo=UTC)  # a Monday's midnight in Lima, six weeks after the first count
NOW = ORIGIN + timedelta(days=2, hours=6)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stores by the hour for six weeks, about forty visitors each, in a file; and a run on it."""
    home = tmp_path_factory.mktemp("counted")
    rng = np.random.default_rng(0)
    hours = [datetime(2025, 3, 3) + timedelta(hours=k) for k in range(24 * 42)]
    rows = [
        {"time": hour, "place": place, "visitors": int(rng.poisson(40 + 20 * np.sin(hour.hour / 4)))}
        for place in ("north", "south")
        for hour in hours
    ]
    pl.DataFrame(rows).write_csv(home / "counts.csv")
    settings = RunSettings.model_validate(
        {
            "counts": {"file": str(home / "counts.csv"), "timezone": "America/Lima", "every": "1h"},
            "model": {"model": "seasonal", "horizon": 48, "threads": 1},
            "backtest": {"windows": 0},
        }
    )
    forecast(settings, clock=FakeClock(ORIGIN)).write(home / "run", clock=FakeClock(ORIGIN))
    return home


@pytest.fixture
def world(counted: Path, tmp_path: Path) -> Path:
    home = tmp_path / "stores"
    home.mkdir()
    releases = Releases(home)
    releases.promote(releases.add(counted / "run", now=ORIGIN), by="test", why="first", now=ORIGIN)
    return home


def posted(hours: int, *, value: float = 80.0) -> pl.DataFrame:
    times = [ORIGIN + timedelta(hours=k) for k in range(hours)] * 2
    places = ["north"] * hours + ["south"] * hours
    starts = pl.Series(times, dtype=pl.Datetime("us", "UTC"))
    return pl.DataFrame({"place": places, "time": starts, "demand": [value] * 2 * hours})


def test_the_next_forecast_begins_after_what_was_posted_and_knows_it(world: Path, tmp_path: Path) -> None:
    before = Releases(world).champion()
    twin = Path(shutil.copytree(world, tmp_path / "twin"))
    done = refresh_world(world, posted(30), clock=FakeClock(NOW))
    assert done.origin == ORIGIN + timedelta(days=1), "six hours of the second day are no whole day"
    assert done.counts == 60
    after = Releases(world).champion()
    assert after.release == done.release
    assert after.previous[0].release == before.release
    folder = Releases(world).folder(done.release)
    old, new = (read_forecast(Releases(world).folder(each)).forecast for each in (before.release, done.release))
    assert new.model == old.model
    assert new.slots.count == 48
    usual = refresh_world(twin, posted(30, value=40.0), clock=FakeClock(NOW))
    other = read_forecast(Releases(twin).folder(usual.release)).forecast
    lifted = new.mean.sum(axis=1) > other.mean.sum(axis=1)
    assert lifted.all(), "the same but for the counts: a day twice as busy lifts what follows, in both stores"
    kept = pl.read_parquet(folder / "history.parquet")
    assert kept.filter(pl.col("time") >= ORIGIN)["demand"].to_list() == [80.0] * 48
    assert (folder / "model").is_dir()
    again = refresh_world(world, posted(48), clock=FakeClock(NOW))
    assert again.origin == ORIGIN + timedelta(days=2)


def tried(world: Path, counted: Path) -> Trial:
    releases = Releases(world)
    other = Path(shutil.copytree(counted / "run", world.parent / "second"))
    (other / "backtest.json").write_text('{"mae": 1}')  # it goes on with the model, and makes another release of it
    second = releases.add(other, now=NOW)
    releases.challenge(second)
    folder = world / TRIALS / "20250414T050000Z"
    plan = Plan(date(2025, 4, 14), shadow_days=0, weeks=2)
    trial = Trial(folder.name, folder, releases.champion().release, second, ("1", "1"), plan)
    write_trial(world, trial)
    return trial


def test_in_a_trial_the_challenger_forecasts_again_as_well(world: Path, counted: Path) -> None:
    trial = tried(world, counted)
    done = refresh_world(world, posted(48), clock=FakeClock(NOW))
    champion = Releases(world).champion()
    assert (champion.release, champion.challenger) == (done.release, done.challenger)
    assert running(world).challenger == done.challenger != trial.challenger
    starts = {read_forecast(Releases(world).folder(each)).forecast.slots.start for each in (done.release, done.challenger)}
    assert len(starts) == 1
    holder = Holder([WorldSettings(name="stores", folder=world)], clock=FakeClock(NOW))
    assert holder.refresh()[0].after.lot.challenger.release == done.challenger


def test_a_challenger_that_cannot_forecast_again_does_not_stop_the_champion(world: Path, counted: Path) -> None:
    trial = tried(world, counted)
    shutil.rmtree(Releases(world).folder(trial.challenger) / "model")
    done = refresh_world(world, posted(48), clock=FakeClock(NOW))
    assert Releases(world).champion().release == done.release
    assert done.challenger == ""
    assert done.challenger_failed
    assert running(world).challenger == trial.challenger


def test_less_than_a_day_and_strangers_are_told(world: Path) -> None:
    before = Releases(world).champion()
    with pytest.raises(InputError, match="No whole day"):
        refresh_world(world, posted(20), clock=FakeClock(NOW))
    with pytest.raises(InputError, match="No posted count"):
        refresh_world(world, posted(24).with_columns(place=pl.lit("west")), clock=FakeClock(NOW))
    with pytest.raises(InputError, match="Nothing was posted"):
        refresh_world(world, posted(0), clock=FakeClock(NOW))
    assert Releases(world).champion() == before
    assert not list(world.glob(".refresh-*"))


def test_a_run_whose_files_are_gone_says_so(world: Path, counted: Path) -> None:
    settings = Releases(world).folder(Releases(world).champion().release) / SETTINGS
    said = json.loads(settings.read_text("utf-8"))
    said["counts"]["file"] = str(counted / "gone.csv")
    settings.write_text(json.dumps(said), "utf-8")
    with pytest.raises(InputError, match="cannot be read again"):
        refresh_world(world, posted(24), clock=FakeClock(NOW))


def test_a_forecast_out_of_scale_does_not_answer(world: Path) -> None:
    before = Releases(world).champion()
    with pytest.raises(InputError):
        refresh_world(world, posted(24, value=1e7), clock=FakeClock(NOW))
    assert Releases(world).champion() == before


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        counts = tuple(Count(row["place"], row["time"], row["demand"], NOW) for row in posted(24).iter_rows(named=True))
        opened.observations.post(Post(world="stores", source="till", by="u_1", counts=counts), now=NOW)
        yield opened


def test_the_job_does_the_same(world: Path, state: State) -> None:
    holder = Holder([WorldSettings(name="stores", folder=world, clock=NOW)], clock=FakeClock(NOW))
    holder.refresh()
    steps: list[str] = []
    done = work_of("refresh")(refresh_arguments(state, holder, "stores"), steps.append)
    assert done["counts"] == 48
    assert done["origin"] == (ORIGIN + timedelta(days=1)).isoformat()
    assert steps[-1] == "Checking"
    assert holder.refresh()[0].after.release == done["release"]


def test_each_night_it_is_asked_for_once(world: Path, state: State) -> None:
    holder = Holder([WorldSettings(name="stores", folder=world, clock=NOW)], clock=FakeClock(NOW))
    holder.refresh()
    jobs = Jobs("busyness.testing.work", clock=FakeClock(NOW), waiting=4)
    try:
        assert refresh_due(state, holder, jobs, at="23:30") == ()
        assert refresh_due(state, holder, jobs, at="05:30") == ("stores",)
        assert refresh_due(state, holder, jobs, at="05:30") == ()
    finally:
        jobs.close()
