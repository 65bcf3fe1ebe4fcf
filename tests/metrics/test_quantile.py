"""Quantile metrics: worked by hand, and the laws they keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from busyness.domain.errors import InputError
from busyness.metrics.point import mae
from busyness.metrics.quantile import coverage, crps, pinball, width

NAN = float("nan")
SAMPLE = hnp.arrays(np.float64, 19, elements=st.floats(0, 1e4))


def test_pinball_by_hand() -> None:
    # level 0.1: 0.1 · 2 and 0.9 · 1; level 0.9: 0.9 · 0 and 0.1 · 4
    assert pinball([10, 10, NAN], [[8, 10], [11, 14], [0, 0]], [0.1, 0.9]) == pytest.approx((0.2 + 0.9 + 0 + 0.4) / 4)


def test_any_shape_in_front_of_the_levels() -> None:
    observed = np.array([[1.0, NAN], [3.0, 4.0]])
    assert pinball(observed, np.zeros((2, 2, 1)), [0.5]) == pytest.approx(8 / 3 / 2)
    assert pinball(np.ones((2, 2, 2)), np.zeros((2, 2, 2, 1)), [0.5]) == 0.5


def test_coverage_and_width_by_hand() -> None:
    observed, low, high = [5, 10, 17, NAN], [5, 11, 10, 0], [10, 12, 17, 100]
    assert coverage(observed, low, high) == pytest.approx(2 / 3)
    assert width(observed, low, high) == pytest.approx((5 + 1 + 7) / 3)


def test_no_level_nothing_observed_and_no_answer_score_nan() -> None:
    assert math.isnan(pinball([1.0], np.empty((1, 0)), []))
    assert math.isnan(crps([1.0], np.empty((1, 0)), []))
    assert math.isnan(pinball([NAN], [[1.0]], [0.5]))
    assert math.isnan(pinball([1.0], [[NAN]], [0.5]))
    assert math.isnan(coverage([1.0], [NAN], [2.0]))
    assert math.isnan(width([], [], []))


@pytest.mark.parametrize("quantiles", [[[1.0]], [[1.0, 2.0, 3.0]], [[1.0, 2.0], [1.0, 2.0]]])
def test_quantiles_that_do_not_fit_are_refused(quantiles: list[list[float]]) -> None:
    with pytest.raises(InputError):
        pinball([1.0], quantiles, [0.1, 0.9])


def test_the_crps_of_dense_quantiles_is_the_exact_one() -> None:
    levels = (np.arange(2000) + 0.5) / 2000  # the quantiles of a uniform demand between 0 and 1
    exact = 0.3**3 / 3 + 0.7**3 / 3  # ∫ (F(x) − 1{x ≥ 0.3})² dx
    assert crps([0.3], levels[None], levels.tolist()) == pytest.approx(exact, rel=1e-4)


@given(SAMPLE, st.floats(0.05, 0.95), st.floats(0, 1e4))
def test_the_true_quantile_costs_least(sample: np.ndarray, level: float, other: float) -> None:
    true = np.quantile(sample, level, method="inverted_cdf")
    best = pinball(sample, np.full((19, 1), true), [level])
    assert 0 <= best <= pinball(sample, np.full((19, 1), other), [level]) + 1e-6


@given(SAMPLE, SAMPLE, st.floats(0.5, 1e3), st.permutations(range(19)))
def test_laws(observed: np.ndarray, marks: np.ndarray, unit: float, order: list[int]) -> None:
    levels = [0.1, 0.5, 0.9]
    quantiles = np.sort(np.stack([marks / 2, marks, marks * 2], axis=-1), axis=-1)
    low, middle, high = quantiles.T
    assert pinball(observed, middle[:, None], [0.5]) == pytest.approx(mae(observed, middle) / 2)
    assert crps(observed, middle[:, None], [0.5]) == pytest.approx(mae(observed, middle))
    for metric in (pinball, crps):
        loss = metric(observed, quantiles, levels)
        assert metric(observed * unit, quantiles * unit, levels) == pytest.approx(unit * loss, abs=1e-3)
        assert metric(observed[order], quantiles[order], levels) == pytest.approx(loss)
    assert 0 <= coverage(observed, low, high) <= 1
    assert coverage(observed, low, high) <= coverage(observed, low * 0, high)
    assert width(observed * unit, low * unit, high * unit) == pytest.approx(unit * width(observed, low, high))
