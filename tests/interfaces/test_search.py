"""``busyness search`` writes what ``train --config`` takes."""

import json

import numpy as np
import polars as pl
import pytest

from busyness.registry.artifact import read_card
from busyness.tables.panel import wall_times
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.search import _Tried

pytest.importorskip("optuna")


@pytest.fixture
def counts(tmp_path):
    city = tiny_city(1, weeks=6, future=24, opening=False)
    wall = wall_times(city.places, city.slots)[0, : city.history].astype("datetime64[us]")
    seen = np.isfinite(city.demand[0, : city.history])
    file = tmp_path / "visits.csv"
    pl.DataFrame({"time": wall[seen], "visitors": city.demand[0, : city.history][seen]}).write_csv(file)
    return file


def test_what_is_found_is_trained_with(busyness, counts, tmp_path):
    out = tmp_path / "found"
    words = (
        "search",
        counts,
        "--model",
        "ridge",
        "--horizon",
        24,
        "--threads",
        1,
        "--windows",
        1,
        "--trials",
        2,
        "--out",
        out,
    )
    told = busyness(*words, "--json")
    assert told.code == 0, told
    facts = json.loads(told.out)
    assert facts["best"] <= facts["given"]
    again = busyness(*words, "--lang", "es")
    assert "4 pruebas: error absoluto medio" in again.out
    assert f"Informe: {out / 'search.html'}" in again.out
    assert "¿Qué configuración pronostica mejor?" in (out / "search.html").read_text("utf-8")
    trained = busyness("train", counts, "--config", out / "best.yaml", "--out", tmp_path / "kept", "--quiet")
    assert trained.code == 0, trained
    judged = busyness(
        "backtest", counts, "--config", out / "best.yaml", "--windows", 1, "--out", tmp_path / "judged", "--json"
    )
    assert json.loads(judged.out)["model"] == "ridge"
    card = read_card(tmp_path / "kept" / "model")
    assert card.kind == "ridge"
    assert card.parameters["arguments"].keys() == {"alpha"}


def test_a_blend_is_searched_by_its_candidates(busyness, counts, tmp_path):
    out = tmp_path / "found"
    words = ("--horizon", 24, "--threads", 1, "--windows", 1, "--trials", 2, "--out", out, "--json")
    told = busyness("search", counts, "--model", "blend", "--arguments", "members=ridge + seasonal", *words)
    assert told.code == 0, told
    members = json.loads(told.out)["settings"]["model"]["arguments"]["members"]
    assert {each if isinstance(each, str) else each["model"] for each in members} <= {"ridge", "seasonal"}
    assert {"members.ridge", "ridge.alpha"} <= set(pl.read_csv(out / "trials.csv").columns)
    assert ">yes<" in (out / "search.html").read_text("utf-8")


def test_a_search_that_is_stopped_ends_with_130_and_its_files(busyness, counts, tmp_path, monkeypatch):
    real, calls = _Tried.error, []

    def stopped(self, settings, origin):
        calls.append(origin)
        if len(calls) > 6:
            raise KeyboardInterrupt
        return real(self, settings, origin)

    monkeypatch.setattr(_Tried, "error", stopped)
    out = tmp_path / "found"
    told = busyness("search", counts, "--model", "ridge", "--horizon", 24, "--threads", 1, "--windows", 1, "--out", out)
    assert told.code == 130, told
    assert "the same command goes on" in told.out
    assert {"best.yaml", "trials.csv", "search.html"} <= {file.name for file in out.iterdir()}


def test_a_model_with_nothing_to_search_is_said(busyness, refused, counts, tmp_path):
    refused(busyness("search", counts, "--model", "seasonal", "--out", tmp_path / "x"), "nothing to search", "boosted")
    refused(busyness("search", counts, "--model", "auto", "--out", tmp_path / "x"), "nothing to search", "--model blend")
