"""Visits per sale, with the guards that keep nonsense from looking like a number."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.sources.events.conversion import conversion


def events(*rows, **columns):
    frame = pl.DataFrame(rows, schema=["time", "place", "amount", "kind"], orient="row")
    times = pl.col("time").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return frame.with_columns(times, pl.col("amount").cast(pl.Float64), **{k: pl.Series(v) for k, v in columns.items()})


AT = datetime(2025, 3, 1, 15)


def test_conversion_by_local_day():
    entries = events((AT, "S1", 40, "entry"), (datetime(2025, 3, 2, 3), "S1", 60, "entry"), (AT, "S1", 99, "exit"))
    sales = events(
        (AT, "S1", 1, "sale"), (AT, "S1", 1, "sale"), (AT, "S1", 1, "refund"), sales=[10.0, 20.0, -5.0], units=[1, 4, 1]
    )
    row = conversion(entries, sales, timezone="America/Lima").row(0, named=True)
    assert row["time"].date() == date(2025, 3, 1)
    assert (row["visits"], row["transactions"], row["conversion"], row["visits_per_sale"]) == (100, 2, 0.02, 50)
    assert (row["basket_sales"], row["basket_units"], row["note"]) == (15.0, 2.5, None)


def test_more_sales_than_visitors_is_said_and_nothing_is_divided_by_zero():
    entries = events((AT, "S1", 1, "entry"), (AT, "S2", 7, "entry"), (AT, "S4", 0, "entry"))
    sales = events((AT, "S1", 1, "sale"), (AT, "S1", 1, "sale"), (AT, "S3", 1, "sale"))
    told = conversion(entries, sales, every="1h").rows_by_key("place", named=True, unique=True)
    assert told["S1"]["conversion"] == 2.0
    assert "More sales than visitors" in told["S1"]["note"]
    assert told["S2"]["conversion"] == 0.0
    assert told["S2"]["visits_per_sale"] is None
    assert told["S3"]["conversion"] is None
    assert "More sales" in told["S3"]["note"]
    assert "S4" not in told


def test_an_hour_with_an_uncounted_door_has_no_conversion():
    entries = events((AT, "S1", 10, "entry"), (AT, "S1", None, "entry"))
    row = conversion(entries, events((AT, "S1", 1, "sale")), every="1h").row(0, named=True)
    assert row["visits"] is None
    assert row["conversion"] is None
    assert row["note"] == "Visitors were not counted completely."


def test_odd_requests_are_refused():
    entries = events((AT, "S1", 10, "entry"))
    with pytest.raises(InputError, match="1h or 1d"):
        conversion(entries, entries, every="1w")
    with pytest.raises(UnknownPlaceError, match="S1"):
        conversion(entries, entries, timezone={"S2": "UTC"})


def test_each_place_has_its_own_clock():
    entries = events((AT, "S1", 10, "entry"), (AT, "S2", 10, "entry"))
    told = conversion(entries, entries.clear(), every="1h", timezone={"S1": "UTC", "S2": "Asia/Kolkata"})
    assert [time.hour for time in told["time"]] == [15, 20]
    assert told["time"][0].replace(tzinfo=UTC).day == 1
