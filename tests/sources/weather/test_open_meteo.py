"""Open-Meteo's answers as its interface writes them, JSON and CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.read_weather import read_weather
from busyness.sources.weather.weather_table import WeatherTable


def answer(**parts: Any) -> dict[str, Any]:
    return {
        "latitude": 52.52,
        "longitude": 13.419998,
        "generationtime_ms": 0.0691,
        "utc_offset_seconds": 7200,
        "timezone": "Europe/Berlin",
        "timezone_abbreviation": "GMT+2",
        "elevation": 38.0,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°F", "precipitation": "inch", "wind_speed_10m": "km/h"},
        "hourly": {
            "time": ["2025-07-01T00:00", "2025-07-01T01:00", "2025-07-01T02:00"],
            "temperature_2m": [68.0, None, 50.0],
            "precipitation": [0.1, 0.0, 0.0],
            "wind_speed_10m": [36.0, -9999.0, 18.0],
        },
        **parts,
    }


DAILY = {
    "daily_units": {"time": "iso8601", "temperature_2m_max": "°C", "precipitation_sum": "mm", "sunrise": "iso8601"},
    "daily": {
        "time": ["2025-07-01", "2025-07-02"],
        "temperature_2m_max": [28.1, 30.0],
        "precipitation_sum": [2.5, 0.0],
        "sunrise": ["2025-07-01T04:47", "2025-07-02T04:48"],
    },
}


def written(folder: Path, content: object, name: str = "archive.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def of(table: WeatherTable, name: str) -> list[tuple[datetime, float]]:
    return table.frame.filter(pl.col("name") == name).select("start", "value").rows()


def test_an_answer_is_in_utc_and_in_our_units(tmp_path: Path) -> None:
    (table,) = read_weather([written(tmp_path, answer(**DAILY))])
    assert not table.forecast
    assert not table.local
    assert table.names == ("precipitation", "precipitation_sum", "temperature", "temperature_max", "wind")
    midnight = datetime(2025, 6, 30, 22, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert of(table, "temperature") == [(midnight, pytest.approx(20)), (midnight + 2 * hour, pytest.approx(10))]
    assert of(table, "precipitation")[0] == (midnight - hour, pytest.approx(2.54))  # what fell in the hour before
    assert of(table, "wind") == [(midnight, pytest.approx(10)), (midnight + 2 * hour, pytest.approx(5))]
    assert of(table, "temperature_max") == [(midnight, 28.1), (midnight + 24 * hour, 30.0)]
    assert (table.frame["known_at"] == table.frame["end"]).all()
    said = " ".join(table.notes)
    assert "'temperature_2m' came in °F and is kept as temperature in °C" in said
    assert "Values of 'wind' that weather cannot have, such as -9999, are taken as missing: 1." in said


def test_several_locations_and_unix_times(tmp_path: Path) -> None:
    hourly = {"time": [1751320800, 1751324400], "temperature_2m": [20.0, 21.0]}
    units = {"time": "unixtime", "temperature_2m": "°C"}
    there = answer(latitude=48.1, longitude=11.6, hourly=hourly, hourly_units=units)
    (table,) = read_weather([written(tmp_path, [answer(), there])])
    assert table.frame["station"].unique(maintain_order=True).to_list() == ["52.5200,13.4200", "48.1000,11.6000"]
    second = table.frame.filter(pl.col("latitude") == 48.1)
    assert second["start"].to_list() == [datetime(2025, 6, 30, 22, tzinfo=UTC), datetime(2025, 6, 30, 23, tzinfo=UTC)]


def test_files_named_by_their_issue_time_are_vintages(tmp_path: Path) -> None:
    first = written(tmp_path, answer(), "forecast_2025-06-29T06.json")
    second = written(tmp_path, answer(), "forecast_2025-06-30.json")
    observed, forecast = read_weather([first, second, written(tmp_path, answer())])
    assert (observed.forecast, forecast.forecast) == (False, True)
    issued = forecast.frame["known_at"].unique().sort().to_list()
    assert issued == [datetime(2025, 6, 29, 6, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)]  # a date: its end
    assert forecast.frame.height == 2 * observed.frame.height
    assert any(note.startswith("forecast_2025-06-29T06.json and 1 more: ") for note in forecast.notes)


def test_an_issue_time_that_a_person_names_counts_first(tmp_path: Path) -> None:
    at = datetime(2025, 6, 28, 12)
    (table,) = read_weather([written(tmp_path, answer(), "forecast_2025-06-29T06.json")], WeatherLayout(issued=at))
    assert table.frame["known_at"].unique().to_list() == [at.replace(tzinfo=UTC)]


def test_previous_runs_say_when_they_were_forecast(tmp_path: Path) -> None:
    hourly = {
        "time": ["2025-07-05T00:00"],
        "temperature_2m": [20.0],
        "temperature_2m_previous_day1": [19.0],
        "temperature_2m_previous_day3": [15.0],
    }
    content = answer(hourly=hourly, hourly_units={}, utc_offset_seconds=0)
    observed, forecast = read_weather([written(tmp_path, content)])
    assert of(observed, "temperature") == [(datetime(2025, 7, 5, tzinfo=UTC), 20.0)]
    rows = forecast.frame.select("value", "known_at").rows()
    assert rows == [(19.0, datetime(2025, 7, 4, tzinfo=UTC)), (15.0, datetime(2025, 7, 2, tzinfo=UTC))]


CSV = """latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation
40.738136,-74.04254,27.0,-14400,America/New_York,GMT-4

