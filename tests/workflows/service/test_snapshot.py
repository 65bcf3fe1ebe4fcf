"""A folder becomes a snapshot once, whole, or not at all."""

import subprocess
import sys
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.workflows.folder import read_forecast
from busyness.workflows.service import snapshot as module
from busyness.workflows.service.snapshot import load_snapshot, signature

from .conftest import ORIGIN


def test_it_holds_what_the_run_wrote(made, snapshot):
    said = read_forecast(made).forecast
    assert snapshot.forecast.to_polars().equals(said.to_polars())
    assert (snapshot.world, snapshot.release, snapshot.noun, snapshot.adds_up) == ("shop", "one", "visitors", True)
    assert snapshot.made_at == ORIGIN
    assert snapshot.model_version == snapshot.card.version
    assert snapshot.scores["origins"] == 2
    assert snapshot.quality.height == 3


def test_history_is_that_of_the_file(made, snapshot):
    table = pl.read_parquet(made / "history.parquet")
    row, _ = snapshot.place("P2")
    line = snapshot.history["demand"][row]
    assert np.isfinite(line).sum() == table.filter(pl.col("place") == "P2").height
    assert np.nansum(line) == table.filter(pl.col("place") == "P2")["demand"].sum()
    assert ORIGIN - table["time"].min() <= timedelta(weeks=8)


def test_what_was_replayed_stands_at_its_slots(made, snapshot):
    rows = pl.read_parquet(made / "predictions.parquet").drop_nulls("observed").sample(50, seed=0)
    for one in rows.iter_rows(named=True):
        column = snapshot.replayed.slots.index(np.datetime64(one["time"].replace(tzinfo=None)))
        assert snapshot.replayed["q50"][snapshot.rows[one["place"]], column] == pytest.approx(one["q50"])


def test_peaks_are_utc(made, snapshot):
    text = pl.read_csv(made / "peaks.csv").sort("place", "time")["time"]
    assert snapshot.peaks["time"].dtype == pl.Datetime("us", "UTC")
    assert snapshot.peaks["time"].to_list() == text.str.to_datetime("%+").dt.convert_time_zone("UTC").to_list()


def test_a_place_that_is_not_there_is_said(snapshot):
    with pytest.raises(UnknownPlaceError, match="P9"):
        snapshot.place("P9")


def test_a_folder_with_nothing_but_paths_is_enough(folder, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("paths.npz", "peaks.csv"):
        (folder / name).rename(bare / name)
    found = load_snapshot(bare, world="w", release="r")
    assert found.history is None
    assert found.card is None
    assert found.scores == {}


@pytest.mark.parametrize(
    "name", ["paths.npz", "history.parquet", "predictions.parquet", "quality.parquet", "backtest.json", "peaks.csv"]
)
@pytest.mark.parametrize("keep", [0, 0.5, 0.97])
def test_a_file_cut_short_is_named(folder, name, keep):
    file = folder / name
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep)])
    if name == "peaks.csv" and keep:
        file.write_bytes(content[: int(len(content) * keep)] + b'\n"broken')
    with pytest.raises(ArtifactError) as fault:
        load_snapshot(folder, world="w", release="r")
    assert fault.value.file == name
    assert fault.value.hint


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_flipped_byte_of_the_paths_is_told(folder, share):
    file = folder / "paths.npz"
    content = bytearray(file.read_bytes())
    content[int(len(content) * share)] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_snapshot(folder, world="w", release="r")


def test_the_signature_changes_with_any_file(folder):
    before = signature(folder)
    assert signature(folder) == before
    (folder / "plans" / "stock").mkdir(parents=True)
    (folder / "plans" / "stock" / "plan.json").write_text("{}")
    planned = signature(folder)
    assert planned != before
    (folder / "health.json").unlink()
    assert signature(folder) not in (before, planned)


def test_a_folder_that_changes_while_it_is_read_is_not_taken(folder, monkeypatch):
    def meddled(found):
        (found / "backtest.json").write_text("{}")
        return {}

    monkeypatch.setattr(module, "plans_of", meddled)
    with pytest.raises(InputError, match="being written"):
        load_snapshot(folder, world="w", release="r")


def test_serving_does_not_load_what_trains():
    code = "import sys, busyness.workflows.service.holder; print({'sklearn', 'lightgbm', 'torch'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
