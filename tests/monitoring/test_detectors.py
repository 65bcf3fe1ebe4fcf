"""The laws of the detectors: few false alarms where nothing changes, and a planted change is found soon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from busyness.monitoring.adwin import adwin
from busyness.monitoring.change import Changes
from busyness.monitoring.page_hinkley import page_hinkley, threshold
from busyness.monitoring.standard import standardised

Detector = Callable[..., Changes]
REFERENCE, PLACES, YEAR = 28, 500, 365
both = pytest.mark.parametrize("detector", [page_hinkley, adwin])


def quiet(places: int, days: int, *, tied: float = 0.0, seed: int = 0, heavy: bool = False) -> NDArray[np.float64]:
    """Errors in which nothing changes, alike from day to day by ``tied``; places differ in bias and swing."""
    rng = np.random.default_rng(seed)
    draws = rng.standard_t(5, (places, days)) / np.sqrt(5 / 3) if heavy else rng.normal(size=(places, days))
    found = draws.copy()
    for day in range(1, days):
        found[:, day] = tied * found[:, day - 1] + np.sqrt(1 - tied**2) * draws[:, day]
    return rng.normal(0, 0.1, (places, 1)) + rng.uniform(0.05, 0.2, (places, 1)) * found


@both
@pytest.mark.parametrize("tied", [0.0, 0.4])
@pytest.mark.parametrize("per_year", [0.1, 0.5])
def test_false_alarms_keep_to_the_set_rate(detector: Detector, tied: float, per_year: float) -> None:
    days = REFERENCE + YEAR // 2
    change = detector(standardised(quiet(PLACES, days, tied=tied), REFERENCE), REFERENCE, per_year=per_year)
    wanted = 1 - np.exp(-per_year / 2)
    chance = 3 * np.sqrt(wanted / PLACES)
    assert (change.first(PLACES) >= 0).mean() <= wanted + chance


@both
def test_heavy_tails_do_not_ring(detector: Detector) -> None:
    change = detector(standardised(quiet(PLACES, REFERENCE + YEAR // 2, heavy=True), REFERENCE), REFERENCE)
    assert (change.first(PLACES) >= 0).mean() <= 0.1


@pytest.mark.parametrize(("detector", "days"), [(page_hinkley, 5), (adwin, 8)])
@pytest.mark.parametrize("factor", [0.6, 1.4])
def test_a_shift_of_forty_percent_is_found_within_days(detector: Detector, days: int, factor: float) -> None:
    errors = 0.6 * quiet(PLACES, 80, tied=0.3)
    errors[:, 50:] += np.log(factor)
    change = detector(standardised(errors, REFERENCE), REFERENCE)
    found = change.first(PLACES)
    late = found >= 50
    assert (found >= 0).all()
    assert late.mean() > 0.95
    assert np.quantile(found[late] - 50, 0.9) < days
    firsts = np.isin(change.row, np.flatnonzero(late)) & (change.found == found[change.row])
    assert np.abs(change.since[firsts] - 50).mean() < 1.5


def test_adwin_finds_a_slow_change_that_is_small_every_day() -> None:
    errors = quiet(PLACES, 150)
    errors[:, 60:] += np.linspace(0, 0.3, 90)
    change = adwin(standardised(errors, REFERENCE), REFERENCE)
    assert (change.first(PLACES) >= 60).mean() > 0.9


@both
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), day=st.integers(REFERENCE + 1, 60))
def test_the_future_does_not_change_what_was_found(detector: Detector, seed: int, day: int) -> None:
    errors = quiet(6, 70, seed=seed)
    errors[::2, 40:] += 0.5
    whole = detector(standardised(errors, REFERENCE), REFERENCE)
    part = detector(standardised(errors[:, :day], REFERENCE), REFERENCE)
    early = whole.found < day
    assert (whole.row[early] == part.row).all()
    assert (whole.since[early] == part.since).all()


@both
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_places_are_told_alone_and_signs_do_not_matter(detector: Detector, seed: int) -> None:
    scaled = standardised(quiet(8, 90, seed=seed), REFERENCE)
    scaled[:4, 60:] += 2
    whole = detector(scaled, REFERENCE)
    for row in range(8):
        assert (detector(scaled[[row]], REFERENCE).found == whole.found[whole.row == row]).all()
    assert (detector(-scaled, REFERENCE).found == whole.found).all()


@both
def test_days_without_observations_are_passed_over(detector: Detector) -> None:
    scaled = standardised(quiet(4, 90), REFERENCE)
    scaled[:, 60:] += 3
    gaps = np.insert(scaled, [40, 55, 61], np.nan, axis=1)
    plain, gappy = (detector(errors, REFERENCE).first(4) for errors in (scaled, gaps))
    assert (gappy > plain).all()
    assert not len(detector(np.full((3, 90), np.nan), REFERENCE).row)


def test_a_place_with_little_reference_is_not_watched() -> None:
    errors = quiet(3, 90)
    errors[0, 5:REFERENCE] = np.nan
    errors[:, 60:] += 2
    scaled = standardised(errors, REFERENCE)
    assert np.isnan(scaled[0]).all()
    found = page_hinkley(scaled, REFERENCE).first(3)
    assert found[0] == -1
    assert (found[1:] >= 60).all()


@given(st.floats(1e-5, 0.05), st.floats(1.1, 10))
def test_rarer_alarms_need_more(rate: float, times: float) -> None:
    assert threshold(rate / times, 0.5) > threshold(rate, 0.5)
