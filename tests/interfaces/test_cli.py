"""The commands as a person uses them, one after the other, on a small simulated chain."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.workflows.simulate import chain, simulate

LIMA = ("--timezone", "America/Lima", "--country", "PE", "--threads", "1", "--fast", "--horizon", "72")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    simulate(chain(stores=3, start=date(2025, 1, 6), days=120, every="1h", country="PE", seed=3), out)
    return out


@pytest.fixture(scope="module")
def asked(world: Path) -> tuple[object, ...]:
    return (
        *LIMA, "--opening-hours", world / "opening_hours.csv",
        "--known", world / "known.csv", "--capacity", world / "capacity.csv",
    )  # fmt: skip


def test_help_answers_without_loading_the_rest() -> None:
    code = "import sys; sys.argv=['busyness','--help']\nfrom busyness.interfaces.cli.main import app\n"
    code += "try: app()\nexcept SystemExit: pass\n"
    code += "print([m for m in ('polars','numpy','lightgbm','sklearn','plotly') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().split("\n")[-1] == "[]"
    for word in ("forecast", "backtest", "describe", "features", "train", "predict", "simulate", "demo", "run", "init"):
        assert word in done.stdout


@pytest.mark.parametrize(
    "words", [("forecast",), ("backtest",), ("simulate", "retail"), ("demo", "retail"), ("predict",), ("run",)]
)
def test_every_command_has_an_example(words: tuple[str, ...], busyness) -> None:
    answer = busyness(*words, "--help")
    assert answer.code == 0
    assert "Example: busyness" in answer.out


def test_the_simulation_says_that_it_is_one(world: Path) -> None:
    assert "imulated" in (world / "SIMULATED.txt").read_text("utf-8")
    names = {file.name for file in world.iterdir()}
    assert {
        "counts.csv",
        "counts.parquet",
        "places.csv",
        "promotions.csv",
        "weather.csv",
        "known.csv",
        "capacity.csv",
    } <= names


def test_forecast_writes_everything_it_promises(world: Path, asked: tuple[object, ...], tmp_path: Path, busyness) -> None:
    answer = busyness("forecast", world / "counts.csv", *asked, "--levels", "0.025,0.975", "--lang", "es", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert str(tmp_path / "report.html") in answer.out.replace("\n", "")
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {
        "forecast.parquet", "forecast.csv", "peaks.csv", "report.html", "rejected.parquet", "paths.npz", "model",
        "backtest.json", "predictions.parquet", "history.parquet", "quality.parquet", "health.json", "settings.json",
        "examples.npz",
    }  # fmt: skip
    table = pl.read_parquet(tmp_path / "forecast.parquet")
    assert table.height == 3 * 72
    assert table.columns[:5] == ["place", "time", "origin", "horizon", "mean"]
    levels = ["q02.5", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "q97.5"]
    assert table.columns[5:] == levels
    assert table.schema["place"] == pl.String
    assert table.schema["time"] == pl.Datetime("us", "UTC")
    assert (table.select(levels).to_numpy()[:, 1:] >= table.select(levels).to_numpy()[:, :-1]).all()
    text = pl.read_csv(tmp_path / "forecast.csv")
    assert text["time"].str.ends_with("-05:00").all()
    local = table["time"].dt.convert_time_zone("America/Lima")
    night = (local.dt.hour() < 6).to_numpy()
    assert night.any()
    assert (table.filter(pl.Series(night))["q95"] == 0).all()
    peaks = pl.read_csv(tmp_path / "peaks.csv")
    assert peaks["probability"].is_between(0, 1).all()
    assert peaks["over_capacity"].drop_nulls().is_between(0, 1).all()
    assert set(peaks["rank"]) == {1, 2, 3}


def test_predict_says_what_forecast_said(world: Path, asked: tuple[object, ...], tmp_path: Path, busyness) -> None:
    assert busyness("train", world / "counts.csv", *asked, "--out", tmp_path / "a").code == 0
    assert busyness("forecast", world / "counts.csv", *asked, "--windows", "0", "--out", tmp_path / "b").code == 0
    plain = [word for word in asked if word != "--fast"]
    done = busyness("predict", tmp_path / "a", world / "counts.csv", *plain, "--out", tmp_path / "c", "--json")
    assert done.code == 0, done.err
    said, again = (pl.read_parquet(tmp_path / folder / "forecast.parquet") for folder in "bc")
    assert_frame_equal(said, again, check_exact=True)
    assert json.loads(done.out)["model"].startswith("boosted-")


def test_predict_reads_times_in_the_zone_of_the_training(
    world: Path, asked: tuple[object, ...], tmp_path: Path, busyness
) -> None:
    assert busyness("train", world / "counts.csv", *asked, "--out", tmp_path / "a").code == 0
    plain = [word for word in asked if word != "--fast"]
    at = plain.index("--timezone")
    bare = plain[:at] + plain[at + 2 :]
    for name, words in (("b", plain), ("c", bare)):
        done = busyness("predict", tmp_path / "a", world / "counts.csv", *words, "--out", tmp_path / name)
        assert done.code == 0, done.err
        assert ("as when the model was trained" in done.err + done.out) == (name == "c")
    with_it, without = (pl.read_parquet(tmp_path / folder / "forecast.parquet") for folder in "bc")
    assert_frame_equal(with_it, without)


def test_predict_refuses_what_the_model_cannot_do(world: Path, asked: tuple[object, ...], tmp_path: Path, busyness) -> None:
    assert busyness("train", world / "counts.csv", *asked, "--out", tmp_path).code == 0
    plain = [word for word in asked if word != "--fast"]
    longer = ["200" if word == "72" else word for word in plain]
    assert "200 were asked for" in busyness("predict", tmp_path, world / "counts.csv", *longer, "--out", tmp_path / "x").err
    trees = next((tmp_path / "model").glob("*trees*.txt"))
    trees.write_text(trees.read_text("utf-8").replace("Tree=0", "Tree=9"), "utf-8")
    answer = busyness("predict", tmp_path / "model", world / "counts.csv", *plain, "--out", tmp_path / "x")
    assert answer.code == 2
    assert trees.name in answer.err
    assert not (tmp_path / "x").exists()
    assert busyness("predict", tmp_path / "nowhere", world / "counts.csv", *plain).code == 2


def test_backtest_writes_what_it_promises(world: Path, asked: tuple[object, ...], tmp_path: Path, busyness) -> None:
    answer = busyness("backtest", world / "counts.csv", *asked, "--windows", "2", "--out", tmp_path, "--json")
    assert answer.code == 0, answer.err
    scores = json.loads((tmp_path / "backtest.json").read_text("utf-8"))
    assert json.loads(answer.out)["mae"] == scores["mae"]
    for name in ("mae", "rmse", "wape", "mase", "bias", "pinball", "coverage_80", "within_20", "peak_hit"):
        assert isinstance(scores[name], float)
    assert set(scores["seconds"]) == {"features", "fit", "calibrate", "predict"}
    assert scores["mae"] < scores["seasonal_naive"]["mae"]
    assert len(scores["places"]) == 3
    predictions = pl.read_parquet(tmp_path / "predictions.parquet")
    assert predictions.columns == [
        "place", "time", "origin", "observed", "seasonal_naive", "seasonal_mean", "mean",
        "q05", "q10", "q25", "q50", "q75", "q90", "q95",
    ]  # fmt: skip
    assert predictions["origin"].n_unique() == 2
    error = (predictions["q50"] - predictions["observed"]).abs().mean()
    assert scores["mae"] == pytest.approx(error, rel=1e-4)


def test_the_same_seed_and_threads_give_the_same_forecast(
    world: Path, asked: tuple[object, ...], tmp_path: Path, busyness
) -> None:
    for folder in ("a", "b"):
        assert busyness("backtest", world / "counts.csv", *asked, "--windows", "1", "--out", tmp_path / folder).code == 0
    first, second = (pl.read_parquet(tmp_path / folder / "predictions.parquet") for folder in "ab")
    assert_frame_equal(first, second, check_exact=True)


def test_describe(world: Path, tmp_path: Path, busyness) -> None:
    answer = busyness("describe", world / "counts.csv", "--timezone", "America/Lima", "--out", tmp_path, "--json")
    assert answer.code == 0
    facts = json.loads(answer.out)
    assert facts["places"] == 3
    assert facts["slot"] == "1h"
    assert len(facts["per_place"]) == 3
    assert busyness("describe", world / "counts.csv").code == 0


def test_features(world: Path, asked: tuple[object, ...], tmp_path: Path, busyness) -> None:
    assert json.loads(busyness("features", "--json").out)["features"][0]["name"]
    plain = [word for word in asked if word != "--fast"]
    answer = busyness("features", world / "counts.csv", *plain, "--out", tmp_path)
    assert answer.code == 0, answer.err
    matrix = pl.read_parquet(tmp_path / "features.parquet")
    catalog = pl.read_csv(tmp_path / "catalog.csv")
    for name in (
        "hour_of_day",
        "day_of_week",
        "month",
        "season",
        "is_holiday",
        "prev_hourly_traffic",
        "ma_hourly_traffic_7days",
    ):
        assert name in matrix.columns
        assert name in set(catalog["name"])
    onehot = busyness("features", world / "counts.csv", *plain, "--encode", "onehot", "--out", tmp_path)
    assert onehot.code == 0
    assert "day_of_week_1" in pl.read_parquet(tmp_path / "features.parquet").columns


def test_run_and_init(world: Path, tmp_path: Path, busyness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTS", str(world / "counts.csv"))
    assert busyness("init", "stores.yaml", "--counts", "${COUNTS}").code == 0
    assert busyness("run", "stores.yaml", "--dry-run").code == 0
    answer = busyness(
        "run", "stores.yaml", "--fast", "--threads", "1", "--horizon", "24", "--windows", "0", "--out", "today"
    )
    assert answer.code == 0, answer.err
    assert (tmp_path / "today" / "report.html").exists()
    (tmp_path / "bad.yaml").write_text("counts:\n  fiel: x.csv\n", "utf-8")
    bad = busyness("run", "bad.yaml")
    assert bad.code == 2
    assert "line 2" in bad.err
    assert "'file'" in bad.err


def test_demo_ends_with_the_path_of_its_report(tmp_path: Path, busyness) -> None:
    answer = busyness("demo", "retail", "--stores", "2", "--days", "60", "--horizon", "24", "--fast", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert answer.out.strip().replace("\n", "").endswith("report.html")
    assert "simulated" in (tmp_path / "report.html").read_text("utf-8").lower()


def test_an_unexpected_fault_is_ours(world: Path, busyness, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("busyness.workflows.describe.ingest", broken)
    answer = busyness("describe", world / "counts.csv")
    assert answer.code == 1
    assert "our fault" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("forecast", "x.csv", "--horizon", "abc"), "--horizon"),
        (("forecast", "x.csv", "--hrizon", "3"), "--hrizon"),
        (("forecast",), "file"),
        (("forcast", "x.csv"), "forcast"),
        (("simulate", "retail", "--start", "2025-13-40"), "2025-13-40"),
        (("simulate", "retail", "--stores", "0"), "--stores"),
    ],
)
def test_words_that_are_off_get_one_sentence(words: tuple[str, ...], said: str, busyness) -> None:
    answer = busyness(*words)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.strip().split("\n")) == 1


def test_a_store_that_closed_for_good_expects_nobody(world: Path, tmp_path: Path, busyness) -> None:
    (tmp_path / "places.csv").write_text("place,closed\nS001,2025-05-01\nS002,\nS003,\n", "utf-8")
    words = ("--timezone", "America/Lima", "--model", "seasonal", "--horizon", "48", "--places", tmp_path / "places.csv")
    assert busyness("forecast", world / "counts.csv", *words, "--out", tmp_path / "out").code == 0
    total = dict(
        pl.read_parquet(tmp_path / "out" / "forecast.parquet").group_by("place").agg(pl.col("q95").sum()).iter_rows()
    )
    assert total["S001"] == 0
    assert total["S002"] > 0


def test_a_store_gone_silent_is_named(world: Path, tmp_path: Path, busyness) -> None:
    counts = pl.read_csv(world / "counts.csv")
    silent = counts.filter((pl.col("place") != "S002") | (pl.col("time") < "2025-04-01"))
    silent.write_csv(tmp_path / "counts.csv")
    answer = busyness(
        "forecast", tmp_path / "counts.csv", "--timezone", "America/Lima", "--model", "seasonal", "--out", tmp_path / "o"
    )
    assert "S002 has had no count since 2025-03-31" in answer.err
    night = pl.read_parquet(tmp_path / "o" / "forecast.parquet").filter(
        pl.col("time").dt.convert_time_zone("America/Lima").dt.hour().is_between(0, 4)
    )
    assert night["mean"].max() == 0
