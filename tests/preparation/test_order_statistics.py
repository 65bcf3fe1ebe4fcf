from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.preparation.order_statistics import around, median, quantile_of_sorted, sort_stack

values = st.floats(-1e6, 1e6, width=32) | st.just(float("nan"))


@given(st.integers(1, 20).flatmap(lambda n: arrays(np.float32, (n, 3), elements=values)))
def test_a_stack_is_sorted_with_missing_values_last(stack: np.ndarray) -> None:
    expected = np.sort(stack, axis=0)
    sort_stack(stack)
    np.testing.assert_array_equal(stack, expected)


@given(st.integers(1, 12).flatmap(lambda n: arrays(np.float32, (n, 1), elements=values)))
def test_the_median_passes_over_what_is_missing(stack: np.ndarray) -> None:
    there = stack[np.isfinite(stack)].astype(np.float64)
    found = median(stack.copy())[0]
    if there.size:
        assert found == pytest.approx(np.median(there), rel=1e-5, abs=1e-2)
    else:
        assert np.isnan(found)


def test_a_quantile_of_some_of_the_values() -> None:
    stack = np.array([[1.0], [2.0], [4.0], [np.nan]], np.float32)
    assert quantile_of_sorted(stack, np.array([3]), 0.75)[0] == 3


def test_weeks_around_leave_nothing_beyond_the_ends() -> None:
    weekly = np.arange(3, dtype=np.float32).reshape(1, 3, 1)
    nan = np.nan
    np.testing.assert_array_equal(around(weekly, 1)[:, 0, :, 0], [[nan, 0, 1], [0, 1, 2], [1, 2, nan]])
    np.testing.assert_array_equal(around(weekly, 1, own=False)[:, 0, :, 0], [[nan, 0, 1], [1, 2, nan]])
    assert np.isnan(around(weekly, 5)[0]).all()
