from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from busyness.tables.forecast import Forecast
from busyness.tables.peaks import PER_DAY
from busyness.testing.tiny_city import tiny_city

COLUMNS = ["place", "date", "rank", "time", "probability", "size_q10", "size_q50", "size_q90", "capacity", "over_capacity"]


def test_the_shape_of_the_table(forecast: Forecast) -> None:
    peaks = forecast.peaks()
    assert set(peaks.columns) == set(COLUMNS)
    assert peaks.schema["time"] == pl.Datetime("us", "UTC")
    assert peaks.group_by("place", "date").len()["len"].max() <= PER_DAY
    assert peaks.equals(forecast.peaks())
    capacity = peaks.group_by("place").agg(pl.col("capacity").first(), pl.col("over_capacity").null_count() == 0)
    assert dict(capacity.select("place", "capacity").iter_rows()) == {"P1": 60.0, "P2": None, "P3": None}


def test_probabilities_are_of_one_day_and_ranked(forecast: Forecast) -> None:
    peaks = forecast.peaks(count=500)
    by_day = peaks.group_by("place", "date", maintain_order=True).agg("rank", "probability")
    for ranks, shares in by_day.select("rank", "probability").iter_rows():
        assert ranks == [*range(1, len(ranks) + 1)]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9


def test_a_certain_peak_is_found_with_its_size(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(places=1, weeks=1, opening=False), 24)
    quantiles = forecast.quantiles.copy()
    quantiles[0, 13] += 1000
    forecast = replace(forecast, quantiles=quantiles)
    peak = forecast.peaks().row(0, named=True)
    assert (peak["rank"], peak["probability"], peak["date"]) == (1, 1.0, date(2024, 1, 8))
    assert peak["time"].isoformat() == "2024-01-08T18:00:00+00:00"  # 13 h in Lima
    assert peak["size_q50"] == pytest.approx(float(forecast.at(0.5)[0, 13]), rel=0.05)
    assert peak["size_q10"] < peak["size_q50"] < peak["size_q90"]
    assert (peak["capacity"], peak["over_capacity"]) == (60.0, 1.0)


def test_a_day_that_is_closed_has_no_peak(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(places=2, weeks=1), 168)
    sundays = forecast.peaks().filter(pl.col("date").dt.weekday() == 7)
    assert sundays["place"].unique().to_list() == ["P1"]  # the second store is closed then


def test_with_daily_slots_the_busiest_days_of_each_week_are_listed(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(every="1d", weeks=12, future=14, timezone="Europe/Madrid", opening=False), 14)
    peaks = forecast.peaks()
    assert peaks["date"].unique().sort().to_list() == [date(2024, 3, 25), date(2024, 4, 1)]
    local = peaks["time"].dt.convert_time_zone("Europe/Madrid").dt.date()
    assert ((local - peaks["date"]).dt.total_days().is_between(0, 6)).all()


def test_no_place_and_no_opening_have_no_rows(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(places=1, weeks=1), 24)
    shut = replace(forecast, quantiles=np.zeros_like(forecast.quantiles), open=np.zeros_like(forecast.open))
    assert shut.peaks().is_empty()
    assert shut.peaks().schema == forecast.peaks().schema
