from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.local_time import to_local
from busyness.reports.places import ShownPlace
from busyness.reports.slot_cube import SlotCube, compact, slot_cube

PLACES = [ShownPlace("a", "A", "Europe/Madrid", None), ShownPlace("b", "B", "America/Lima", None)]
ZONES = {place.id: place.timezone for place in PLACES}


def wall(cube: SlotCube, timezone: str) -> list[int]:
    """What the script makes of the runs."""
    runs = cube.clock(timezone)
    ends = [run[0] for run in runs[1:]] + [cube.count]
    return [
        start + k * cube.slot_minutes for (first, start), end in zip(runs, ends, strict=True) for k in range(end - first)
    ]


@given(
    st.integers(0, 364),
    st.sampled_from([15, 30, 60, 120]),
    st.sampled_from(["Europe/Madrid", "America/Lima", "Australia/Lord_Howe", "UTC"]),
)
def test_the_runs_are_the_local_clock_of_every_slot(day: int, minutes: int, timezone: str) -> None:
    first = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) // 60 + day * 1440
    cube = SlotCube({}, first, minutes, 14 * 1440 // minutes)
    seconds = (first + np.arange(cube.count) * minutes) * 60
    assert wall(cube, timezone) == (to_local(seconds.astype("datetime64[s]"), timezone).astype(np.int64) // 60).tolist()
    assert len(cube.clock(timezone)) <= 2


def test_rows_find_their_slot_and_the_rest_is_unknown() -> None:
    begin = datetime(2026, 5, 1, tzinfo=UTC)
    table = pl.DataFrame(
        {"place": ["b", "a", "elsewhere"], "time": [begin + timedelta(hours=2), begin, begin], "amount": [3.0, 1.0, 9.0]}
    ).with_columns(pl.col("time").cast(pl.Datetime("us", "UTC")))
    cube = slot_cube(table, PLACES, {"amount": "amount"}, timezones=ZONES, slot_minutes=60)
    assert cube is not None
    assert [cube.row("amount", k) for k in range(2)] == [[1, None, None], [None, None, 3]]
    assert slot_cube(table, PLACES[:0], {"amount": "amount"}, timezones=ZONES, slot_minutes=60) is None


def test_a_day_begins_at_each_places_own_midnight() -> None:
    times = [datetime(2026, 5, 1, 22, tzinfo=UTC), datetime(2026, 5, 2, 5, tzinfo=UTC)]  # 2 May in Madrid and in Lima
    table = pl.DataFrame({"place": ["a", "b"], "time": times, "amount": [1.0, 2.0]}).with_columns(
        pl.col("time").cast(pl.Datetime("us", "UTC"))
    )
    cube = slot_cube(table, PLACES, {"amount": "amount"}, timezones=ZONES, slot_minutes=1440)
    assert cube is not None
    assert cube.count == 1
    assert cube.clock("Europe/Madrid") == cube.clock("America/Lima")


@given(st.lists(st.one_of(st.floats(0, 1e6), st.just(float("nan"))), max_size=50))
def test_compact_numbers_keep_what_a_plot_can_show(values: list[float]) -> None:
    largest = max((value for value in values if value == value), default=0.0)
    for value, written in zip(values, compact(np.array(values, float)), strict=True):
        if written is None:
            assert value != value
        else:
            assert written == pytest.approx(value, abs=max(largest / 200, 0.006))
