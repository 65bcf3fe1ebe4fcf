"""Medians of counts whose mean is known, beside counting them out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.models.small_counts import dispersion, medians, steps


def median_by_counting(mean: float, spread: float) -> int:
    """The first count that at least half of a negative binomial does not exceed."""
    shape, total, k = 1 / spread, 0.0, 0
    while True:
        log = math.lgamma(shape + k) - math.lgamma(shape) - math.lgamma(k + 1)
        log += k * math.log(mean * spread / (1 + mean * spread)) - shape * math.log1p(mean * spread)
        total += math.exp(log)
        if total >= 0.5:
            return k
        k += 1


@given(st.floats(0.01, 40), st.floats(0.01, 2))
def test_the_median_lies_within_a_slope_of_the_true_one(mean: float, spread: float) -> None:
    found = float(medians(np.array([mean], np.float32), spread)[0])
    assert abs(found - median_by_counting(mean, spread)) <= 1


@given(st.floats(0, 3))
def test_a_larger_mean_never_has_a_smaller_median(spread: float) -> None:
    found = medians(np.linspace(0, 300, 2_000, dtype=np.float32), spread)
    assert (np.diff(found) >= -1e-4).all()
    assert found[0] == 0
    assert (found <= np.linspace(0, 300, 2_000) + 1).all()


def test_poisson_steps_are_the_known_ones() -> None:
    assert steps(0)[:2] == pytest.approx([math.log(2), 1.678], abs=2e-3)


def test_rare_counts_have_a_median_of_zero_mostly() -> None:
    assert medians(np.array([0.0, 0.1, 0.3], np.float32), 0.0).tolist() == [0, 0, 0]


def test_the_spread_of_counts_is_found_again() -> None:
    rng = np.random.default_rng(0)
    mean = rng.uniform(0.2, 10, 50_000)
    assert dispersion(rng.poisson(mean), mean) == pytest.approx(0, abs=0.01)
    assert dispersion(rng.poisson(mean * rng.gamma(4, 1 / 4, len(mean))), mean) == pytest.approx(0.25, abs=0.03)
    assert dispersion(np.zeros(0, np.float32), np.zeros(0, np.float32)) == 0


def test_nothing_beats_the_median_in_absolute_errors() -> None:
    rng = np.random.default_rng(1)
    mean = rng.gamma(1, 1.2, 40_000)
    came = rng.poisson(mean * rng.gamma(3, 1 / 3, len(mean)))
    stepped = np.abs(medians(mean.astype(np.float32), 1 / 3) - came).mean()
    assert stepped < 0.93 * np.abs(mean - came).mean()
    assert stepped < np.abs(np.round(mean) - came).mean()
