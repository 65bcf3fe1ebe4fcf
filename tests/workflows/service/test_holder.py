"""What answers is swapped whole, stays when the new one is bad, and is never mixed."""

import shutil
import threading
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, UnavailableError
from busyness.registry.releases import Releases
from busyness.testing.clock import FakeClock
from busyness.workflows.folder import PATHS, read_forecast, write_paths
from busyness.workflows.service import holder as module
from busyness.workflows.service.ask_forecast import ForecastQuery, ask_forecast
from busyness.workflows.service.holder import PLAIN, Holder
from busyness.workflows.service.settings import WorldSettings

from .conftest import ORIGIN

NOW = ORIGIN + timedelta(hours=6)


def scaled(folder, out, factor):
    """The same folder, every number times ``factor``."""
    shutil.copytree(folder, out)
    said = read_forecast(folder).forecast
    said.quantiles[:] *= np.float32(factor)
    said.mean[:] *= np.float32(factor)
    write_paths(said, out / PATHS)
    return out


@pytest.fixture
def world(folder, tmp_path):
    releases = Releases(tmp_path / "world")
    releases.promote(releases.add(folder, now=NOW), by="a test", why="the first", now=NOW)
    return releases


def holder_of(path, **settings):
    return Holder([WorldSettings(name="shop", folder=path, **settings)], clock=FakeClock(NOW))


def test_a_plain_folder_is_a_world(folder):
    holder = holder_of(folder)
    assert not holder.ready
    (swap,) = holder.refresh()
    assert (swap.before, swap.after.release) == (None, PLAIN)
    assert holder.ready
    assert holder.world("shop") is swap.after
    assert holder.releases("shop") is None
    assert holder.refresh() == ()
    assert all(check.verdict == "passed" for check in holder.checks("shop"))


def test_the_champion_answers_and_a_promotion_swaps(world, folder, tmp_path):
    holder = holder_of(world.world)
    holder.refresh()
    first = holder.world("shop")
    second = world.add(scaled(folder, tmp_path / "more", 1.5), now=NOW + timedelta(hours=1))
    assert holder.refresh() == ()
    world.promote(second, by="ana", why="better", now=NOW)
    (swap,) = holder.refresh()
    assert (swap.before, swap.after.release) == (first, second)
    assert swap.after.etag != first.etag
    world.roll_back(by="ana", why="not better", now=NOW)
    holder.refresh()
    assert holder.world("shop").release == first.release


def test_a_new_plan_is_taken_up(folder):
    holder = holder_of(folder)
    holder.refresh()
    plan = folder / "plans" / "stock"
    plan.mkdir(parents=True)
    (plan / "plan.json").write_text("{}")
    assert holder.refresh()
    assert "stock" in holder.world("shop").plans


def corrupt(folder):
    (folder / PATHS).write_bytes((folder / PATHS).read_bytes()[:500])


def lost(folder):
    (folder / PATHS).unlink()


def emptied(folder):
    for file in folder.glob("*.*"):
        file.unlink()


def edited(folder):
    (folder / "backtest.json").write_text("{}")


def halved(folder):
    (folder / "predictions.parquet").write_bytes(b"PAR1")


def no_manifest(folder):
    (folder / "model" / "manifest.json").unlink()


@pytest.mark.parametrize("damage", [corrupt, lost, emptied, edited, halved, no_manifest])
def test_what_is_damaged_never_answers_and_the_old_one_stays(world, folder, tmp_path, damage):
    holder = holder_of(world.world)
    holder.refresh()
    first = holder.world("shop")
    second = world.add(scaled(folder, tmp_path / "more", 1.5), now=NOW + timedelta(hours=1))
    damage(world.folder(second))
    world.promote(second, by="ana", why="better", now=NOW)
    assert holder.refresh() == ()
    assert holder.world("shop") is first
    refusal = holder.refusals["shop"]
    assert refusal.release == second
    assert refusal.sentence
    assert any(check.verdict == "refused" for check in refusal.checks)
    world.roll_back(by="ana", why="damaged", now=NOW)
    holder.refresh()
    assert holder.world("shop").release == first.release
    assert not holder.refusals


def panicking(*_, **__):
    raise pl.exceptions.PanicException("index out of bounds")


