from __future__ import annotations

from datetime import date, time
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import SettingsError
from busyness.sources.opening_hours import opening_hours_of, read_opening_hours
from busyness.sources.opening_rules import parse_weekdays

PAGE = Path(__file__).parents[2] / "docs" / "opening-hours.md"
DAY = ((480, 1320),)
SUNDAY = ((540, 1260),)
ALWAYS = ((0, 1440),)
WEEK = (*[DAY] * 6, SUNDAY)
CSV = "place,weekday,date,open,close\n"


def wrote(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def error_of(path: Path) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_opening_hours(path)
    return caught.value


def test_yaml_of_the_documentation(tmp_path):
    text = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    hours = read_opening_hours(wrote(tmp_path, "hours.yaml", text))
    assert hours["*"].weekly == WEEK
    assert hours["S003"].weekly == (ALWAYS,) * 7
    assert hours["S003"].exceptions == {date(2025, 12, 25): (), date(2025, 12, 24): ((480, 1080),)}
    assert hours["S004"].weekly == (((540, 780), (900, 1230)), (), ((540, 780), (900, 1230)), (), (), (), ())
    assert hours["S005"].weekly == (((420, 1380),),) * 7


def test_table_of_the_documentation(tmp_path):
    text = PAGE.read_text(encoding="utf-8").split("```csv\n")[1].split("```")[0]
    hours = read_opening_hours(wrote(tmp_path, "hours.csv", text))
    assert set(hours) == {"*", "S003", "S004"}
    assert hours["*"].weekly == WEEK
    assert hours["S003"].minutes(date(2025, 12, 24)) == ((480, 1080),)
    assert hours["S003"].minutes(date(2025, 12, 25)) == ()
    assert hours["S003"].minutes(date(2025, 12, 26)) == ALWAYS
    assert hours["S004"].weekly[2] == ((540, 780), (900, 1230))


def test_a_place_with_dates_only_follows_all_places(tmp_path):
    text = '"*": {daily: 24h, exceptions: {2025-01-01: closed}}\n1.0: {exceptions: {2025-12-25: closed}}\n'
    hours = read_opening_hours(wrote(tmp_path, "hours.yml", text))
    assert hours["1"].weekly == (ALWAYS,) * 7
    assert set(hours["1"].exceptions) == {date(2025, 1, 1), date(2025, 12, 25)}


def test_table_without_places_and_with_other_columns(tmp_path):
    hours = read_opening_hours(wrote(tmp_path, "hours.csv", "Weekday;note;Open;Close\nlun-vie;x;8:00;20:00:00\nsáb;y;;\n"))
    assert hours["*"].weekly == (((480, 1200),),) * 5 + ((), ())


def test_night_and_places_that_came_as_floats(tmp_path):
    hours = read_opening_hours(wrote(tmp_path, "hours.csv", CSV + "1.0,fri-sat,,20:00,02:00\n"))
    assert hours["1"].weekly[4] == ((1200, 1560),)
    assert "*" not in hours


def test_excel_with_real_times_and_dates(tmp_path):
    path = tmp_path / "hours.xlsx"
    pl.DataFrame(
        {
            "place": [1.0, 1.0],
            "weekday": ["daily", None],
            "date": [None, date(2025, 12, 24)],
            "open": [time(8), time(9)],
            "close": [time(22), time(13)],
        }
    ).write_excel(path)
    hours = read_opening_hours(path)
    assert hours["1"].weekly == (DAY,) * 7
    assert hours["1"].exceptions == {date(2025, 12, 24): ((540, 780),)}


def test_block_inside_another_file_keeps_its_lines():
    node = yaml.compose("model: boosted\nopening_hours:\n  S1:\n    sun: 9 to 5\n", Loader=yaml.SafeLoader)
    with pytest.raises(SettingsError) as caught:
        opening_hours_of(node.value[1][1], "config.yaml")
    assert caught.value.line == 4


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_range_of_weekdays_goes_forward_to_its_end(first, last):
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days = parse_weekdays(f"{names[first]}-{names[last]}")
    assert {first, last} <= set(days)
    assert len(days) == (last - first) % 7 + 1
    assert days == parse_weekdays(f"{first}-{last}")


BAD_TABLES = {
    "no weekday": (CSV + "S1,funday,,08:00,22:00\n", 2, "'funday' is no weekday"),
    "weekday 7": (CSV + "S1,7,,08:00,22:00\n", 2, "'7' is no weekday"),
    "no time": (CSV + "S1,mon,,08:00,22:00\nS1,tue,,8am,22:00\n", 3, "'8am' in column 'open' is no time"),
    "hour 25": (CSV + "S1,mon,,08:00,25:00\n", 2, "'08:00-25:00' are no opening hours"),
    "after midnight": (CSV + "S1,mon,,08:00,24:30\n", 2, "'08:00-24:30' are no opening hours"),
    "half closed": (CSV + "S1,mon,,08:00,\n", 2, "one of open and close is missing"),
    "day-first date": (CSV + "S1,mon,,08:00,22:00\nS1,,25/12/2025,,\n", 3, "'25/12/2025' is no date"),
    "no such date": (CSV + "S1,,2025-02-30,,\n", 2, "'2025-02-30' is no date"),
    "no day": (CSV + "S1,,,08:00,22:00\n", 2, "neither a weekday nor a date"),
    "both days": (CSV + "S1,mon,2025-12-25,08:00,22:00\n", 2, "both a weekday and a date"),
    "overlap": (
        CSV + "S1,daily,,08:00,22:00\n\nS1,sun,,09:00,21:00\n",
        4,
        "the hours of Sunday of place 'S1' overlap (see line 2)",
    ),
    "closed and open": (
        CSV + "S1,daily,,08:00,22:00\nS1,sun,,,\n",
        3,
        "Sunday of place 'S1' is both closed and open (see line 2)",
    ),
    "no week": (CSV + "S1,,2025-12-25,,\n", 2, "place 'S1' has exceptions but no weekly hours"),
    "no close": ("weekday,open\nmon,08:00\n", None, "there is no column 'close'"),
    "no day column": ("place,open,close\nS1,08:00,09:00\n", None, "there is no column 'weekday'"),
    "empty": ("", None, "the file is empty"),
    "header only": (CSV, None, "a header and no rows"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD_TABLES.values(), ids=BAD_TABLES.keys())
def test_bad_tables(tmp_path, text, line, sentence):
    error = error_of(wrote(tmp_path, "hours.csv", text))
    assert sentence in error.message
    assert (error.line, error.file) == (line, str(tmp_path / "hours.csv"))
    assert error.hint


BAD_YAML = {
    "hours": ('"*": {mon: "08:00-22:00"}\nS1:\n  sun: nine to five\n', 3, "'nine to five' are no opening hours"),
    "one time": ('S1: {mon: "08:00"}\n', 1, "'08:00' are no opening hours"),
    "weekday": ('S1:\n  mon: 24h\n  funday: "08:00-22:00"\n', 3, "'funday' is no weekday"),
    "date": ("S1:\n  mon: 24h\n  exceptions:\n    Christmas: closed\n", 4, "'Christmas' is no date"),
    "no hours": ("S1:\n  mon:\n", 2, "a span of hours is missing"),
    "bare star": ("*: {mon: 24h}\n", 1, "this is no YAML"),
    "bracket": ("S1: {mon: 24h\nS2: {mon: 24h}\n", 2, "this is no YAML"),
    "list": ("- S1\n- S2\n", 1, "the opening hours are no block"),
    "empty place": ("S1: {}\nS2: 24h\n", 1, "the hours of place 'S1' are no block"),
    "exceptions without dates": (
        "S1:\n  daily: 24h\n  exceptions: closed\n",
        3,
        "the exceptions of place 'S1' are no block",
    ),
    "place twice": ("S1: 24h\n1: 24h\nS1: closed\n", 3, "place 'S1' comes a second time"),
    "day twice": ('S1:\n  daily: "08:00-20:00"\n  sun: closed\n', 3, "both closed and open (see line 2)"),
    "no week": ('"*":\n  exceptions: {2025-12-25: closed}\n', 2, "place '*' has exceptions but no weekly hours"),
    "nested hours": ("S1:\n  mon: {from: 8}\n", 2, "a span of hours is expected here"),
    "two documents": ("S1: 24h\n---\nS2: 24h\n", 2, "this is no YAML"),
    "empty": ("# nothing\n", None, "the file is empty"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD_YAML.values(), ids=BAD_YAML.keys())
def test_bad_yaml(tmp_path, text, line, sentence):
    error = error_of(wrote(tmp_path, "hours.yaml", text))
    assert sentence in error.message
    assert error.line == line
    assert error.hint


def test_the_hint_for_a_bare_star(tmp_path):
    assert error_of(wrote(tmp_path, "hours.yaml", "*: {mon: 24h}\n")).hint == 'Put the star in quotes: "*".'


def test_yaml_that_is_not_there_or_no_text(tmp_path):
    assert "There is no file" in error_of(tmp_path / "none.yaml").message
    (tmp_path / "latin.yaml").write_bytes("Peña: 24h".encode("latin-1"))
    assert "no text in UTF-8" in error_of(tmp_path / "latin.yaml").message
    (tmp_path / "binary.yaml").write_bytes(b"a: \x00\x01")
    assert "this is no YAML" in error_of(tmp_path / "binary.yaml").message
