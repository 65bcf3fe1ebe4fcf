"""``busyness watch`` as a person uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from busyness.workflows.simulate import chain, simulate

LIMA = ("--timezone", "America/Lima", "--country", "PE", "--threads", "1", "--model", "seasonal", "--horizon", "48")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    simulate(chain(stores=3, start=date(2025, 1, 6), days=120, every="1h", country="PE", seed=3), out)
    return out


def test_counts_are_walked_through(world: Path, tmp_path: Path, busyness: Callable[..., Any]) -> None:
    answer = busyness("watch", world / "counts.csv", *LIMA, "--days", "28", "--lang", "es", "--out", tmp_path / "out")
    assert answer.code == 0, answer
    assert "aprende cada día" in answer.out
    assert "muy pocos días tranquilos" in answer.out
    assert "Informe" in answer.out
    page = (tmp_path / "out" / "watch.html").read_text("utf-8")
    assert "simulad" in page
    assert "como la hora" in page
    for english in (
        "updating",
        "frozen",
        "seasonal_naive",
        "coverage",
        "as the time",
        "Nothing has changed",
        "last seven days",
    ):
        assert english not in answer.out + answer.err + page
    predicted = busyness(
        "predict", tmp_path / "out" / "model", world / "counts.csv", "--timezone", "America/Lima", "--country", "PE",
        "--out", tmp_path / "next", "--json",
    )  # fmt: skip
    assert predicted.code == 0, predicted


def test_the_folder_of_a_run_is_enough_and_stays_as_it_is(
    world: Path, tmp_path: Path, busyness: Callable[..., Any], refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = busyness("forecast", world / "counts.csv", *LIMA, "--windows", "0", "--out", tmp_path / "run", "--json")
    assert made.code == 0, made
    monkeypatch.chdir(tmp_path)
    kept = (tmp_path / "run" / "model" / "manifest.json").read_bytes()
    answer = busyness("watch", "run", "--days", "28", "--json")
    assert answer.code == 0, answer
    assert (tmp_path / "watched" / "watch.html").is_file()
    assert (tmp_path / "run" / "model" / "manifest.json").read_bytes() == kept
    assert not (tmp_path / "run" / "watch.html").exists()
    told = json.loads(answer.out)
    assert told["errors"].keys() == {"frozen", "updating", "seasonal_naive"}
    assert any("fitted at the beginning" in note for note in told["notes"])
    assert "too few quiet days" in told["told"][0]
    refused(busyness("watch", "run", "--out", "run"), "run is the folder of a run")
    refused(busyness("watch", "run", "--out", "run/model"), "run/model is the folder of a run")
    (tmp_path / "world" / "releases" / "one").mkdir(parents=True)
    refused(busyness("watch", "run", "--out", "world"), "or a world")
    refused(busyness("watch", "run", "--out", "world/releases/one"), "or a world")


def test_too_few_days_of_counts_are_one_sentence(
    world: Path, tmp_path: Path, busyness: Callable[..., Any], refused: Callable[..., str]
) -> None:
    answer = busyness("watch", world / "counts.csv", *LIMA, "--days", "110", "--out", tmp_path)
    refused(answer, "too few to walk through")
