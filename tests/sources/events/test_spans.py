"""Spans are what a plain loop would make of the slots, however they are cut into chunks."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.events.spans import Spans

SLOTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60, unique=True)


def by_loop(slots, gap, shortest):
    found = []
    for series, start in sorted(slots):
        if found and found[-1][0] == series and start - found[-1][2] <= gap:
            found[-1][2] = start + 1
        else:
            found.append([series, start, start + 1])
    return [tuple(span) for span in found if span[2] - span[1] >= shortest]


@settings(max_examples=150, deadline=None)
@given(SLOTS, st.lists(st.integers(0, 40), max_size=4), st.integers(0, 3), st.integers(0, 4))
def test_spans_are_those_of_a_loop_in_any_chunks(slots, cuts, gap, shortest):
    spans = Spans(4, gap=gap, shortest=shortest)
    edges = [0, *sorted(cuts), 41]
    for low, high in itertools.pairwise(edges):
        part = sorted(slot for slot in slots if low <= slot[1] < high)
        series, start = (np.array([slot[i] for slot in part], np.int64) for i in range(2))
        spans.add(series, start, start + 1)
    assert list(zip(*(part.tolist() for part in spans.all()), strict=True)) == by_loop(slots, gap, shortest)
