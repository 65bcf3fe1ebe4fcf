from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from busyness.tables.instants import utc_series

KIND = pl.Datetime("us", "UTC")


@pytest.mark.parametrize("unit", ["D", "m", "s", "ms", "us", "ns"])
def test_any_unit_becomes_aware_utc(unit: str) -> None:
    series = utc_series(np.array(["2024-02-29"], f"datetime64[{unit}]"))
    assert series.dtype == KIND
    assert series.to_list() == [datetime(2024, 2, 29, tzinfo=UTC)]


def test_no_times_keep_the_type() -> None:
    series = utc_series(np.empty(0, "datetime64[s]"))
    assert (series.dtype, len(series)) == (KIND, 0)


def test_views_are_read_in_their_order() -> None:
    times = np.array(["2024-01-01T01", "2024-01-01T02", "2024-01-01T03", "2024-01-01T04"], "datetime64[s]")
    assert [t.hour for t in utc_series(times[::-2])] == [4, 2]
    assert [t.hour for t in utc_series(np.broadcast_to(times[:1], (2,)))] == [1, 1]


def test_what_is_no_time_is_null() -> None:
    assert utc_series(np.array(["NaT", "2024-01-01"], "datetime64[s]")).null_count() == 1
