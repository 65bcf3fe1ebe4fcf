from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from busyness.domain.errors import ArtifactError
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.models.calibration import Calibrator, distances
from busyness.tables.ranks import RANK_STEPS
from busyness.tables.residuals import Residuals

DAY, PLACES, HORIZON, ORIGINS = 24, 4, 96, 28
LEVEL = np.array([20, 50, 100, 400], np.float32)


def planted(seed: int = 0, *, spread: float | np.ndarray = 0.3, harder: float = 1.0, origins: int = ORIGINS) -> Residuals:
    """Normal errors of ``spread`` (by step ahead) × what was predicted; at the last place ``harder`` times as large."""
    rng = np.random.default_rng(seed)
    day = 1 + 0.8 * np.sin(np.arange(HORIZON) / DAY * 2 * np.pi)
    predicted = np.broadcast_to(LEVEL[:, None] * day, (origins, PLACES, HORIZON))
    noise = rng.normal(0, spread, predicted.shape) * np.array([1, 1, 1, harder])[:, None]
    level = np.broadcast_to(LEVEL, (origins, PLACES))
    return Residuals(
        np.arange(origins, dtype=np.int64) * DAY,
        np.maximum(predicted * (1 + noise), 0).astype(np.float32),
        predicted.astype(np.float32),
        level.astype(np.float32),
    )


def covered(calibrator: Calibrator, residuals: Residuals, low: float, high: float) -> np.ndarray:
    """The share of observations between two quantiles, by place."""
    inside = []
    for origin in range(len(residuals.origins)):
        marks, _ = calibrator.quantiles(residuals.predicted[origin], residuals.level[origin])
        below, above = (marks[..., DENSE_LEVELS.index(level)] for level in (low, high))
        inside.append((residuals.observed[origin] >= below) & (residuals.observed[origin] <= above))
    return np.mean(inside, axis=(0, 2))


@pytest.fixture(scope="module")
def learned() -> Calibrator:
    return Calibrator.learned_from(planted(), DAY)


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.9), (0.05, 0.95), (0.25, 0.75), (0.025, 0.975)])
def test_planted_errors_are_covered_as_often_as_the_levels_say(learned: Calibrator, low: float, high: float) -> None:
    assert covered(learned, planted(seed=9), low, high).mean() == pytest.approx(high - low, abs=0.02)


def test_a_place_that_is_harder_gets_wider_intervals() -> None:
    calibrator = Calibrator.learned_from(planted(spread=0.1, harder=2.5), DAY)
    assert calibrator.factor[3] > 1.5 * calibrator.factor[:3].max()
    by_place = covered(calibrator, planted(seed=9, spread=0.1, harder=2.5), 0.1, 0.9)
    assert by_place == pytest.approx(np.full(PLACES, 0.8), abs=0.05)


def test_the_median_stays_the_member_s_whatever_the_bias_was() -> None:
    biased = planted()
    biased = Residuals(biased.origins, biased.observed * np.float32(1.3), biased.predicted, biased.level)
    marks, _ = Calibrator.learned_from(biased, DAY).quantiles(biased.predicted[0], biased.level[0])
    assert marks[..., DENSE_LEVELS.index(0.5)] == pytest.approx(biased.predicted[0], rel=1e-4)


def test_skewed_errors_move_the_mean_above_the_median() -> None:
    even = planted(spread=0)
    rng = np.random.default_rng(1)
    factor = rng.lognormal(0, 0.6, even.predicted.shape).astype(np.float32)
    skewed = Residuals(even.origins, even.predicted * factor, even.predicted, even.level)
    _, mean = Calibrator.learned_from(skewed, DAY).quantiles(skewed.predicted[0], skewed.level[0])
    assert mean.sum() / skewed.predicted[0].sum() == pytest.approx(np.exp(0.6**2 / 2), rel=0.05)


