"""The life of models through the command line: list, show, compare, promote, roll back, retrain, try."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

from busyness.registry.artifact import load_artifact, save_artifact
from busyness.tables.panel import wall_times
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.forecast import forecast
from busyness.workflows.settings import RunSettings


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home, city = tmp_path_factory.mktemp("models"), tiny_city(2, weeks=8, future=24, opening=False)
    wall = wall_times(city.places, city.slots)[:, : city.history].astype("datetime64[us]")
    rows, columns = np.nonzero(np.isfinite(city.demand[:, : city.history]))
    counts = home / "visits.csv"
    names = np.array(city.ids)[rows].tolist()
    pl.DataFrame({"place": names, "time": wall[rows, columns], "visitors": city.demand[rows, columns]}).write_csv(counts)
    for model in ("seasonal", "ridge"):
        settings = {
            "counts": {"file": str(counts), "timezone": "America/Lima"},
            "model": {"model": model, "horizon": 48, "threads": 1},
            "backtest": {"windows": 1},
        }
        forecast(RunSettings.model_validate(settings)).write(home / model)
    return home


@pytest.fixture
def world(busyness, made, tmp_path):
    """A world with two releases; the older one is the champion."""
    folder = tmp_path / "world"
    said = [busyness("models", "add", folder, made / model, "--json") for model in ("seasonal", "ridge")]
    releases = [json.loads(one.out)["release"] for one in said]
    first = busyness("models", "promote", folder, releases[0], "--why", "the first", "--by", "ana")
    assert first.code == 0, first
    return folder, releases


def test_a_world_s_models_are_listed_shown_compared_promoted_and_rolled_back(busyness, world, tmp_path):
    folder, releases = world
    table = busyness("models", "list", folder)
    assert table.code == 0
    for word in ("champion", releases[1], "seasonal", "by ana: the first.", "Measured on 2"):
        assert word in table.out
    assert ".." not in table.out
    assert "no comparison" not in table.out
    listed = json.loads(busyness("models", "list", folder, "--json").out)["models"]
    assert {one["release"] for one in listed} == set(releases)

    shown = busyness("models", "show", folder, releases[1], "--top", 3, "--export", tmp_path / "features.csv")
    assert shown.code == 0
    for word in ("Data", "Time zones: America/Lima (2).", "Gaps and odd values", "numpy", "features", "more: --top 0"):
        assert word in shown.out
    exported = pl.read_csv(tmp_path / "features.csv")
    assert exported.columns[:2] == ["name", "weight"]
    card = json.loads(busyness("models", "show", folder, releases[1], "--json").out)["card"]
    assert card["kind"] == "ridge"

    beside = busyness("models", "compare", folder, *releases, "--export", tmp_path / "windows.json")
    assert beside.code == 0
    assert "mae" in beside.out
    assert "parameters" in beside.out
    assert json.loads((tmp_path / "windows.json").read_text())["first"] == releases[0]

    promoted = busyness("models", "promote", folder, releases[1], "--why", "fewer errors", "--by", "ben", "--json")
    facts = json.loads(promoted.out)
    assert (facts["release"], facts["by"], facts["why"]) == (releases[1], "ben", "fewer errors")
    assert facts["previous"] == [releases[0]]
    back = busyness("models", "rollback", folder)
    assert releases[0] in back.out.split(" answers")[0]


def test_a_challenger_is_tried_and_retraining_waits(busyness, refused, world):
    folder, releases = world
    quiet = busyness("retrain", folder)
    assert (quiet.code, "nothing is due" in quiet.out) == (0, True)
    dry = json.loads(busyness("retrain", folder, "--anyway", "--dry-run", "--json").out)
    assert dry["verdict"] == "kept"
    begun = busyness("models", "trial", "start", folder, releases[1], "--from", "2024-02-26", "--weeks", 2, "--json")
    assert json.loads(begun.out)["end"] == "2024-03-18"
    shadow = busyness("models", "trial", "shadow", folder)
    assert "rows in the shadow" in shadow.out
    status = busyness("models", "trial", "status", folder)
    assert "over, 0 days left" in status.out
    assert "nothing of it has come so far" in status.out
    assert "nan" not in status.out
    refused(busyness("models", "trial", "decide", folder), "0 days to compare")
    assert "meanwhile" in busyness("retrain", folder, "--anyway").out


def test_a_model_that_was_only_trained_says_that_it_was_rehearsed(busyness, made, tmp_path):
    told = busyness("train", made / "visits.csv", "--timezone", "America/Lima", "--model", "seasonal", "--out", tmp_path)
    assert told.code == 0
    assert "Rehearsal, not a backtest" in told.out
    shown = busyness("models", "list", tmp_path)
    assert "measured in a rehearsal of training" in shown.out
    assert "Un ensayo, no un backtest" in busyness("models", "show", tmp_path, "--lang", "es").out
    beside = busyness("models", "compare", tmp_path, tmp_path, made / "ridge")
    assert "no comparison of the two" in beside.err
    assert busyness("models", "show", tmp_path, "--lang", "fr").code == 2


def test_what_a_selection_left_out_is_shown_with_its_reason(busyness, world):
    folder, releases = world
    kept = folder / "releases" / releases[1] / "model"
    parts, card = load_artifact(kept)
    told = {"selection": {"left": {"horizon": "it mattered in 0 of 4 windows"}}}
    shutil.rmtree(kept)
    save_artifact(kept, parts, card.model_copy(update={"parameters": card.parameters | told}))
    shown = busyness("models", "show", folder, releases[1])
    assert "1 left out" in shown.out
    assert "it mattered in 0 of 4 windows" in shown.out
    facts = json.loads(busyness("models", "show", folder, releases[1], "--json").out)
    assert facts["left_out"] == {"horizon": "it mattered in 0 of 4 windows"}
    assert "left out" not in busyness("models", "show", folder, releases[0]).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nobody"), "there are 20"),
        (("promote", "nobody", "--why", "x"), "no release 'nobody'"),
        (("rollback",), "no earlier champion"),
        (("compare", "champion", "challenger"), "no challenger"),
        (("trial", "status"), "No trial runs"),
        (("list", "--export", "table.xls"), ".csv, .parquet or .json"),
    ],
)
def test_what_cannot_be_is_one_sentence(busyness, refused, world, words, said):
    folder, _ = world
    depth = 2 if words[0] == "trial" else 1
    refused(busyness("models", *words[:depth], folder, *words[depth:]), said)
