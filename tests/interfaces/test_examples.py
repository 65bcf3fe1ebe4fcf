"""The example of each world runs as it stands, on what its simulator writes."""

import json
import os
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
WORLDS = {
    "retail": ("--stores", 3, "--days", 60),
    "scooters": ("--days", 35, "--start", "2020-08-06", "--fleet", 400),
    "couriers": ("--days", 16, "--couriers", 80),
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_example_of_a_world_runs(world, tmp_path, busyness, monkeypatch):
    made = busyness("simulate", world, *WORLDS[world], "--out", tmp_path / "made")
    assert made.code == 0, made
    monkeypatch.setenv(world.upper(), str(tmp_path / "made"))
    answer = busyness(
        "run", EXAMPLES / f"{world}.yaml", "--out", tmp_path / "out", "--fast", "--windows", 1, "--threads", 1, "--json"
    )
    assert answer.code == 0, answer
    said = json.loads(answer.out)
    assert said["check"]["mae"] is not None
    assert (
        "imulad" in (tmp_path / "out" / "report.html").read_text()
        or "imulated" in (tmp_path / "out" / "report.html").read_text()
    )
    if world == "scooters":
        asked = busyness("ask", tmp_path / "out", "--place", "Lake View", "--date", "2020-09-11")
        assert json.loads(asked.out)["trips"] > 0
        rolled = busyness("roll-up", tmp_path / "out", "--to", "parent", "--out", tmp_path / "sides", "--json")
        assert len(json.loads(rolled.out)["places"]) == 9, "the sides of the city"
    if world == "couriers":
        rolled = busyness("roll-up", tmp_path / "out", "--to", "city", "--out", tmp_path / "city")
        assert rolled.code == 2
        assert "cannot be added up over places" in rolled.err


@pytest.mark.parametrize("file", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_a_valid_configuration(file, busyness, tmp_path, monkeypatch):
    monkeypatch.setenv("BUSYNESS_REAL_DATA", os.fspath(tmp_path / "nowhere"))
    answer = busyness("run", file, "--dry-run")
    assert answer.code == 2, "there is no data here"
    assert "nowhere" in answer.err or "simulated" in answer.err, answer.err
