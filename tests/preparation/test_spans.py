from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.preparation.spans import Spans, bridge, slot_means

EDGES = np.arange(0, 3600 * 25, 3600)
whole_spans = st.lists(st.tuples(st.integers(-5000, 90_000), st.integers(1, 20_000), st.integers(-50, 50)), max_size=12)


def spans(*rows: tuple[int, int, float], known: list[int] | None = None) -> Spans:
    starts, ends, values = np.array(rows, np.float64).reshape(-1, 3).T
    return Spans(starts.astype(np.int64), ends.astype(np.int64), values, np.array(known or [0] * len(rows), np.int64))


@given(whole_spans)
def test_the_mean_of_a_slot_weighs_every_second_of_every_span(rows: list[tuple[int, int, int]]) -> None:
    found = slot_means(spans(*((at, at + length, value) for at, length, value in rows)), EDGES, flag=False)
    for slot in (0, 7, 23):
        shares = [max(0, min(at + n, EDGES[slot + 1]) - max(at, EDGES[slot])) for at, n, _ in rows]
        if sum(shares):
            mean = sum(share * value for share, (_, _, value) in zip(shares, rows, strict=True)) / sum(shares)
            assert found[slot] == pytest.approx(mean, rel=1e-4, abs=1e-4)
        else:
            assert np.isnan(found[slot])


def test_a_flag_is_the_share_of_the_slot_and_holds_once() -> None:
    means = slot_means(spans((1800, 7200, 1), (3600, 7200, 1)), EDGES, flag=True)
    assert means[:2].tolist() == [0.5, 1]
    assert np.isnan(means[2:]).all()


def test_the_newest_value_of_a_span_counts() -> None:
    kept = spans((0, 3600, 5), (0, 3600, 7), (3600, 7200, 1), (0, 3600, 6), known=[1, 3, 0, 2]).newest()
    assert kept.values.tolist() == [7, 1]


def test_short_gaps_are_bridged_and_long_ones_are_not() -> None:
    nan = np.nan
    cube = np.array([[nan, 1, nan, nan, 4, nan, nan, nan, 8], [nan] * 9], np.float32)
    bridge(cube, 2)
    np.testing.assert_array_equal(cube[0], [nan, 1, 2, 3, 4, nan, nan, nan, 8])
    assert np.isnan(cube[1]).all()
