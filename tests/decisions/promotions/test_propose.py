"""Proposed windows are quiet, within the forecast, and apart from what is planned."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.promotions.propose import Outlook, apart, propose, usual_days

FIRST = date(2025, 6, 2)


def outlook(visits) -> Outlook:
    return Outlook(tuple(f"P{k}" for k in range(len(visits))), FIRST, np.asarray(visits, float))


@given(
    st.lists(st.lists(st.integers(0, 99), min_size=9, max_size=9), min_size=1, max_size=3),
    st.integers(1, 12),
    st.integers(1, 4),
)
def test_windows_are_quiet_and_lie_within_the_days(visits, long, short):
    ahead = outlook(visits)
    found = propose(ahead, {"long": long, "short": short}, {"short": 7.0})
    usual = dict(zip(ahead.places, ahead.visits.mean(axis=1), strict=True))
    for place, start, end, kind, expected, cost in found.iter_rows():
        days = (end - start).days + 1
        assert days == {"long": long, "short": short}[kind]
        assert start >= FIRST
        assert end <= ahead.last
        assert 0 < expected / days <= usual[place] + 1e-9
        assert expected == ahead.expected(place, start, end)
        assert cost == (7.0 if kind == "short" else 0.0)


def test_the_quiet_days_of_a_week_are_found():
    found = propose(outlook([[10, 10, 50, 50]]), {"a": 2}, {})
    assert found["start"].to_list() == [FIRST, FIRST + timedelta(days=1)]
    assert propose(outlook([[0, 0, 0, 0]]), {"a": 2}, {}).is_empty(), "nobody comes to a closed place"


def test_the_usual_length_is_the_median():
    rows = [("A", FIRST, FIRST + timedelta(days=k), "a") for k in (1, 2, 6)] + [("A", FIRST, FIRST, "b")]
    assert usual_days(pl.DataFrame(rows, schema=["place", "start", "end", "type"], orient="row")) == {"a": 3, "b": 1}


def test_windows_keep_their_distance_from_planned_ones():
    windows = propose(outlook([[5] * 10, [5] * 10]), {"a": 1}, {})
    planned = pl.DataFrame(
        {"place": ["P0"], "start": [FIRST + timedelta(days=4)], "end": [FIRST + timedelta(days=5)]},
    )
    left = apart(windows, planned, pause=2)
    assert (left.filter(pl.col("place") == "P0")["start"] - FIRST).dt.total_days().to_list() == [0, 1, 8, 9]
    assert left.filter(pl.col("place") == "P1").height == 10
    everywhere = planned.with_columns(pl.lit(None, pl.String).alias("place"))
    assert apart(windows, everywhere, pause=2).height == 8
