"""Trips → where each starts and ends; and every way a trip can be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.trip_limits import TripLimits
from busyness.sources.events.trips import Trips
from busyness.tables.events import Events, Reason

NOW = datetime(2025, 1, 1, tzinfo=UTC)
CHICAGO = EventLayout(timezone="America/Chicago", now=NOW)
GOOD = {
    "trip_id": "a", "start_time": "2024-05-01 10:00:00", "end_time": "2024-05-01 10:12:00", "duration": "720",
    "start_lat": "41.88", "start_lng": "-87.63", "end_lat": "41.89", "end_lng": "-87.65", "vehicle_id": "7",
}  # fmt: skip


def table(*changes: dict[str, Any], good: int = 20) -> pl.DataFrame:
    rows = [GOOD | {"trip_id": f"g{number}"} for number in range(good)]
    return pl.DataFrame(rows + [GOOD | {"trip_id": f"b{number}"} | change for number, change in enumerate(changes)])


def read(frame: pl.DataFrame, layout: EventLayout = CHICAGO, *, rows: int = 1000, **limits: Any) -> Events:
    parts = list(Trips(open_chunks(frame, rows=rows), layout, TripLimits(**limits)).chunks())
    return Events(
        pl.concat([part.frame for part in parts], how="diagonal"),
        pl.concat([part.rejected for part in parts]),
        tuple(note for part in parts for note in part.notes),
    )


def test_a_trip_is_a_start_and_an_end() -> None:
    events = read(table(good=1))
    start, end = events.frame.rows(named=True)
    assert start["kind"] == "trip_start"
    assert (start["time"], start["latitude"], start["longitude"]) == (datetime(2024, 5, 1, 15, tzinfo=UTC), 41.88, -87.63)
    assert end["kind"] == "trip_end"
    assert (end["time"], end["latitude"]) == (datetime(2024, 5, 1, 15, 12, tzinfo=UTC), 41.89)
    assert [start["amount"], start["who"], start["line"]] == [1.0, "7", 1]
    assert "Durations in 'duration' are seconds: end minus start shows it." in events.notes


BAD = [
    ({"start_time": "yesterday"}, Reason.BAD_TIME),
    ({"start_time": ""}, Reason.NO_TIME),
    ({"start_time": "2024-03-10 02:30:00", "end_time": "2024-03-10 03:40:00"}, Reason.SKIPPED_HOUR),
    ({"start_time": "2026-05-01 10:00:00", "end_time": "2026-05-01 10:12:00"}, Reason.IN_FUTURE),
    ({"end_time": "2034-05-01 10:12:00"}, Reason.IN_FUTURE),
    ({"start_time": "1970-01-01 00:00:00", "end_time": "1970-01-01 00:12:00"}, Reason.TOO_OLD),
    ({"start_lat": "", "start_lng": ""}, Reason.NO_POSITION),
    ({"start_lat": "41.88", "start_lng": None}, Reason.NO_POSITION),
    ({"start_lat": "north"}, Reason.NOT_ON_EARTH),
    ({"start_lat": "141.88"}, Reason.NOT_ON_EARTH),
    ({"start_lat": "0", "start_lng": "0.0"}, Reason.NULL_ISLAND),
    ({"end_lat": "0", "end_lng": "0.0"}, Reason.NULL_ISLAND),
    ({"start_lat": "-87.63", "start_lng": "41.88"}, Reason.SWAPPED),
    ({"start_lat": "50.11", "start_lng": "8.68"}, Reason.FAR_AWAY),
    ({"duration": "twelve"}, Reason.NOT_A_NUMBER),
    ({"duration": "-720"}, Reason.ENDS_FIRST),
    ({"end_time": "2024-05-01 09:48:00"}, Reason.ENDS_FIRST),
    ({"duration": "0"}, Reason.TOO_SHORT),
    ({"duration": "", "end_time": "2024-05-01 10:00:00"}, Reason.TOO_SHORT),  # clocks to the minute: under 60 s
    ({"duration": "59"}, Reason.TOO_SHORT),
    ({"duration": "259200"}, Reason.TOO_LONG),
    ({"duration": "", "end_time": "2024-05-04 10:12:00"}, Reason.TOO_LONG),
    ({"end_lat": "41.88", "end_lng": "-86.20"}, Reason.TOO_FAR),
    ({"end_lat": "41.88", "end_lng": "-76.90"}, Reason.FAR_AWAY),  # 900 km
    ({"duration": "60", "end_lat": "42.08"}, Reason.TOO_FAR),  # 22 km in a minute
    ({"trip_id": "g3"}, Reason.DUPLICATE),
]


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_bad_trip_is_rejected_with_its_reason(change: dict[str, Any], reason: Reason) -> None:
    events = read(table(change))
    assert events.rejected["reason"].to_list() == [reason]
    assert events.rejected["line"].to_list() == [21]
    assert events.frame.height == 40


def test_all_of_them_at_once_and_nothing_is_lost() -> None:
    frame = table(*(change for change, _ in BAD), good=60)
    events = read(frame)
    assert events.rejected["reason"].to_list() == [reason for _, reason in BAD]
    assert events.frame.filter(kind="trip_start").height + events.rejected.height == frame.height


@settings(max_examples=15)
@given(st.lists(st.sampled_from([change for change, _ in BAD]), max_size=8), st.integers(1, 30))
def test_kept_and_rejected_are_all_trips_whatever_the_chunks(changes: list[dict[str, Any]], rows: int) -> None:
    frame = table(*changes)
    events = read(frame, rows=rows)
    assert events.frame.filter(kind="trip_start").height + events.rejected.height == frame.height


def test_a_trip_that_comes_again_in_a_later_chunk() -> None:
    frame = pl.concat([table(good=5), table(good=5)])
    assert read(frame, rows=3).reasons() == {Reason.DUPLICATE: 5}
    assert read(frame, rows=3, remembered=0).reasons() == {}


def test_a_trip_under_way_has_a_start_and_no_end() -> None:
    under_way = {"end_time": None, "duration": None, "end_lat": None, "end_lng": None}
    events = read(table(under_way))
    assert events.frame.group_by("kind").len().sort("kind").rows() == [("trip_end", 20), ("trip_start", 21)]
    assert "Trips whose end is not known have a start and no end." in events.notes
    only_ends = read(table(under_way), EventLayout(timezone="America/Chicago", kinds=("trip_end",)))
    assert only_ends.frame["kind"].unique().to_list() == ["trip_end"]
    assert only_ends.reasons() == {Reason.NO_TIME: 1}


def test_only_ends_need_no_start() -> None:
    layout = EventLayout(timezone="America/Chicago", kinds=("trip_end",))
    events = read(table({"start_lat": None, "start_lng": None}), layout)
    assert (events.frame.height, events.rejected.height) == (21, 0)


def test_an_end_is_told_by_the_duration() -> None:
    frame = table(good=2).drop("end_time").with_columns(duration=pl.Series(["12", "30"]))
    events = read(frame, duration_unit="minutes")
    ends = events.frame.filter(kind="trip_end")["time"] - events.frame.filter(kind="trip_start")["time"]
    assert ends.to_list() == [timedelta(minutes=12), timedelta(minutes=30)]


def test_times_to_the_quarter_of_an_hour_do_not_make_short_trips() -> None:
    frame = (
        table({"end_time": "2024-05-01 10:00:00"})
        .drop("duration")
        .with_columns(end_time=pl.col("end_time").str.replace("10:12", "10:15"))
    )
    assert read(frame).rejected.height == 0
    minutes = frame.with_columns(end_time=pl.col("end_time").str.replace("10:15", "10:16"))
    assert read(minutes).reasons() == {Reason.TOO_SHORT: 1}


def test_stations_instead_of_positions_and_a_missing_station() -> None:
    frame = (
        table()
        .drop("start_lat", "start_lng", "end_lat", "end_lng")
        .with_columns(start_station=pl.Series(["58"] * 19 + [""]), end_station=pl.Series(["65.0"] * 20))
    )
    events = read(frame)
    assert events.reasons() == {Reason.NO_PLACE: 1}
    assert sorted(events.frame["place"].unique()) == ["58", "65"]


def test_without_ends_trips_only_start() -> None:
    frame = table().drop("end_lat", "end_lng")
    events = read(frame)
    assert events.frame["kind"].unique().to_list() == ["trip_start"]
    assert "No columns say when and where trips end, so that they only start." in events.notes
    with pytest.raises(ColumnMissingError, match="end_latitude"):
        read(frame, EventLayout(kinds=("trip_end",)))
    with pytest.raises(ColumnMissingError, match="when the trip ended"):
        read(table().drop("end_time", "duration"), EventLayout(kinds=("trip_end",)))


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(ColumnMissingError, match="start_latitude"):
        read(table().drop("start_lat"))
    with pytest.raises(ColumnMissingError, match="start_time"):
        read(table().drop("start_time"))
    with pytest.raises(InputError, match="trip_starts"):
        read(table(), EventLayout(kinds=("trip_starts",)))
    with pytest.raises(InputError, match="Did you mean 'minutes'"):
        TripLimits(duration_unit="minute")


def test_a_long_odometer_and_a_distance_of_which_nothing_tells_the_unit() -> None:
    far = table({"trip_distance": "160.5"}).with_columns(trip_distance=pl.col("trip_distance").fill_null("2.3"))
    assert read(far).reasons() == {Reason.TOO_FAR: 1}
    assert read(far, distance_unit="metres").reasons() == {}
    placed = far.drop("start_lat", "start_lng", "end_lat", "end_lng").with_columns(start_station=pl.lit("a"))
    assert "Nothing tells the unit of 'trip_distance': not used." in read(placed).notes


def test_a_first_chunk_without_any_values_decides_nothing() -> None:
    blank = table(good=2).with_columns(pl.lit(None, pl.String).alias(name) for name in GOOD if name != "trip_id")
    good = table({"duration": "59"}, good=3).with_columns(trip_id="later" + pl.col("trip_id"))
    events = read(pl.concat([blank, good]), rows=2)
    assert events.reasons() == {Reason.NO_TIME: 2, Reason.TOO_SHORT: 1}
    assert events.frame.height == 6
