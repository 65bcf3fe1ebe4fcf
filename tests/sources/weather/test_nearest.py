from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from busyness.domain.place import Place
from busyness.sources.weather.nearest import MEAN_OF_ALL, nearest_weather
from busyness.sources.weather.weather_table import WeatherTable

AT = datetime(2025, 1, 1, tzinfo=UTC)
WEST = Place("west", latitude=0.0, longitude=0.2)
EAST = Place("east", latitude=0.0, longitude=0.9)
NOWHERE = Place("nowhere")


def table(*stations: tuple[str, float | None, str, int], value: float = 10.0) -> WeatherTable:
    rows = [
        (name, None if east is None else 0.0, east, AT + timedelta(hours=h), AT + timedelta(hours=h + 1), measure, value + k)
        for k, (name, east, measure, count) in enumerate(stations)
        for h in range(count)
    ]
    instant = pl.Datetime("us", "UTC")
    schema = {
        "station": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "start": instant, "end": instant,
        "name": pl.String, "value": pl.Float64,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return WeatherTable(frame.with_columns(known_at="end"), forecast=False, local=False)


def test_each_place_takes_the_nearest_station_that_measures_it() -> None:
    read = table(("a", 0.0, "temperature", 4), ("b", 1.0, "temperature", 4), ("b", 1.0, "wind", 4))
    found = nearest_weather(read, [WEST, EAST])
    assert found.stations == {"temperature": {"west": "a", "east": "b"}, "wind": {"west": "b", "east": "b"}}
    assert found.notes == ()
    assert found.frame["place"].unique().sort().to_list() == ["a", "b"]


def test_a_station_with_few_values_is_passed_over() -> None:
    found = nearest_weather(table(("a", 0.0, "temperature", 1), ("b", 1.0, "temperature", 4)), [WEST])
    assert found.stations["temperature"] == {"west": "b"}


def test_without_a_position_it_is_the_only_station_or_the_mean_of_all() -> None:
    one = nearest_weather(table(("a", None, "temperature", 2)), [WEST, NOWHERE])
    assert one.stations["temperature"] == {"west": "a", "nowhere": "a"}
    assert "the only station" in one.notes[0]
    two = nearest_weather(table(("a", 0.0, "temperature", 2), ("b", 1.0, "temperature", 2)), [WEST, NOWHERE])
    assert two.stations["temperature"] == {"west": "a", "nowhere": MEAN_OF_ALL}
    means = two.frame.filter(pl.col("place") == MEAN_OF_ALL)
    assert means["value"].to_list() == [10.5, 10.5]
    assert "the mean of all stations" in two.notes[0]
    assert two.notes[0].endswith(": 1.")


def test_far_stations_are_warned_of() -> None:
    found = nearest_weather(table(("a", 2.0, "temperature", 2)), [WEST, EAST])
    assert found.notes == ("Places whose weather comes from more than 100 km away: 2; 'west' is 200 km from its station.",)
