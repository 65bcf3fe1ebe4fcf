"""Tracks lie on one scale that holds them all, and 0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.reports.tracks import Mark, Track, drawn_tracks, round_ticks

amounts = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6))
def test_every_mark_lies_on_the_scale_and_keeps_its_order(spans):
    tracks = [Track(str(k), "", (Mark("line", *sorted(span)),)) for k, span in enumerate(spans)]
    drawn = drawn_tracks("t", tracks, written=str)
    ends = [end for track in drawn.tracks for mark in track.marks for end in (mark.start, mark.stop)]
    assert all(-0.01 <= end <= 100.01 for end in ends)
    assert all(mark.start <= mark.stop for track in drawn.tracks for mark in track.marks)
    assert all(-0.01 <= tick.at <= 100.01 for tick in drawn.ticks)
    assert (drawn.zero is not None) == any(min(span) < 0 for span in spans)


@given(amounts, st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_inside(low, span):
    ticks = round_ticks(low, low + span)
    assert len(ticks) <= 6
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in ticks)


def test_without_zero_the_scale_begins_near_the_marks():
    tracks = [Track(str(k), "", (Mark("dot", k, k),)) for k in (160, 170)]
    near, far = drawn_tracks("t", tracks, written=str, with_zero=False), drawn_tracks("t", tracks, written=str)
    apart = [drawn.tracks[1].marks[0].start - drawn.tracks[0].marks[0].start for drawn in (near, far)]
    assert apart[0] > 85
    assert apart[1] < 10
    assert near.zero is None
    assert near.tracks[0].marks[0].start > 2, "a little room"


def test_a_bar_ends_where_its_number_says():
    drawn = drawn_tracks("t", [Track("a", "", (Mark("bar", 0, 50),)), Track("b", "", (Mark("bar", 0, 100),))], written=str)
    half, whole = (track.marks[0].stop - track.marks[0].start for track in drawn.tracks)
    assert half == pytest.approx(whole / 2, abs=0.02)
    assert drawn.zero is None, "nothing lies left of 0"
