"""Pings of couriers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.pings import PingLimits, Pings
from busyness.tables.events import Events, Reason

SALT = "a long and secret text"
GOOD: dict[str, Any] = {
    "courier_id": "c1", "order_number": "281289453", "courier_location_timestamp": "2024-05-01T10:00:00Z",
    "courier_lat": "50.48", "courier_lon": "-104.61", "order_created_timestamp": "2024-05-01T09:40:00Z",
    "restaurant_lat": "50.47", "restaurant_lon": "-104.62",
}  # fmt: skip


def read(*changes: dict[str, Any], rows: int = 1000, limits: PingLimits | None = None, drop: tuple[str, ...] = ()) -> Events:
    good = [GOOD | {"courier_location_timestamp": f"2024-05-01T10:{minute:02d}:00Z"} for minute in range(1, 21)]
    frame = pl.DataFrame(good + [GOOD | change for change in changes]).drop(drop)
    layout = EventLayout(now=datetime(2025, 1, 1, tzinfo=UTC))
    source = Pings(open_chunks(frame, rows=rows), layout, limits or PingLimits(), salt=SALT)
    parts = list(source.chunks())
    return Events(pl.concat([part.frame for part in parts]), pl.concat([part.rejected for part in parts]))


def test_the_columns_of_the_original_need_no_settings_and_nobody_is_named() -> None:
    events = read()
    assert events.rejected.height == 0
    first = events.frame.row(0, named=True)
    assert (first["kind"], first["order"], first["latitude"]) == ("ping", "281289453", 50.48)
    assert len(first["who"]) == 16
    assert "c1" not in first["who"]
    assert events.frame["who"].n_unique() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"courier_id": ""}, Reason.NO_WHO),
        ({"courier_id": None}, Reason.NO_WHO),
        ({"courier_location_timestamp": "noon"}, Reason.BAD_TIME),
        ({"courier_location_timestamp": "2029-05-01T10:00:00Z"}, Reason.IN_FUTURE),
        ({"courier_lat": "-104.61", "courier_lon": "50.48"}, Reason.SWAPPED),
        ({"courier_lat": "0", "courier_lon": "0"}, Reason.NULL_ISLAND),
        ({"courier_lat": None}, Reason.NO_POSITION),
        ({"order_created_timestamp": "2024-05-01T10:06:00Z"}, Reason.ENDS_FIRST),
        ({"restaurant_lat": "52.5"}, Reason.TOO_FAR),
        ({"courier_location_timestamp": "2024-05-01T10:07:00Z"}, Reason.DUPLICATE),
    ],
)
def test_a_bad_ping_is_rejected_with_its_reason(change: dict[str, Any], reason: Reason) -> None:
    for rows in (7, 1000):
        events = read(change, rows=rows)
        assert (events.reasons(), events.frame.height) == ({reason: 1}, 20)


def test_clocks_a_little_apart_are_no_fault_and_neither_is_a_courier_without_an_order() -> None:
    events = read(
        {"order_created_timestamp": "2024-05-01T10:04:00Z"}, {"order_number": None, "order_created_timestamp": None}
    )
    assert (events.frame.height, events.rejected.height) == (22, 0)
    assert events.frame["order"].null_count() == 1
    strict = PingLimits(clocks_apart=timedelta(0), farthest_km=0.1, remembered=0)
    assert read(limits=strict).reasons() == {Reason.TOO_FAR: 20}


def test_two_orders_in_one_bag_are_two_pings() -> None:
    assert read({"courier_location_timestamp": "2024-05-01T10:07:00Z", "order_number": "other"}).frame.height == 21


def test_only_courier_time_and_position_are_needed() -> None:
    optional = ("order_number", "order_created_timestamp", "restaurant_lat", "restaurant_lon")
    events = read(drop=optional)
    assert events.frame["order"].null_count() == 20


def test_without_a_salt_nothing_is_read() -> None:
    with pytest.raises(InputError, match="salt"):
        list(Pings(open_chunks(pl.DataFrame([GOOD]))).chunks())
