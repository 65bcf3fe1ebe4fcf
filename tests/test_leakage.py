"""No look past the origin: replace everything after it by noise, from the file on, and nothing that was said may change."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import busyness

ORIGIN = datetime(2025, 5, 10)
DAYS = 90
SAID = [
    "place",
    "time",
    "origin",
    "seasonal_naive",
    "seasonal_mean",
    "mean",
    "q05",
    "q10",
    "q25",
    "q50",
    "q75",
    "q90",
    "q95",
]


def counts(seed: int = 0, begin: datetime = datetime(2025, 3, 1)) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    hours = [begin + timedelta(hours=h) for h in range(24 * DAYS)]
    frames = []
    for place, level in (("A", 40.0), ("B", 90.0), ("C", 15.0)):
        shape = np.array([1 + np.sin((t.hour - 6) / 24 * 2 * np.pi) + 0.3 * (t.weekday() >= 5) for t in hours])
        visitors = rng.poisson(level * shape).astype(float)
        keep = np.array([8 <= t.hour < 22 for t in hours]) & (rng.random(len(hours)) > 0.03)
        frames.append(pl.DataFrame({"time": hours, "store": place, "visitors": visitors}).filter(pl.Series(keep)))
    return pl.concat(frames)


def with_noise_after(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    after = (frame["time"] >= ORIGIN).to_numpy()
    noise = np.where(after, rng.integers(0, 5000, frame.height), frame["visitors"].to_numpy())
    kept = ~after | (rng.random(frame.height) > 0.4)
    night = pl.DataFrame({"time": [ORIGIN + timedelta(hours=3)], "store": ["A"], "visitors": [9999.0]})
    return pl.concat([frame.with_columns(pl.Series("visitors", noise)).filter(pl.Series(kept)), night])


@pytest.mark.parametrize("model", ["boosted", "seasonal", "forest", "average"])
@pytest.mark.parametrize("preparation", [{}, {"outliers": "hampel", "impute": "seasonal"}], ids=["plain", "prepared"])
def test_noise_after_the_origin_changes_nothing_that_was_said(model: str, preparation: dict[str, str]) -> None:
    frame = counts()
    asked = {
        "timezone": "America/Lima", "country": "PE", "every": "1h", "horizon": 48, "origins": [ORIGIN.date()],
        "model": model, "threads": 1, "fast": True, **preparation,
    }  # fmt: skip
    said = busyness.backtest(frame, **asked)
    again = busyness.backtest(with_noise_after(frame, 1), **asked)
    assert_frame_equal(said.predictions.select(SAID), again.predictions.select(SAID), check_exact=True)
    assert said.predictions["observed"].drop_nulls().len() > 50
    assert not said.predictions["observed"].equals(again.predictions["observed"])


def test_a_second_origin_sees_what_came_in_between() -> None:
    frame = counts()
    days = [ORIGIN.date(), ORIGIN.date() + timedelta(days=2)]
    asked = {"timezone": "America/Lima", "horizon": 48, "origins": days, "model": "seasonal", "threads": 1}
    said = busyness.backtest(frame, **asked).predictions
    again = busyness.backtest(with_noise_after(frame, 2), **asked).predictions
    second = pl.col("origin") == said["origin"].max()
    assert_frame_equal(said.filter(~second).select(SAID), again.filter(~second).select(SAID), check_exact=True)
    assert not said.filter(second)["q50"].equals(again.filter(second)["q50"])