@pytest.mark.parametrize(
    ("at", "fault", "said"),
    [
        ("load_snapshot", lambda *_, **__: 1 / 0, "ZeroDivisionError"),
        ("load_snapshot", panicking, "PanicException"),
        ("checked", panicking, "PanicException"),
        ("signature", lambda _: Path("/nowhere/at/all").stat(), "FileNotFoundError"),
    ],
)
def test_a_fault_nobody_foresaw_is_a_refusal_too(world, folder, tmp_path, monkeypatch, caplog, at, fault, said):
    holder = holder_of(world.world)
    holder.refresh()
    first = holder.world("shop")
    second = world.add(scaled(folder, tmp_path / "more", 1.5), now=NOW)
    world.promote(second, by="ana", why="better", now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(module, at, fault)
        assert holder.refresh() == ()
        if at != "signature":
            assert [check.verdict for check in holder.examined("shop", second)] == ["refused"]
    assert holder.world("shop") is first
    assert said in holder.refusals["shop"].sentence
    assert said in caplog.text


def test_with_a_bad_champion_the_one_before_answers_at_first_start(world, folder, tmp_path):
    second = world.add(scaled(folder, tmp_path / "more", 1.5), now=NOW + timedelta(hours=1))
    first = world.champion().release
    world.promote(second, by="ana", why="better", now=NOW)
    corrupt(world.folder(second))
    holder = holder_of(world.world)
    holder.refresh()
    assert holder.world("shop").release == first
    assert holder.refusals["shop"].release == second
    assert holder.refresh() == ()


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"release": "../.."}'])
def test_a_world_without_a_champion_is_not_ready(tmp_path, content):
    if content is not None:
        (tmp_path / "champion.json").write_text(content)
    holder = holder_of(tmp_path)
    assert holder.refresh() == ()
    assert not holder.ready
    with pytest.raises(UnavailableError, match="no forecast"):
        holder.world("shop")
    with pytest.raises(InputError, match="Did you mean 'shop'"):
        holder.world("shopp")


def test_a_broken_world_does_not_stop_the_others(folder, tmp_path):
    settings = [WorldSettings(name="broken", folder=tmp_path / "none"), WorldSettings(name="shop", folder=folder)]
    holder = Holder(settings, clock=FakeClock(NOW))
    holder.refresh()
    assert holder.world("shop")
    assert not holder.ready
    assert holder.names == ("broken", "shop")


def test_a_clock_may_stand(folder):
    assert holder_of(folder, clock=ORIGIN).now("shop") == ORIGIN
    assert holder_of(folder).now("shop") == NOW


def test_a_reader_never_sees_two_forecasts_at_once(folder, tmp_path):
    """Readers hammer while the folder is swapped back and forth: quantiles and mean are of one forecast in every answer."""
    world = Releases(tmp_path / "world")
    ids = [world.add(scaled(folder, tmp_path / f"x{k}", k), now=NOW + timedelta(minutes=k)) for k in (1, 2, 3)]
    world.promote(ids[0], by="a", why="b", now=NOW)
    holder = holder_of(world.world)
    holder.refresh()
    usual = ask_forecast(holder.world("shop"), ForecastQuery(("P1",)))
    stop, wrong, seen = threading.Event(), [], set()

    def hammer():
        while not stop.is_set():
            answer = ask_forecast(snapshot := holder.world("shop"), ForecastQuery(("P1",)))
            factor = answer.places[0].mean[13] / usual.places[0].mean[13]
            if not np.allclose(answer.places[0].quantiles, usual.places[0].quantiles * factor, rtol=1e-4):
                wrong.append(factor)
            if snapshot.release != ids[round(float(factor)) - 1]:
                wrong.append(snapshot.release)
            seen.add(snapshot.release)

    threads = [threading.Thread(target=hammer) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(9):
        world.promote(ids[(turn + 1) % 3], by="a", why="b", now=NOW)
        assert holder.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(seen) > 1


def test_the_watcher_swaps_and_stops(world, folder, tmp_path):
    holder = holder_of(world.world)
    holder.refresh()
    told = threading.Event()
    holder.watch(0.01, told=lambda _: told.set())
    second = world.add(scaled(folder, tmp_path / "more", 1.5), now=NOW + timedelta(hours=1))
    world.promote(second, by="ana", why="better", now=NOW)
    assert told.wait(20)
    holder.stop()
    assert holder.world("shop").release == second
    assert not [thread for thread in threading.enumerate() if thread.name == "busyness-releases"]