def test_errors_that_grow_with_distance_widen_later_slots() -> None:
    noisy = planted(spread=np.where(np.arange(HORIZON) < DAY, 0.1, 0.4), origins=2 * ORIGINS)
    marks, _ = Calibrator.learned_from(noisy, DAY).quantiles(noisy.predicted[0], noisy.level[0])
    width = marks[..., DENSE_LEVELS.index(0.9)] - marks[..., DENSE_LEVELS.index(0.1)]
    assert (width[:, DAY : 2 * DAY] > 2 * width[:, :DAY]).mean() > 0.9


predictions = hnp.arrays(np.float32, (PLACES, 30), elements=st.floats(0, 2_000, width=32))
levels = hnp.arrays(np.float32, PLACES, elements=st.floats(np.float32(0.01), 1_000, width=32))


@pytest.mark.parametrize("source", ["learned", "guessed"])
@given(predicted=predictions, level=levels)
@settings(max_examples=60)
def test_quantiles_rise_with_their_level_and_nothing_is_negative(
    source: str, predicted: np.ndarray, level: np.ndarray
) -> None:
    calibrator = {"learned": LEARNED, "guessed": Calibrator.guessed(PLACES, HORIZON, DAY)}[source]
    before = predicted.copy()
    marks, mean = calibrator.quantiles(predicted, level)
    assert (marks.shape, mean.shape) == ((*predicted.shape, len(DENSE_LEVELS)), predicted.shape)
    assert marks.dtype == mean.dtype == np.float32
    assert (np.diff(marks, axis=-1) >= 0).all()
    assert (marks >= 0).all()
    assert (mean >= 0).all()
    np.testing.assert_array_equal(predicted, before)


LEARNED = Calibrator.learned_from(planted(seed=3), DAY)


@pytest.mark.parametrize("seed", [51, 56, 58])  # with these, it did
def test_beside_a_group_with_equal_errors_rounding_does_not_make_quantiles_cross(seed: int) -> None:
    rng = np.random.default_rng(seed)
    errors = np.sort(rng.normal(0, 1, (1, 2, len(DENSE_LEVELS))).astype(np.float32), axis=-1)
    errors[0, 1, 12:] = errors[0, 1, 12 + rng.integers(0, 10)]
    nearly = 40 * (1 - 1e-6 * rng.random((1, 5_000))).astype(np.float32)  # a hair below the second group's middle
    middles, none, one = np.array([0, 1], np.float32), np.zeros((1, 2), np.float32), np.ones(1, np.float32)
    calibrator = Calibrator(DAY, middles, np.sort(errors, axis=-1), none, one, np.zeros((1, 1, 5_000), np.uint8))
    marks, _ = calibrator.quantiles(nearly.astype(np.float32), np.array([40], np.float32))
    assert (np.diff(marks, axis=-1) >= 0).all()


@pytest.mark.parametrize("origins", [0, 1])
def test_where_little_was_measured_errors_are_guessed_wide(origins: int) -> None:
    few = planted()
    few = Residuals(
        few.origins[:origins], few.observed[:origins, :, :20], few.predicted[:origins, :, :20], few.level[:origins]
    )
    calibrator = Calibrator.learned_from(few, DAY)
    guessed = Calibrator.guessed(PLACES, 20, DAY)
    for name, array in guessed.to_arrays().items():
        np.testing.assert_array_equal(calibrator.to_arrays()[name], array)
    marks, mean = calibrator.quantiles(np.full((PLACES, 20), 100, np.float32), np.full(PLACES, 80, np.float32))
    assert marks[0, 0, DENSE_LEVELS.index(0.9)] == pytest.approx(100 + 1.282 * 40)
    assert marks[0, 0, DENSE_LEVELS.index(0.1)] == pytest.approx(100 - 1.282 * 40)
    assert (mean == 100).all()


def test_a_place_nobody_observed_is_like_the_others() -> None:
    silent = planted()
    observed = silent.observed.copy()
    observed[:, 1] = np.nan
    calibrator = Calibrator.learned_from(Residuals(silent.origins, observed, silent.predicted, silent.level), DAY)
    assert calibrator.factor[1] == 1
    assert np.isfinite(calibrator.errors).all()


