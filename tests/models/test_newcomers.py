"""Places of which little or nothing is known are told by the others, and measured by hiding them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.features.builder import DirectFeatures
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.newcomers import GROWN_DAYS, Newcomers, days_seen, told, young
from busyness.models.trees import TreeForecaster, TreeSettings
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel, SealedPanel
from busyness.testing.tiny_city import tiny_city

DAY, HORIZON = 24, 72
HIDDEN = [3, 8, 13]


@pytest.fixture(scope="module")
def city() -> Panel:
    """Eighteen stores on a line; who is next to whom is known, and a store is about as busy as its area is large."""
    panel = tiny_city(18, 12, opening=False)
    rng = np.random.default_rng(2)
    size = np.exp(rng.normal(0, 0.5, 18))
    area = 100 * size * np.exp(rng.normal(0, 0.3, 18))
    demand = panel.demand / np.nanmean(panel.demand, axis=1, keepdims=True) * (40 * size[:, None])
    places = [
        Place(
            f"P{k}",
            latitude=-12 - k / 100,
            longitude=-77,
            timezone="America/Lima",
            attributes={"area": float(area[k])},
        )
        for k in range(18)
    ]
    beside = np.array([[k - 1, k + 1 if k < 17 else -1] for k in range(18)], np.int32)
    return replace(panel, places=tuple(places), demand=np.round(demand).astype(np.float32), neighbours=beside)


def hidden(panel: Panel, origin: int, days: int) -> SealedPanel:
    """The panel at an origin, with nothing of the hidden places but their last days."""
    demand = panel.demand.copy()
    demand[HIDDEN, : origin - days * DAY] = np.nan
    return replace(panel, demand=demand).until(origin)


@pytest.fixture(scope="module")
def origin(city: Panel) -> int:
    return city.history - HORIZON


@pytest.fixture(scope="module")
def fitted(city: Panel, origin: int) -> CalibratedForecaster:
    member = TreeForecaster(DirectFeatures(), TreeSettings(trees=40))
    return CalibratedForecaster(member).fit(hidden(city, origin, 0), HORIZON)


def missed(said: np.ndarray, city: Panel, origin: int) -> float:
    came = city.demand[HIDDEN, origin : origin + HORIZON]
    return float(np.nanmean(np.abs(said[HIDDEN] - came)) / np.nanmean(came))


def median(forecast: Forecast) -> np.ndarray:
    return forecast.quantiles[..., forecast.levels.index(0.5)]


@pytest.mark.parametrize("days", [0, 2])
def test_hidden_places_are_told_better_than_by_the_usual_place(
    city: Panel, origin: int, fitted: CalibratedForecaster, days: int
) -> None:
    sealed = hidden(city, origin, days)
    forecast = fitted.predict(sealed, HORIZON)
    alone = fitted.member.medians(sealed, [origin], HORIZON)[0]
    usual = np.broadcast_to(np.median(np.delete(alone, HIDDEN, axis=0), axis=0), alone.shape)
    ours = missed(median(forecast), city, origin)
    assert ours < 0.8 * missed(usual, city, origin)
    assert ours < 0.9 * missed(alone, city, origin)


def test_bands_are_wider_the_less_is_known_and_hold_most_of_what_comes(
    city: Panel, origin: int, fitted: CalibratedForecaster
) -> None:
    widths = []
    for days in (0, 2, 12):
        forecast = fitted.predict(hidden(city, origin, days), HORIZON)
        low, high = (forecast.quantiles[HIDDEN][..., forecast.levels.index(q)] for q in (0.1, 0.9))
        widths.append(float((high - low).mean() / median(forecast)[HIDDEN].mean()))
        came = city.demand[HIDDEN, origin : origin + HORIZON]
        there = np.isfinite(came)
        assert 0.6 <= ((came >= low) & (came <= high))[there].mean() <= 0.98
    assert widths[0] > 1.05 * widths[2]
    assert widths[0] > widths[1]


def test_the_others_are_answered_as_if_nobody_were_new(city: Panel, origin: int, fitted: CalibratedForecaster) -> None:
    sealed = hidden(city, origin, 0)
    forecast = fitted.predict(sealed, HORIZON)
    grown = np.setdiff1d(np.arange(18), HIDDEN)
    alone = fitted.member.medians(sealed, [origin], HORIZON)[0]
    np.testing.assert_allclose(median(forecast)[grown], alone[grown], rtol=1e-5)


def test_widths_survive_saving(fitted: CalibratedForecaster) -> None:
    parts = fitted.to_parts()
    assert CalibratedForecaster.from_parts(parts, fitted.member).newcomers == fitted.newcomers
    del parts.facts["newcomers"]  # an artifact of an earlier release
    assert CalibratedForecaster.from_parts(parts, fitted.member).newcomers == Newcomers()


def test_own_days_take_over(city: Panel) -> None:
    """A place twice as busy as the others think shows it in its level within days."""
    origin = city.history
    sealed = [hidden(city, origin, days) for days in (0, 1, 3, GROWN_DAYS)]
    level = np.nanmean(city.demand[:, origin - 28 * DAY : origin], axis=1)
    level[HIDDEN] = 10
    medians = np.repeat(level[:, None], HORIZON, axis=1)
    levels = [told(panel, medians, level)[1][HIDDEN] for panel in sealed]
    true = np.nanmean(city.demand[HIDDEN, origin - 7 * DAY : origin], axis=1)
    errors = [np.abs(np.log(found) - np.log(true)).mean() for found in levels[:2]]
    assert errors[1] < 0.6 * errors[0]
    assert levels[3].tolist() == [10, 10, 10]  # after a week the member's own word stands


def test_days_are_counted_back_from_the_origin(city: Panel, origin: int) -> None:
    assert days_seen(hidden(city, origin, 2))[HIDDEN].tolist() == [2, 2, 2]
    assert young(hidden(city, origin, 5))[HIDDEN].all()
    assert young(hidden(city, origin, 5)).sum() == 3
    assert not young(hidden(city, origin, 30)).any()


def test_in_a_city_that_is_new_as_a_whole_nobody_is_told(city: Panel) -> None:
    sealed = city.until(3 * DAY)
    medians, level = np.ones((18, HORIZON), np.float32), np.ones(18, np.float32)
    assert told(sealed, medians, level)[0] is medians
    assert not young(sealed).any()


def test_closed_hours_stay_zero(city: Panel, origin: int) -> None:
    opened = np.ones(city.demand.shape, bool)
    opened[HIDDEN, origin : origin + 8] = False
    sealed = hidden(replace(city, open=opened), origin, 0)
    medians = np.full((18, HORIZON), 5, np.float32)
    answer, _ = told(sealed, medians, np.full(18, 5, np.float32))
    assert (answer[HIDDEN, :8] == 0).all()
    assert (answer[HIDDEN, 8:] > 0).all()


def test_without_a_replay_the_widths_are_guessed_and_fall_with_the_days() -> None:
    width = Newcomers().width(np.array([0, 1, 2, 10, 28, 400]))
    assert (np.diff(width) <= 0).all()
    assert (width[0], width[-1]) == (3, 1)