time,temperature_2m (°C),relative_humidity_2m (%)
2025-10-08T00:00,21.8,80
2025-10-08T01:00,NaN,81

time,temperature_2m_max (°C),precipitation_sum (inch),sunrise (iso8601)
2025-10-08,25.0,0.10,2025-10-08T06:58
"""

SEVERAL = """location_id,latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation
0,55.7558,37.6173,140,10800,Europe/Moscow,MSK
1,59.9343,30.3351,17,10800,Europe/Moscow,MSK

location_id,time,temperature_2m (°C)
0,2025-01-01T00:00,-5.0
0,2025-01-01T01:00,-6.0
1,2025-01-01T00:00,-9.0
"""


def test_the_csv_download(tmp_path: Path) -> None:
    (table,) = read_weather([written(tmp_path, CSV, "open-meteo-40.74N74.04W27m.csv")])
    midnight = datetime(2025, 10, 8, 4, tzinfo=UTC)
    assert of(table, "temperature") == [(midnight, 21.8)]
    assert [value for _, value in of(table, "humidity")] == [80, 81]
    assert of(table, "temperature_max") == [(midnight, 25.0)]
    assert of(table, "precipitation_sum") == [(midnight, pytest.approx(2.54))]
    assert table.frame["latitude"].unique().to_list() == [40.738136]
    day = table.frame.filter(pl.col("name") == "temperature_max")
    assert (day["end"] - day["start"]).to_list() == [timedelta(days=1)]


def test_the_csv_download_of_several_locations(tmp_path: Path) -> None:
    (table,) = read_weather([written(tmp_path, SEVERAL, "many.csv")])
    assert table.frame.group_by("station", maintain_order=True).agg("value").rows() == [
        ("55.7558,37.6173", [-5.0, -6.0]),
        ("59.9343,30.3351", [-9.0]),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"error": True, "reason": "Daily API request limit exceeded"}, "request limit"),
        ('{"latitude": 52.5,', "no JSON"),
        ({"latitude": 1.0, "longitude": 2.0}, "no hourly and no daily"),
        ({"hourly": {"time": ["2025-01-01T00:00"], "temperature_2m": [1.0]}}, "no position"),
        (["a", "b"], "no answer of Open-Meteo"),
        (answer(hourly={"time": ["2025-01-01T00:00"], "temperature_2m": [1.0, 2.0]}), "2 values for 1 times"),
        (answer(hourly={"time": ["yesterday"], "temperature_2m": [1.0]}), "'yesterday' is no time"),
        (answer(hourly_units={"temperature_2m": "parsec"}), "'parsec' is no unit"),
        (answer(hourly={"time": ["2025-01-01T00:00"], "temperature_2m": [-9999.0]}), "no weather value"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_weather([written(tmp_path, content)])


def test_a_csv_without_its_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="but no weather"):
        read_weather([written(tmp_path, CSV.split("\n\n", 1)[0], "head.csv")])
    with pytest.raises(InputError, match="No weather file"):
        read_weather([])
