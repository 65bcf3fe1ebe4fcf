"""How people write times."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.files.hours import read_hours
from busyness.sources.files.times import looks_like_time, read_times

NOON = dt.datetime(2024, 1, 5, 13, 30)
DAY = dt.datetime(2024, 1, 5)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2024-01-05 13:30", NOON),
        ("2024-01-05T13:30:00", NOON),
        ("2024/01/05 13:30:00", NOON),
        ("2024-1-5 13:30", NOON),
        ("2024-01-05 13:30:00.250", NOON.replace(microsecond=250_000)),
        ("20240105", DAY),
        ("20240105T133000", NOON),
        ("202401051330", NOON),
        ("2024010513", NOON.replace(minute=0)),
        ("2024-01-05 13", NOON.replace(minute=0)),
        ("05/01/2024", DAY),
        ("5.1.2024 13:30", NOON),
        ("05-01-24 13:30", NOON),
        ("05-Jan-2024", DAY),
        ("05-ene-2024 1:30 p. m.", NOON),
        ("5 de enero de 2024", DAY),
        ("5 de enero del 2024 13:30", NOON),
        ("January 5, 2024 1:30 PM", NOON),
        ("Jan 5 2024", DAY),
        ("Friday, 5 January 2024", DAY),
        ("viernes 05/01/2024 13:30", NOON),
        ("5th January 2024", DAY),
        ("05/01/2024 01:30:00 PM", NOON),
        ("05/01/2024 1:30pm", NOON),
        ("05/01/2024 12:30 am", DAY.replace(minute=30)),
        ("2024-01-04 24:00", DAY),
        ("05/01/2024 13h30", NOON),
        ("45296", DAY),
        ("45296.5625", NOON),
        ("2024-Jan-05", DAY),
    ],
)
def test_wall_clock_times(text, wall):
    frame = read_times(pl.Series([text])).frame
    assert frame["wall"][0] == wall
    assert frame["offset"][0] is None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-01-05T13:30:00Z", NOON),
        ("2024-01-05T08:30:00-05:00", NOON),
        ("2024-01-05 08:30:00-0500", NOON),
        ("2024-01-05 08:30:00 -05", NOON),
        ("2024-01-05T19:00:00+05:30", NOON),
        ("2024-01-05 13:30 UTC", NOON),
        ("05/01/2024 13:30 GMT", NOON),
        ("20240105T133000Z", NOON),
        ("1704461400", NOON),
        ("1704461400.0", NOON),
        ("1704461400000", NOON),
        ("1704461400000000", NOON),
    ],
)
def test_instants(text, utc):
    frame = read_times(pl.Series([text])).frame
    assert frame["wall"][0] - dt.timedelta(seconds=frame["offset"][0]) == utc


@pytest.mark.parametrize(
    "text",
    ["soon", "2024-02-30", "31/04/2024", "2024-01-05 25:00", "2024-01-05 24:01", "10:60", "12", "0", "-5", "1.5",
     "0024-01-05", "5 Foo 2024", "2024", "99999999", "2024-01-05 10:75", "13/13/2024", "1e400", "∞", "--"],
)  # fmt: skip
def test_no_times(text):
    assert read_times(pl.Series([text])).frame["wall"].to_list() == [None]


def test_the_whole_column_decides_which_number_is_the_day():
    american = read_times(pl.Series(["01/02/2024", "01/25/2024"]))
    assert american.frame["wall"].to_list() == [dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 25)]
    assert american.notes == ("Dates are month first: a date such as 01/25 shows it.",)
    european = read_times(pl.Series(["01/02/2024", "25/01/2024"]))
    assert european.frame["wall"].to_list() == [dt.datetime(2024, 2, 1), dt.datetime(2024, 1, 25)]
    both = read_times(pl.Series(["01/02/2024", "25/01/2024", "26/01/2024", "01/25/2024"]))
    assert both.frame["wall"].to_list() == [
        dt.datetime(2024, 2, 1),
        dt.datetime(2024, 1, 25),
        dt.datetime(2024, 1, 26),
        None,
    ]
    assert "written both ways" in both.notes[0]


def test_what_does_not_show_is_assumed_and_said():
    unclear = pl.Series(["01/02/2024", "03/02/2024"])
    assert read_times(unclear).frame["wall"][0] == dt.datetime(2024, 2, 1)
    assert "assumed to be day first" in read_times(unclear).notes[0]
    assert read_times(unclear, month_first_country=True).frame["wall"][0] == dt.datetime(2024, 1, 2)
    assert "United States" in read_times(unclear, month_first_country=True).notes[0]
    named = read_times(unclear, day_first=False)
    assert (named.frame["wall"][0], named.notes) == (dt.datetime(2024, 1, 2), ())


def test_many_forms_in_one_column():
    texts = pl.Series(["2024-01-05 13:30:00", None, "05-Jan-2024", "nope", "2024-01-05T13:30:00Z"] * 3)
    frame = read_times(texts).frame
    assert frame["wall"].to_list() == [NOON, None, DAY, None, NOON] * 3
    assert frame["offset"].to_list() == [None, None, None, None, 0] * 3


@settings(max_examples=80, deadline=None)
@given(
    moment=st.datetimes(dt.datetime(1991, 1, 1), dt.datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    form=st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%dT%H%M%S", "%Y/%m/%dT%H:%M:%SZ"]
    ),
)
def test_what_is_written_is_read_back(moment, form):
    assert read_times(pl.Series([moment.strftime(form)])).frame["wall"][0] == moment


def test_typed_columns():
    assert read_times(pl.Series([DAY.date()])).frame["dated"].to_list() == [True]
    assert read_times(pl.Series([NOON, None])).frame["wall"].to_list() == [NOON, None]
    aware = pl.Series([NOON]).dt.replace_time_zone("America/Lima")
    assert read_times(aware).frame.row(0) == (dt.datetime(2024, 1, 5, 18, 30), 0, False)
    assert read_times(pl.Series([1704461400, None])).frame["wall"].to_list() == [NOON, None]
    assert read_times(pl.Series([1704461400.0, float("nan"), float("inf")])).frame["wall"].to_list() == [NOON, None, None]
    assert read_times(pl.Series([dt.datetime(1, 1, 1)])).frame["wall"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "hours"),
    [("0", 0), ("13", 13), ("13.0", 13), ("13:00", 13), ("13:30:00", 13.5), ("1 PM", 13), ("12 am", 0), ("12:30 p.m.", 12.5),
     ("1300", 13), ("24", 24), ("24:00", 24), ("13:00-14:00", 13), ("13h", 13), ("9h30", 9.5), ("25", None), ("x", None),
     ("1899-12-31 13:00:00", 13), ("13:75", None), ("24:30", None), ("-1", None)],
)  # fmt: skip
def test_hours(text, hours):
    assert read_hours(pl.Series([text])).to_list() == [None if hours is None else hours * 3_600_000_000]


def test_hours_of_other_types():
    assert read_hours(pl.Series([dt.time(13, 30)])).to_list() == [13.5 * 3_600_000_000]
    assert read_hours(pl.Series([13, None])).to_list() == [13 * 3_600_000_000, None]
    assert read_hours(pl.Series([13.0])).to_list() == [13 * 3_600_000_000]


def test_a_column_name_is_not_a_time():
    assert looks_like_time("2024-01-05")
    assert not any(looks_like_time(name) for name in ["visitors", "20240105", "store 1", "h3", "", "1"])
