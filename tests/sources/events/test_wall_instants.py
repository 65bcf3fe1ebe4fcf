"""The quick way finds the instants that the careful way finds."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.events.wall_instants import to_many_instants
from busyness.sources.files.local_times import LATER, SKIPPED, UTC_TIME, to_instants
from busyness.sources.files.times import SCHEMA

ROW = st.tuples(
    st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from([None, None, 0, 7200, -12600]),
    st.just(False),
)


@settings(max_examples=40)
@given(st.lists(ROW, max_size=12), st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]))
def test_quick_is_careful(rows: list[tuple[datetime | None, int | None, bool]], timezone: str) -> None:
    times = pl.DataFrame(
        [(wall, offset if wall else None, dated) for wall, offset, dated in rows], schema=SCHEMA, orient="row"
    )
    careful = to_instants(times, timezone).select(UTC_TIME, LATER, SKIPPED)
    assert to_many_instants(times, timezone).equals(careful)


@pytest.mark.parametrize("timezone", ["America/New_York", "Europe/London", "Australia/Sydney", "America/Santiago"])
def test_every_half_hour_of_a_year(timezone: str) -> None:
    wall = pl.datetime_range(datetime(2024, 1, 1), datetime(2025, 1, 1), "30m", eager=True, time_unit="us")
    times = pl.DataFrame({"wall": wall, "offset": [None] * len(wall), "dated": [False] * len(wall)}, schema=SCHEMA)
    careful = to_instants(times, timezone).select(UTC_TIME, LATER, SKIPPED)
    assert to_many_instants(times, timezone).equals(careful)
    assert careful[SKIPPED].sum() == 2
    assert careful[LATER].count() == 2
