"""The weather beside the real data sets, read as it was published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.read_weather import read_weather

pytestmark = pytest.mark.real


def test_melbourne_s_half_hourly_temperature(real_data: Path) -> None:
    file = real_data / "melbourne_pedestrians" / "vic_elec_temperature_holiday_2012_2014.csv.gz"
    (table,) = read_weather([file], WeatherLayout(columns={"temperature": "Temperature"}))
    assert not table.local
    assert table.frame.height == 52_608
    assert table.frame["start"][0] == datetime(2011, 12, 31, 13, tzinfo=UTC)
    assert -2 < table.frame["value"].min() < table.frame["value"].max() < 45


def test_louisville_s_hours_without_a_temperature_are_left_out(real_data: Path) -> None:
    (table,) = read_weather([real_data / "louisville_scooters" / "hourly-weather.csv"])
    assert table.local
    counts = dict(table.frame.group_by("name").len().iter_rows())
    rows = pl.read_csv(real_data / "louisville_scooters" / "hourly-weather.csv")
    assert counts["temperature"] == rows["Temperature"].count()
    assert table.names == ("humidity", "precipitation", "temperature", "wind")


def test_the_bay_area_s_days_by_zip_code(real_data: Path) -> None:
    (table,) = read_weather([real_data / "bayarea_bikeshare" / "baweather.csv"], WeatherLayout(units={"cloud": "okta"}))
    assert table.local
    assert set(table.frame["station"]) == {"94107", "94063", "94301", "94041", "95113"}
    warmest = table.frame.filter(pl.col("name") == "temperature_max")
    assert warmest.height > 1800
    assert 30 < warmest["value"].max() < 45
    assert table.frame.filter(pl.col("name") == "cloud")["value"].max() == 100