def test_ranks_are_even_over_what_was_observed() -> None:
    residuals = planted()
    ranks = Calibrator.learned_from(residuals, DAY).ranks
    assert ranks.shape == (ORIGINS, PLACES, HORIZON)
    share = np.bincount(ranks.ravel() // (RANK_STEPS // 8), minlength=8) / ranks.size
    assert share == pytest.approx(np.full(8, 1 / 8), abs=0.03)


def test_a_busy_day_has_high_ranks() -> None:
    busy = planted(spread=0.1)
    observed = busy.observed.copy()
    observed[5] *= 2
    ranks = Calibrator.learned_from(Residuals(busy.origins, observed, busy.predicted, busy.level), DAY).ranks
    assert ranks[5].mean() > 240 > 160 > np.delete(ranks, 5, axis=0).mean()


def test_arrays_give_the_same_calibrator_back(learned: Calibrator) -> None:
    again = Calibrator.from_arrays(learned.to_arrays())
    assert (again.per_day, again.levels) == (DAY, DENSE_LEVELS)
    for name, array in learned.to_arrays().items():
        np.testing.assert_array_equal(again.to_arrays()[name], array)
        assert again.to_arrays()[name].dtype == array.dtype
    one, other = (c.quantiles(planted().predicted[0], LEVEL) for c in (learned, again))
    np.testing.assert_array_equal(one[0], other[0])


def test_a_missing_array_is_an_artifact_that_cannot_be_read(learned: Calibrator) -> None:
    for name in learned.to_arrays():
        with pytest.raises(ArtifactError, match="calibration"):
            Calibrator.from_arrays({key: array for key, array in learned.to_arrays().items() if key != name})


def test_distance_groups_begin_after_one_three_and_seven_days() -> None:
    group = distances(10 * DAY, DAY)
    assert np.flatnonzero(np.diff(group)).tolist() == [DAY - 1, 3 * DAY - 1, 7 * DAY - 1]
    assert (group[0], group[-1]) == (0, 3)


def test_a_longer_horizon_than_was_measured_uses_the_farthest_errors(learned: Calibrator) -> None:
    predicted = np.tile(np.array([[50]], np.float32), (PLACES, 20 * DAY))
    marks, _ = learned.quantiles(predicted, LEVEL)
    np.testing.assert_array_equal(marks[:, 4 * DAY :], np.broadcast_to(marks[:, -1:], marks[:, 4 * DAY :].shape))


def rare_counts(rate: float, *, origins: int = 40, places: int = 20) -> Residuals:
    """Counts that are mostly zero, and a member that says the rate: its errors have a median below zero, being whole."""
    rng = np.random.default_rng(3)
    shape = (origins, places, 24)
    observed = rng.poisson(rate, shape).astype(np.float32)
    return Residuals(np.arange(origins), observed, np.full(shape, rate, np.float32), np.full(shape[:2], rate, np.float32))


def test_bands_of_rare_counts_begin_at_zero_and_hold_what_comes():
    residuals = rare_counts(0.6)
    learned = Calibrator.learned_from(residuals, 24)
    marks, mean = learned.quantiles(residuals.predicted[0], residuals.level[0])
    low, high = (marks[..., learned.levels.index(level)] for level in (0.1, 0.9))
    held = (residuals.observed >= low) & (residuals.observed <= high)
    assert held.mean() >= 0.8
    assert low.max() == 0
    assert mean.mean() == pytest.approx(residuals.observed.mean(), rel=0.02)


def test_means_add_up_to_what_came_though_quiet_places_err_more():
    rng = np.random.default_rng(4)
    rate = np.array([0.2, 0.5, 2.0, 30.0, 80.0], np.float32)
    observed = rng.poisson(rate[None, :, None], (40, 5, 24)).astype(np.float32)
    predicted = np.broadcast_to(0.8 * rate[None, :, None], observed.shape).astype(np.float32)
    residuals = Residuals(np.arange(40), observed, predicted, np.broadcast_to(rate, (40, 5)).copy())
    learned = Calibrator.learned_from(residuals, 24)
    means = np.stack([learned.quantiles(predicted[k], residuals.level[k])[1] for k in range(40)])
    assert means.sum() == pytest.approx(observed.sum(), rel=0.02)
