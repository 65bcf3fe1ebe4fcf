"""Forecasts of the simulated weather know no more than a forecaster would, and less with every day ahead."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.sources.simulator.city_weather import CityWeather, draw_city_weather
from busyness.sources.simulator.span import Span
from busyness.sources.weather.read_weather import read_weather

SPAN = Span(date(2020, 6, 15), 87, 0, 60)


@pytest.fixture(scope="module")
def weather() -> CityWeather:
    return draw_city_weather("Chicago", SPAN, 0)


def test_observed_weather_is_hourly_and_ends_with_the_observed_days(weather):
    observed = weather.observed()
    assert len(observed) == 87 * 24
    assert observed["time"].dt.date().max() == date(2020, 9, 9)
    assert 14 < observed["temperature_2m"].mean() < 28
    assert (observed["precipitation"] >= 0).all()
    assert 0.02 < (observed["precipitation"] > 0).mean() < 0.2


def test_every_forecast_is_about_what_comes_and_reaches_five_days(weather):
    forecasts = weather.forecasts()
    assert (forecasts["known_at"] <= forecasts["time"]).all()
    assert (forecasts["known_at"].dt.hour() == 18).all()
    assert forecasts["known_at"].n_unique() == 88
    assert forecasts["time"].dt.date().max() == date(2020, 9, 14)
    assert not forecasts.select("known_at", "time").is_duplicated().any()
    assert (forecasts["precipitation"] >= 0).all()


def test_errors_grow_with_the_lead(weather):
    both = weather.forecasts().join(weather.observed(), on="time", suffix="_came")
    lead = (pl.col("time").dt.date() - pl.col("known_at").dt.date()).dt.total_days()
    error = (pl.col("temperature_2m") - pl.col("temperature_2m_came")).pow(2).mean().sqrt()
    wet, came = pl.col("precipitation").sum(), pl.col("precipitation_came")
    miss = (pl.col("precipitation") - came).abs().sum()
    by_lead = both.group_by(lead.alias("lead")).agg(error=error, miss=miss, wet=wet).sort("lead")
    errors, misses = by_lead["error"].to_list(), by_lead["miss"].to_list()
    assert errors == sorted(errors)
    assert errors[1] < 1.0
    assert errors[5] > 2 * errors[1]
    assert misses[5] > misses[3] > misses[1]


def test_the_same_seed_gives_the_same_weather_and_another_city_another(weather):
    again = draw_city_weather("Chicago", SPAN, 0)
    assert_frame_equal(weather.observed(), again.observed())
    assert_frame_equal(weather.forecasts(), again.forecasts())
    madrid = draw_city_weather("Madrid", SPAN, 0)
    assert not madrid.observed()["temperature_2m"].equals(weather.observed()["temperature_2m"])


def test_the_product_reads_both_files_as_what_they_are(weather, tmp_path):
    weather.observed().write_csv(tmp_path / "weather.csv")
    weather.forecasts().write_csv(tmp_path / "weather_forecasts.csv")
    (observed,) = read_weather([tmp_path / "weather.csv"])
    (forecasts,) = read_weather([tmp_path / "weather_forecasts.csv"])
    assert not observed.forecast
    assert forecasts.forecast
    assert set(forecasts.frame["name"]) == {"temperature", "precipitation"}
    assert forecasts.frame["known_at"].n_unique() == 88
