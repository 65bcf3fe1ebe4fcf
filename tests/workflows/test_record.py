"""The record of a run: where its data came from, what is odd in them, and that the same card is the same forecast."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from busyness.registry.artifact import read_card
from busyness.tables.panel import wall_times
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.record import kinds_in, lineage
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import train

TRAINED_TWICE = """
import sys
from pathlib import Path
from busyness.testing.clock import FakeClock
from busyness.workflows.predict import predict
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import train
file, home = sys.argv[1], Path(sys.argv[2])
for model in sys.argv[3:]:
    settings = RunSettings.model_validate({
        "counts": {"file": file, "timezone": "America/Lima"},
        "model": {"model": model, "horizon": 24, "fast": True, "threads": 1, "seed": 5},
    })
    train(settings, clock=FakeClock()).write(home / model)
    predict(home / model, settings).write(home / model, clock=FakeClock())
"""


@pytest.fixture
def counts(tmp_path):
    city = tiny_city(2, weeks=6, future=24, opening=False)
    wall = wall_times(city.places, city.slots)[:, : city.history].astype("datetime64[us]")
    rows, columns = np.nonzero(np.isfinite(city.demand[:, : city.history]))
    file = tmp_path / "visits.csv"
    pl.DataFrame(
        {
            "place": np.array(city.ids)[rows].tolist(),
            "time": wall[rows, columns],
            "visitors": city.demand[rows, columns],
        }
    ).write_csv(file)
    return file


def test_the_same_recipe_gives_the_same_bytes_in_another_process(counts, tmp_path):
    models, homes = ("boosted", "random_forest"), [tmp_path / name for name in ("first", "second")]
    for home in homes:
        subprocess.run([sys.executable, "-c", TRAINED_TWICE, str(counts), str(home), *models], check=True)
    for model in models:
        outs = [home / model for home in homes]
        cards = [read_card(out / "model") for out in outs]
        assert cards[0].recipe == cards[1].recipe
        assert cards[0].version == cards[1].version
        names = sorted(file.name for file in (outs[0] / "model").iterdir() if file.name != "manifest.json")
        assert "arrays.npz" in names
        for name in (*(f"model/{one}" for one in names), "forecast.csv", "forecast.parquet", "paths.npz"):
            marks = {hashlib.sha256((out / name).read_bytes()).hexdigest() for out in outs}
            assert len(marks) == 1, name


def test_the_card_says_where_the_data_came_from_and_what_is_odd(counts, tmp_path):
    places = tmp_path / "places.csv"
    places.write_text("place,name,timezone\nP1,One,America/Lima\nP2,Two,America/Bogota\n")
    settings = RunSettings.model_validate(
        {"counts": {"file": str(counts), "places": str(places)}, "model": {"model": "ridge", "horizon": 24, "threads": 1}}
    )
    card = train(settings, clock=FakeClock()).card
    seen = card.data_card
    assert [(one.role, one.name) for one in seen.lineage] == [("file", str(counts)), ("places", str(places))]
    assert seen.lineage[0].sha256 == hashlib.sha256(counts.read_bytes()).hexdigest()
    assert seen.lineage[0].size == counts.stat().st_size
    assert seen.timezones == {"America/Lima": 1, "America/Bogota": 1}
    assert seen.collection.how == "counts"
    assert seen.collection.rows == counts.read_text().count("\n") - 1
    assert seen.anomalies.missing > 0
    assert 0 < seen.anomalies.share_missing < 0.2
    assert {one["place"] for one in seen.anomalies.worst} <= {"P1", "P2"}
    assert sum(line["weight"] for line in card.features) == pytest.approx(1, abs=0.01)
    assert card.parameters["learned"]
    assert card.software.code
    assert json.loads(card.model_dump_json())["data_card"]["lineage"][0]["role"] == "file"


def test_another_seed_or_other_data_is_another_recipe(counts):
    def recipe(**model):
        settings = RunSettings.model_validate(
            {
                "counts": {"file": str(counts), "timezone": "America/Lima"},
                "model": {"model": "seasonal", "horizon": 24, "threads": 1, **model},
            }
        )
        return train(settings, clock=FakeClock()).card.recipe

    first = recipe()
    assert recipe() == first
    assert recipe(seed=1) != first
    text = counts.read_text().splitlines()
    counts.write_text("\n".join(text[:-5]) + "\n")
    assert recipe() != first


def test_a_password_stays_out_of_the_lineage():
    url = "postgresql://ann:secret@host/shop#visits"
    (only,) = lineage(RunSettings.model_validate({"counts": {"file": url}}))
    assert "secret" not in only.name
    assert only.sha256 == ""


def test_kinds_of_all_members_are_found():
    members = [{"kind": "prepared", "member": {"kind": "embedding"}}, {"kind": "ridge"}]
    assert kinds_in({"member": {"kind": "blend", "members": members}}) == ("blend", "prepared", "embedding", "ridge")
