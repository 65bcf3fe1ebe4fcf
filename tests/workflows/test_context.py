"""What a run keeps beside its forecast: the weeks before it, what was found, and how to repeat it."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from busyness.testing.tiny_city import tiny_city
from busyness.workflows.context import recent_history, write_context
from busyness.workflows.ingest import from_panel
from busyness.workflows.options import with_options
from busyness.workflows.settings import RunSettings

NOW = datetime(2024, 3, 11, 6, tzinfo=UTC)


def written(folder, settings=None, panel=None):
    settings = settings or with_options(RunSettings(), {"horizon": 48})
    write_context(from_panel(panel or tiny_city(), settings), settings, folder, now=NOW)
    return folder


def test_history_is_the_observed_end_of_the_panel():
    panel = tiny_city()
    table = recent_history(panel, weeks=2)
    seen = panel.observed[:, panel.history - 336 : panel.history]
    assert table.height == seen.sum()
    assert table["demand"].sum() == np.nansum(panel.demand[:, panel.history - 336 : panel.history])
    assert table["time"].max() - table["time"].min() < timedelta(weeks=2)
    assert table.schema == {"place": pl.String, "time": pl.Datetime("us", "UTC"), "demand": pl.Float32, "open": pl.Boolean}
    assert table["open"].all()


def test_a_short_past_is_kept_whole():
    panel = tiny_city(weeks=1)
    assert recent_history(panel).height == panel.observed.sum()
    assert recent_history(tiny_city(weeks=0)).is_empty()


def test_days_are_kept_by_their_utc_start():
    table = recent_history(tiny_city(every="1d", future=7))
    assert table["time"].dt.hour().unique().to_list() == [5]


def test_the_settings_repeat_the_run(tmp_path):
    asked = {"horizon": 48, "levels": "0.2,0.8", "origins": "2024-03-04", "file": "a.csv", "out": tmp_path / "out"}
    settings = with_options(RunSettings(), asked)
    kept = json.loads((written(tmp_path, settings) / "settings.json").read_text())
    assert RunSettings.model_validate(kept) == settings


def test_files_are_named_from_the_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("")
    settings = with_options(RunSettings(), {"horizon": 48, "file": "a.csv", "places": "places.csv"})
    counts = json.loads((written(tmp_path, settings) / "settings.json").read_text())["counts"]
    assert (counts["file"], counts["places"]) == (str(tmp_path / "a.csv"), str(tmp_path / "places.csv"))


def test_a_password_is_not_kept(tmp_path):
    settings = with_options(RunSettings(), {"horizon": 48, "file": "postgresql://ann:s3cret@shop/main#visits"})
    text = (written(tmp_path, settings) / "settings.json").read_text()
    assert "s3cret" not in text
    assert "postgresql://ann:***@shop/main#visits" in text


def test_what_was_found_is_kept(tmp_path):
    health = json.loads((written(tmp_path) / "health.json").read_text())
    assert health["made_at"] == "2024-03-11T06:00:00+00:00"
    assert health["rejected"] == 0
    assert not (tmp_path / "outlines.json").exists()
