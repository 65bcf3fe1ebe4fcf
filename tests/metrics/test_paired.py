"""Intervals hold what they promise, and days that go together are not counted as many."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.metrics.paired import clustered, t_quantile


@pytest.mark.parametrize(
    ("level", "freedom", "value"),  # from printed tables of Student's t
    [(0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 4, 2.776), (0.975, 13, 2.160), (0.95, 30, 1.697), (0.995, 10, 3.169)],
)
def test_t_is_the_printed_one(level, freedom, value):
    assert t_quantile(level, freedom) == pytest.approx(value, abs=2e-3)


def test_one_pair_a_cluster_is_the_ordinary_t_interval():
    values = np.array([1.0, 2.0, 4.0, 3.0, 0.0])
    found = clustered(values, np.arange(5))
    error = values.std(ddof=1) / math.sqrt(5)
    assert found.mean == 2.0
    assert found.high == pytest.approx(2 + 2.776 * error, abs=2e-3)
    assert found.low == pytest.approx(2 - 2.776 * error, abs=2e-3)


@given(arrays(np.float64, 6, elements=st.floats(-100, 100)), st.integers(1, 5))
def test_repeating_a_cluster_s_pairs_adds_no_certainty(values, times):
    once = clustered(values, np.arange(6))
    again = clustered(np.repeat(values, times), np.repeat(np.arange(6), times))
    assert (again.low, again.high) == pytest.approx((once.low, once.high), abs=1e-9)
    assert again.clusters == 6


def test_nine_in_ten_intervals_hold_the_truth_though_days_go_together():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        day = rng.normal(0, 1, 12)
        found = clustered(
            (day[:, None] + rng.normal(0, 0.5, (12, 20))).ravel(), np.repeat(np.arange(12), 20), confidence=0.9
        )
        held += found.low <= 0 <= found.high
    assert 0.87 <= held / 400 <= 0.93


def test_missing_pairs_are_left_out_and_too_few_clusters_have_no_interval():
    found = clustered(np.array([1.0, np.nan, 3.0]), np.array(["a", "b", "a"]))
    assert (found.mean, found.clusters, found.pairs) == (2.0, 1, 2)
    assert math.isnan(found.low)
    assert clustered(np.array([np.nan]), np.array([0])).pairs == 0
    assert clustered(np.array([1.0, 3.0]), np.array([0, 1])).over(4).mean == 0.5
    assert math.isnan(clustered(np.array([1.0, 3.0]), np.array([0, 1])).over(0).mean)
