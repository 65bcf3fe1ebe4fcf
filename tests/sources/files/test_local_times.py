"""The hour that is skipped and the hour that comes twice."""

import datetime as dt

import polars as pl
import pytest

from busyness.sources.files.counts import CountsLayout, read_counts

NEW_YORK = CountsLayout(timezone="America/New_York")


def events_of(rows, layout=NEW_YORK):
    return read_counts(pl.DataFrame(rows, schema=["time", "store", "visitors"], orient="row"), layout)


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def test_the_hour_that_is_skipped():
    events = events_of([("2024-03-10 01:00", "a", 1), ("2024-03-10 02:00", "a", 2), ("2024-03-10 03:00", "a", 3)])
    assert events.frame["time"].to_list() == [utc(2024, 3, 10, 6), utc(2024, 3, 10, 7)]
    assert events.rejected.row(0) == (2, "hour that daylight saving skips", "a", "2024-03-10 02:00", "2")


def test_the_hour_that_comes_twice():
    rows = [
        ("2024-11-03 01:00", "a", 1),
        ("2024-11-03 01:00", "b", 9),
        ("2024-11-03 01:00", "a", 2),
        ("2024-11-03 02:00", "b", 3),
    ]
    events = events_of(rows)
    assert events.frame.filter(pl.col("place") == "a")["time"].to_list() == [utc(2024, 11, 3, 5), utc(2024, 11, 3, 6)]
    assert events.frame.filter(pl.col("place") == "b")["time"].to_list() == [utc(2024, 11, 3, 7)]
    assert list(events.rejected.select("line", "reason").iter_rows()) == [(2, "hour that daylight saving repeats")]
    three = events_of([("2024-11-03 01:00", "a", 1)] * 3 + [("2024-11-03 05:00", "a", 1)])
    assert three.reasons() == {"hour that daylight saving repeats": 3}


def test_a_bad_count_still_tells_the_two_apart():
    events = events_of([("2024-11-03 01:00", "a", "x"), ("2024-11-03 01:00", "a", "2"), ("2024-11-03 02:00", "a", "2")])
    assert events.frame["time"].to_list() == [utc(2024, 11, 3, 6), utc(2024, 11, 3, 7)]
    assert events.reasons() == {"non-numeric count": 1}


def test_offsets_need_no_guessing():
    events = events_of(
        [("2024-11-03T01:00:00-04:00", "a", 1), ("2024-11-03T01:00:00-05:00", "a", 2), ("2024-11-03 02:00", "a", 2)]
    )
    assert events.frame["time"].to_list() == [utc(2024, 11, 3, 5), utc(2024, 11, 3, 6), utc(2024, 11, 3, 7)]


@pytest.mark.parametrize(
    "zone", ["America/Sao_Paulo", "America/Santiago", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe"]
)
def test_days_are_never_rejected(zone):
    days = pl.date_range(dt.date(2016, 1, 1), dt.date(2018, 12, 31), eager=True)
    events = read_counts(pl.DataFrame({"day": days, "visitors": [1] * days.len()}), CountsLayout(timezone=zone))
    assert events.frame.height == days.len()
    assert events.slot_minutes == 1440
    local = events.frame["time"].dt.convert_time_zone(zone).dt.date()
    assert local.to_list() == days.to_list()
    midnights = events.frame["time"].dt.convert_time_zone(zone).dt.hour()
    assert set(midnights) <= {0, 1}


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Australia/Melbourne", "Australia/Lord_Howe", "Europe/London", "America/Lima"]
)
def test_a_year_of_half_hours_by_the_local_clock_comes_back(zone):
    times = pl.datetime_range(utc(2024, 1, 1), utc(2024, 12, 31), "30m", eager=True)
    walls = times.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    frame = pl.DataFrame({"time": walls, "visitors": [1] * times.len()})
    events = read_counts(frame, CountsLayout(timezone=zone))
    ambiguous = walls.is_duplicated()
    if zone != "Australia/Lord_Howe":
        assert events.frame["time"].to_list() == times.to_list()
        assert not events.rejected.height
    assert events.frame.height >= times.len() - int(ambiguous.sum())


def test_a_time_zone_for_each_row():
    frame = pl.DataFrame(
        {
            "time": ["2024-07-01 12:00"] * 3 + ["2024-07-01 13:00"],
            "store": ["lima", "madrid", "mars", "lima"],
            "tz": ["America/Lima", "Europe/Madrid", "Mars/Olympus", "America/Lima"],
            "visitors": [1, 2, 3, 4],
        }
    )
    for layout in (CountsLayout(timezone="tz"), CountsLayout()):
        events = read_counts(frame, layout)
        assert events.frame["time"].to_list() == [utc(2024, 7, 1, 17), utc(2024, 7, 1, 10), utc(2024, 7, 1, 18)]
        assert events.reasons() == {"unparseable time": 1}
        assert any("'Mars/Olympus'" in note for note in events.notes)


def test_hour_24_is_the_next_midnight():
    frame = pl.DataFrame({"Date": ["01-Jan-2012"] * 3, "Hour": [0, 24, 25], "n": [1, 2, 3]})
    events = read_counts(frame, CountsLayout(time=("Date", "Hour")))
    assert events.frame["time"].to_list() == [utc(2012, 1, 1), utc(2012, 1, 2)]
    assert events.rejected.row(0)[:4] == (3, "unparseable time", None, "01-Jan-2012 25")


def test_utc_is_assumed_and_said():
    events = events_of([("2024-11-03 01:00", "a", 1)], CountsLayout())
    assert any("UTC was assumed" in note for note in events.notes)
    assert not any("UTC was assumed" in note for note in events_of([("2024-11-03T01:00Z", "a", 1)], CountsLayout()).notes)
