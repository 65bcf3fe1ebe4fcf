"""Heads of spans of work: no minute is lost or counted twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.money.span_heads import span_heads
from busyness.domain.errors import UnknownPlaceError

START = datetime(2025, 6, 2, 5, tzinfo=UTC)
minutes = st.integers(-300, 1800)


def frame(rows):
    return pl.DataFrame(
        [(place, START + timedelta(minutes=a), START + timedelta(minutes=b)) for place, a, b in rows],
        schema={"place": pl.String, "start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC")},
        orient="row",
    )


@given(
    st.lists(st.tuples(st.sampled_from("AB"), minutes, st.integers(1, 600)), max_size=8), st.sampled_from([0.25, 0.5, 1.0])
)
def test_hours_inside_the_slots_are_kept(drawn, hours):
    slots = int(24 / hours)
    rows = [(place, begin, begin + length) for place, begin, length in drawn]
    heads = span_heads(frame(rows), "AB", start=START, slot_hours=hours, slots=slots)
    assert heads.shape == (2, slots)
    for number, place in enumerate("AB"):
        inside = sum(max(min(end, 1440) - max(begin, 0), 0) for where, begin, end in rows if where == place)
        assert heads[number].sum() * hours * 60 == pytest.approx(inside)


def test_a_break_takes_away_and_half_an_hour_counts_half():
    spans = frame([("A", 0, 180), ("A", 60, 90)]).with_columns(pl.Series("heads", [1.0, -1.0]))
    assert span_heads(spans, "A", start=START, slot_hours=1, slots=4).tolist() == [[1.0, 0.5, 1.0, 0.0]]


def test_a_place_that_is_not_there_is_told():
    with pytest.raises(UnknownPlaceError):
        span_heads(frame([("C", 0, 60)]), "AB", start=START, slot_hours=1, slots=4)
    assert not np.any(span_heads(frame([]), "AB", start=START, slot_hours=1, slots=4))
