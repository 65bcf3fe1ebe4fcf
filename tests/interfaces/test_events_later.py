"""A model and what came after it: fresh events, and no look past the origin."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.workflows.simulate import ScooterCity, scooter_world

QUICK = ("--model", "seasonal", "--threads", "1")
BEGIN = datetime(2025, 3, 3)


@pytest.fixture(scope="module")
def scooters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scooters")
    scooter_world(ScooterCity(start=date(2020, 8, 7), days=34, fleet=120, outages=0), out)
    return out


def test_the_places_of_a_model_stay_its_places(tmp_path: Path, busyness, visits) -> None:
    frame = visits(28)
    file, fresh = tmp_path / "points.csv", tmp_path / "fresh.csv"
    frame.select("time", "lat", "lon").write_csv(file)
    asked = ("--rows", "points", "--hexagons", "8", "--timezone", "America/Lima")
    trained = busyness("forecast", file, *asked, *QUICK, "--horizon", "24", "--windows", "0", "--out", tmp_path / "model")
    assert trained.code == 0, trained.err
    own = pl.read_parquet(tmp_path / "model" / "forecast.parquet")["place"].unique().sort()
    later = visits(35).filter(pl.col("store") == "S1")  # one falls silent, a third one opens
    opened = later.with_columns(pl.col("lat") - 0.2)
    pl.concat([later, opened]).sort("time").select("time", "lat", "lon").write_csv(fresh)
    answer = busyness("predict", tmp_path / "model", fresh, "--timezone", "America/Lima", "--out", tmp_path / "next")
    assert answer.code == 0, answer.err
    said = pl.read_parquet(tmp_path / "next" / "forecast.parquet")
    assert said["place"].unique().sort().to_list() == own.to_list()
    assert said["time"].min() > pl.read_parquet(tmp_path / "model" / "forecast.parquet")["time"].max()  # type: ignore[operator]


# --- no look past the origin ---


def with_noise_after(frame: pl.DataFrame, origin: datetime, seed: int) -> pl.DataFrame:
    """The same events before the origin; after it others, many more, elsewhere, and in places that nobody knew."""
    rng = np.random.default_rng(seed)
    before = frame.filter(pl.col("time") < origin)
    count = 3 * frame.height
    minutes = rng.integers(0, 60 * 24 * 9, count)
    noise = pl.DataFrame(
        {
            "time": np.datetime64(origin, "us") + minutes.astype("timedelta64[m]"),
            "store": rng.choice(["S1", "S2", "S7", "S8"], count),
            "lat": rng.uniform(-12.3, -11.9, count),
            "lon": rng.uniform(-77.3, -76.9, count),
        }
    )
    return pl.concat([before.select(noise.columns), noise])


@pytest.mark.parametrize(
    "space",
    [("--hexagons", "8"), ("--hexagons", "8", "--top", "2"), ("--hexagons", "9", "--at-least", "300"), ()],
    ids=" ".join,
)
def test_noise_after_the_origin_changes_nothing_that_was_said(
    space: tuple[str, ...], tmp_path: Path, busyness, visits
) -> None:
    frame, origin = visits(28), BEGIN + timedelta(days=21)
    columns = ["time", "store"] if not space else ["time", "lat", "lon"]
    last = (origin - timedelta(days=1)).date()
    said = []
    for name, table in (
        ("real", frame),
        ("noise", with_noise_after(frame, origin, 1)),
        ("cut", frame.filter(pl.col("time") < origin)),
    ):
        table.select(columns).write_csv(tmp_path / f"{name}.csv")
        asked = (
            "--rows",
            "points",
            *space,
            "--timezone",
            "America/Lima",
            "--until",
            last,
            "--horizon",
            "24",
            "--windows",
            "0",
        )
        answer = busyness("forecast", tmp_path / f"{name}.csv", *asked, *QUICK, "--out", tmp_path / name)
        assert answer.code == 0, answer.err
        said.append(pl.read_parquet(tmp_path / name / "forecast.parquet"))
    assert said[0].height >= 24
    assert_frame_equal(said[0], said[1], check_exact=True)
    assert_frame_equal(said[0], said[2], check_exact=True)


@pytest.mark.parametrize("supplied", [False, True], ids=["served", "with supply"])
def test_a_replay_of_trips_sees_nothing_of_what_came(supplied: bool, scooters: Path, tmp_path: Path, busyness) -> None:
    trips = pl.read_parquet(scooters / "trips.parquet")
    origin = "2020-09-01"
    after = trips["start_time"] >= origin
    turned = trips.filter(after).sample(fraction=0.4, seed=1)  # fewer, elsewhere, and all in the same hour of the day
    turned = turned.with_columns(
        pl.col("start_latitude", "start_longitude").shuffle(seed=2),
        pl.col("start_time").str.replace(r" \d\d:", " 08:"),
        pl.col("end_time").str.replace(r" \d\d:", " 09:"),
    )
    moved = pl.concat([trips.filter(~after), turned]).sort("start_time")
    asked = ["--rows", "trips", "--areas", scooters / "areas.geojson", "--timezone", "America/Chicago", "--every", "1d"]
    if supplied:
        asked += ["--supply", scooters / "supply.csv", "--opening-hours", scooters / "opening_hours.csv"]
    said = []
    for name, table in (("real", trips), ("noise", moved)):
        table.write_parquet(tmp_path / f"{name}.parquet")
        replay = ("--horizon", "3", "--origins", origin, "--refit", "1", "--out", tmp_path / name)
        answer = busyness("backtest", tmp_path / f"{name}.parquet", *asked, *QUICK, *replay)
        assert answer.code == 0, answer.err
        said.append(pl.read_parquet(tmp_path / name / "predictions.parquet"))
    forecasts = ["place", "time", "origin", "seasonal_naive", "seasonal_mean", "mean", "q05", "q50", "q95"]
    assert_frame_equal(said[0].select(forecasts), said[1].select(forecasts), check_exact=True)
    assert not said[0]["observed"].equals(said[1]["observed"])


def test_counts_end_where_they_are_told_to(tmp_path: Path, busyness) -> None:
    hours = [BEGIN + timedelta(hours=h) for h in range(24 * 30)]
    lines = [f"{t:%Y-%m-%d %H:%M},S1,{10 + t.hour}" for t in hours]
    later = [f"{t:%Y-%m-%d %H:%M},S1,{9000 - t.hour}" for t in hours[24 * 20 :]]
    said = []
    for name, rows in (("real", lines), ("noise", lines[: 24 * 20] + later)):
        (tmp_path / f"{name}.csv").write_text("time,store,visitors\n" + "\n".join(rows) + "\n", "utf-8")
        asked = ("--until", "2025-03-22", "--timezone", "America/Lima", "--horizon", "24", "--windows", "0")
        assert busyness("forecast", tmp_path / f"{name}.csv", *asked, *QUICK, "--out", tmp_path / name).code == 0
        said.append(pl.read_parquet(tmp_path / name / "forecast.parquet"))
    assert_frame_equal(said[0], said[1], check_exact=True)
    assert {text[:10] for text in pl.read_csv(tmp_path / "real" / "forecast.csv")["time"]} == {"2025-03-23"}
