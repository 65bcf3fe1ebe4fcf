"""NOAA's files as they are published: daily summaries by station, by year and as ordered, and hourly reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.read_weather import read_weather
from busyness.sources.weather.weather_table import WeatherTable

ACCESS = (
    '"STATION","DATE","LATITUDE","LONGITUDE","ELEVATION","NAME","PRCP","PRCP_ATTRIBUTES","SNOW","SNOW_ATTRIBUTES",'
    '"TMAX","TMAX_ATTRIBUTES","TMIN","TMIN_ATTRIBUTES"\n'
    '"USW00094846","2020-01-01","41.995","-87.9336","201.8","CHICAGO OHARE, IL US","   28",",,W,2400","   13",",,W",'
    '"  -50",",,W","-9999",",,W"\n'
    '"USW00094846","2020-01-02","41.995","-87.9336","201.8","CHICAGO OHARE, IL US","    0","T,,W,2400","    0",",,W",'
    '"  500",",I,W","  -89",",,W"\n'
)
ORDERED = (
    '"STATION","NAME","LATITUDE","LONGITUDE","ELEVATION","DATE","AWND","PRCP","SNOW","TAVG","TMAX","TMIN"\n'
    '"USW00094846","CHICAGO OHARE, IL US","41.995","-87.9336","201.8","2020-01-01","10.07","0.25","1.0","","50","23"\n'
)
BY_YEAR = (
    "USW00094846,20200101,TMAX,-50,,,W,2400\nUSW00094846,20200101,PRCP,28,,,W,2400\n"
    "USW00094846,20200101,WT01,1,,,W,\nUSW00094846,20200101,TMIN,-150,,I,W,2400\n"
)
HOURLY_HEAD = (
    '"STATION","DATE","SOURCE","LATITUDE","LONGITUDE","ELEVATION","NAME","REPORT_TYPE","CALL_SIGN","QUALITY_CONTROL",'
    '"WND","CIG","VIS","TMP","DEW","SLP","AA1","GF1"\n'
)


def report(at: str, *, wnd: str = "090,1,N,0082,1", tmp: str = "+0155,1", aa1: str = "", gf1: str = "") -> str:
    cells = (
        "08495099999", at, "4", "36.15", "-5.349", "4.6", "GIBRALTAR, GI", "FM-15", "99999", "V020",
        wnd, "99999,9,9,N", "010000,1,9,9", tmp, "+0120,1", "10182,1", aa1, gf1,
    )  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


def read(folder: Path, text: str, **layout: object) -> WeatherTable:
    path = folder / "weather.csv"
    path.write_text(text, encoding="utf-8")
    (table,) = read_weather([path], WeatherLayout(**layout))  # type: ignore[arg-type]
    return table


def values(table: WeatherTable, name: str) -> list[float]:
    return table.frame.filter(pl.col("name") == name)["value"].to_list()


def test_daily_summaries_by_station_are_tenths(tmp_path: Path) -> None:
    table = read(tmp_path, ACCESS)
    assert table.local
    assert not table.forecast
    assert values(table, "temperature_max") == [-5.0]  # the second failed a check
    assert values(table, "temperature_min") == [pytest.approx(-8.9)]  # the first is the sign for missing
    assert values(table, "precipitation_sum") == [pytest.approx(2.8), 0.0]
    assert values(table, "snowfall_sum") == [pytest.approx(1.3), 0.0]
    day = table.frame.row(0, named=True)
    assert (day["start"], day["end"]) == (datetime(2020, 1, 1), datetime(2020, 1, 2))
    assert day["known_at"] == day["end"]
    said = " ".join(table.notes)
    assert "tenths of °C and mm" in said
    assert "failed a quality check of NOAA are taken as missing: 1." in said
    assert "such as -9999, are taken as missing: 1." in said


def test_an_ordered_summary_is_told_by_its_decimals(tmp_path: Path) -> None:
    table = read(tmp_path, ORDERED)
    assert values(table, "temperature_max") == [pytest.approx(10)]
    assert values(table, "temperature_min") == [pytest.approx(-5)]
    assert values(table, "precipitation_sum") == [pytest.approx(6.35)]
    assert values(table, "snowfall_sum") == [pytest.approx(2.54)]
    assert values(table, "wind_mean") == [pytest.approx(10.07 * 0.44704)]
    assert values(table, "temperature_mean") == []
    metric = ORDERED.replace('"50","23"', '"10.0","-5.2"').replace('"0.25"', '"6.4"')
    assert values(read(tmp_path, metric), "temperature_min") == [-5.2]


@pytest.mark.parametrize("head", ["", '"ID","DATE","ELEMENT","DATA_VALUE","M_FLAG","Q_FLAG","S_FLAG","OBS_TIME"\n'])
def test_daily_summaries_by_year_take_positions_from_a_table(tmp_path: Path, head: str) -> None:
    register = tmp_path / "stations.csv"
    register.write_text("station,latitude,longitude\nUSW00094846,41.995,-87.9336\n", encoding="utf-8")
    table = read(tmp_path, head + BY_YEAR, stations=register)
    assert values(table, "temperature_max") == [-5.0]
    assert values(table, "temperature_min") == []
    assert values(table, "precipitation_sum") == [pytest.approx(2.8)]
    assert table.frame["latitude"].to_list() == [41.995, 41.995]


def test_hourly_reports(tmp_path: Path) -> None:
    text = HOURLY_HEAD
    text += report("2024-03-01T05:00:00", gf1="08,99,1,99,9,99,9,99999,9,99,9,99,9")
    text += report("2024-03-01T06:00:00", tmp="-0010,1", aa1="12,0004,9,1", gf1="99,99,9,99,9,99,9,99999,9,99,9,99,9")
    text += report("2024-03-01T07:00:00", tmp="+9999,9", wnd="999,9,C,9999,9", aa1="01,0012,9,1")
    text += report("2024-03-01T08:00:00", tmp="+0400,3")
    table = read(tmp_path, text)
    assert not table.local
    assert values(table, "temperature") == [pytest.approx(15.5), pytest.approx(-1.0)]
    assert values(table, "dew_point") == [12.0] * 4
    assert values(table, "wind") == [pytest.approx(8.2)] * 3
    assert values(table, "pressure") == [pytest.approx(1018.2)] * 4
    assert values(table, "cloud") == [100.0]
    rain = table.frame.filter(pl.col("name") == "precipitation").row(0, named=True)
    assert rain["value"] == pytest.approx(1.2)
    assert rain["start"] == datetime(2024, 3, 1, 6, tzinfo=UTC)  # the hour before the report
    assert rain["known_at"] == rain["end"] == rain["start"] + timedelta(hours=1)
    said = " ".join(table.notes)
    assert "mark as missing (9999): 3." in said
    assert "NOAA's checks doubt are taken as missing: 1." in said
    assert "more than an hour are left out: 1." in said


def test_local_climatological_data_is_not_guessed_at(tmp_path: Path) -> None:
    text = '"STATION","DATE","HourlyDryBulbTemperature"\n"72505394728","2020-01-01T00:51:00","41"\n'
    with pytest.raises(InputError, match="global-hourly"):
        read(tmp_path, text)


def test_a_date_that_is_none_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2: '01/01/2020' is no date"):
        read(tmp_path, ORDERED.replace("2020-01-01", "01/01/2020"))
