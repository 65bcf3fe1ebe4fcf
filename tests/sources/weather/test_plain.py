from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from busyness.domain.errors import InputError, SettingsError
from busyness.sources.weather.issued import issued_by_name
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.read_weather import read_weather
from busyness.sources.weather.weather_table import WeatherTable


def read(folder: Path, text: str, **layout: object) -> tuple[WeatherTable, ...]:
    path = folder / "weather.csv"
    path.write_text(text, encoding="utf-8")
    return read_weather([path], WeatherLayout(**layout))  # type: ignore[arg-type]


def values(table: WeatherTable, name: str) -> list[float]:
    return table.frame.filter(pl.col("name") == name)["value"].to_list()


def test_columns_by_the_names_that_a_person_gives(tmp_path: Path) -> None:
    text = "Time_UTC,Date,Temp,Holiday\n2012-01-01 13:00:00,2012-01-01,70,True\n2012-01-01 13:30:00,2012-01-01,T,False\n"
    (table,) = read(tmp_path, text, columns={"temperature": "Temp"}, units={"temperature": "°F"})
    assert not table.local
    assert table.names == ("temperature",)
    first = table.frame.row(0, named=True)
    assert (first["start"], first["end"] - first["start"]) == (
        datetime(2012, 1, 1, 13, tzinfo=UTC),
        timedelta(minutes=30),
    )
    assert first["value"] == pytest.approx(190 / 9)
    assert any("'Time_UTC' is read as UTC" in note for note in table.notes)


def test_columns_by_the_vocabulary(tmp_path: Path) -> None:
    text = "date,max_temp_f,precipitation_in,cloud_cover,events,zip_code\n2014-01-01,59,T,4,Rain,94107\n"
    text += "2014-01-02,,0.1,8,,94107\n"
    (table,) = read(tmp_path, text, units={"cloud": "okta"})
    assert table.local
    assert table.names == ("cloud", "precipitation_sum", "temperature_max")
    assert values(table, "temperature_max") == [pytest.approx(15)]
    assert values(table, "precipitation_sum") == [0.0, pytest.approx(2.54)]
    assert values(table, "cloud") == [50.0, 100.0]
    assert table.frame["station"].unique().to_list() == ["94107"]
    assert (table.frame["end"] - table.frame["start"]).unique().to_list() == [timedelta(days=1)]


def test_own_measures_keep_their_names_and_values(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "time,pm\n2025-01-01T00:00Z,9000\n", columns={"fine_dust": "pm"})
    assert values(table, "fine_dust") == [9000.0]


def test_a_column_of_issue_times_makes_vintages(tmp_path: Path) -> None:
    text = (
        "time,issued,temperature\n2025-01-02 00:00,2025-01-01 06:00,5\n2025-01-02 01:00,2025-01-01 06:00,6\n"
        "2025-01-02 00:00,2025-01-01 12:00,7\n2025-01-02 01:00,2025-01-01,8\n"
    )
    (table,) = read(tmp_path, text)
    assert table.forecast
    assert table.local
    known = table.frame.select("value", "known_at").rows()
    assert known[0] == (5.0, datetime(2025, 1, 1, 6))
    assert known[2] == (7.0, datetime(2025, 1, 1, 12))
    assert known[3] == (8.0, datetime(2025, 1, 2))  # a date: from its end on
    assert set(table.frame["end"] - table.frame["start"]) == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        ("time,temperature\n2025-01-01 00:00,1\n", {"columns": {"temperature": "temp"}}, "no column 'temp' for temperature"),
        ("time,visitors\n2025-01-01 00:00,1\n", {}, "no column has a name of weather"),
        ("when,temperature\n2025-01-01 00:00,1\n", {}, "no column is the time"),
        ("time,temperature\nsoon,1\n", {}, "line 2"),
        ("time,temperature\n2025-01-01 00:00,cold\n", {}, "no usable row"),
        ("time,temperature,issued\n2025-01-01 00:00,5,2024-12-31\n2025-01-01 01:00,5,\n", {}, "'issued' is empty"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, layout: dict[str, object], said: str) -> None:
    with pytest.raises((InputError, SettingsError), match=said):
        read(tmp_path, text, **layout)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("forecast_2025-01-31T06.json", datetime(2025, 1, 31, 6, tzinfo=UTC)),
        ("forecast_2025-01-31T0630Z.json", datetime(2025, 1, 31, 6, 30, tzinfo=UTC)),
        ("lima-Forecast-20250131_18.csv.gz", datetime(2025, 1, 31, 18, tzinfo=UTC)),
        ("forecast_2025-01-31.csv", datetime(2025, 2, 1, tzinfo=UTC)),
        ("forecast_2025-02-31.csv", None),
        ("archive_2025-01-31.csv", None),
        ("forecast.csv", None),
    ],
)
def test_issue_times_in_names(name: str, at: datetime | None) -> None:
    assert issued_by_name(f"some/2024-01-01/{name}") == at
