"""The demo's worlds are made once and kept; what was cut short is made again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from busyness.domain.errors import InputError
from busyness.workflows.progress import Told
from busyness.workflows.service import demo
from busyness.workflows.service.demo import make_worlds, missing
from busyness.workflows.service.demo_mark import DEMO


@pytest.fixture
def worlds(made: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Worlds whose run is a copy of the tiny city's; lists which were made."""
    runs: list[str] = []

    def copied(name: str) -> object:
        def make(out: Path, quick: bool, progress: object, clock: object) -> None:
            runs.append(name)
            progress.step("Copying")
            shutil.copytree(made, out, dirs_exist_ok=True)
            (out / "input").mkdir()
            (out / "input" / "counts.csv").write_text("place,time,visitors\n")

        return make

    tiny = tuple(replace(world, make=copied(world.name)) for world in demo._WORLDS)
    monkeypatch.setattr(demo, "_WORLDS", tiny)
    return runs


def test_worlds_are_made_once_and_kept(worlds: list[str], tmp_path: Path) -> None:
    steps: list[str] = []
    made: list[str] = []
    first = make_worlds(tmp_path / "worlds", progress=Told(steps.append), told=made.append)
    assert made == ["Stores", "Scooters", "Couriers"]
    assert [world.name for world in first] == ["retail", "scooters", "couriers"] == worlds
    assert steps[0] == "Stores: Copying"
    assert first[1].clock == datetime(2020, 9, 10, 16, tzinfo=UTC)  # eleven in Chicago
    assert first[0].titled("es") == "Tiendas"
    assert (tmp_path / "worlds" / "retail" / "source" / "input" / "counts.csv").is_file()
    assert not (tmp_path / "worlds" / "retail" / "source" / "paths.npz").exists()
    assert make_worlds(tmp_path / "worlds", progress=Told(steps.append), told=made.append) == first
    assert len(worlds) == len(made) == 3


def test_what_was_cut_short_is_made_again(worlds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = demo._WORLDS

    def broken(out: Path, *_: object) -> None:
        (out / "half").write_text("")
        raise InputError("The power went.")

    monkeypatch.setattr(demo, "_WORLDS", (good[0], replace(good[1], make=broken), good[2]))
    with pytest.raises(InputError):
        make_worlds(tmp_path, progress=Told(lambda _: None))
    monkeypatch.setattr(demo, "_WORLDS", good)
    make_worlds(tmp_path, progress=Told(lambda _: None))
    assert worlds == ["retail", "scooters", "couriers"]
    assert not (tmp_path / "scooters" / "source" / "half").exists()


def test_its_size_is_remembered(worlds: list[str], tmp_path: Path) -> None:
    small = make_worlds(tmp_path, progress=Told(lambda _: None), quick=True)
    assert make_worlds(tmp_path, progress=Told(lambda _: None)) == small
    assert (tmp_path / DEMO).is_file()
    assert len(worlds) == 3


def test_one_may_be_made_before_the_others(worlds: list[str], tmp_path: Path) -> None:
    assert missing(tmp_path) == ("scooters", "couriers", "retail")
    all_of_them = make_worlds(tmp_path, progress=Told(lambda _: None), only="scooters")
    assert (worlds, len(all_of_them)) == (["scooters"], 3)
    assert missing(tmp_path) == ("couriers", "retail")
    assert make_worlds(tmp_path, progress=Told(lambda _: None)) == all_of_them
    assert missing(tmp_path) == ()
