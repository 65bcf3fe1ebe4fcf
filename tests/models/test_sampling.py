from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.models.sampling import Sampling, training_cells
from busyness.tables.panel import Panel
from busyness.testing.tiny_city import tiny_city

DAY = 24
EVERY = Sampling(rows=10_000_000, most=10_000_000)


@pytest.fixture(scope="module")
def city() -> Panel:
    return tiny_city(3, 64, opening=False)


@pytest.mark.parametrize(("places", "rows"), [(1, 170_000), (100, 170_000), (1000, 600_000), (1_000_000, 1_500_000)])
def test_the_number_of_rows_wanted_grows_with_the_places_within_limits(places: int, rows: int) -> None:
    assert Sampling().target(places) == rows


@pytest.mark.parametrize("wanted", [500, 2_000, 6_000, 15_000])
def test_about_as_many_rows_as_wanted_are_drawn(city: Panel, wanted: int) -> None:
    cells = training_cells(city.sealed(), 168, Sampling(rows=wanted, per_place=0))
    assert len(cells) == pytest.approx(wanted, rel=0.1)


def test_many_places_do_not_draw_more_than_the_most(city: Panel) -> None:
    cells = training_cells(city.sealed(), 168, Sampling(rows=100, per_place=100_000, most=1_000))
    assert len(cells) == pytest.approx(1_000, rel=0.1)


def test_each_cell_comes_once_and_was_observed(city: Panel) -> None:
    cells = training_cells(city.sealed(), 168, EVERY)
    pairs = cells.place.astype(np.int64) * city.slots.count + cells.slot
    assert len(np.unique(pairs)) == len(pairs)
    assert np.isfinite(city.demand[cells.place, cells.slot]).all()
    first = 9 * 7 * DAY  # nothing could be known of the first weeks
    assert len(cells) == np.isfinite(city.demand[:, first : city.history]).sum()


@pytest.mark.parametrize("horizon", [24, 48, 50, 168, 336])
def test_each_slot_is_one_of_those_forecast_from_its_origin(city: Panel, horizon: int) -> None:
    cells = training_cells(city.sealed(), horizon, EVERY)
    ahead = cells.slot - cells.origin
    assert ahead.min() == 0
    assert ahead.max() == horizon - 1
    assert len(np.unique(ahead)) == horizon


@pytest.mark.parametrize("origin", [200 * DAY, 200 * DAY + 5, 200 * DAY + 23])
def test_origins_lie_at_the_hour_of_the_panel_s_own(city: Panel, origin: int) -> None:
    cells = training_cells(city.until(origin), 168, EVERY)
    assert np.unique((cells.origin - origin) % DAY).tolist() == [0]
    assert cells.slot.max() < origin


def test_days_ahead_are_drawn_evenly(city: Panel) -> None:
    cells = training_cells(city.sealed(), 168, EVERY)
    counts = np.bincount((cells.slot - cells.origin) // DAY)
    assert counts == pytest.approx(np.full(7, len(cells) / 7), rel=0.1)


def test_less_than_a_day_ahead_still_learns_from_every_hour(city: Panel) -> None:
    cells = training_cells(city.sealed(), 6, EVERY)
    assert (cells.slot - cells.origin).max() < DAY
    assert len(np.unique(cells.slot % DAY)) > DAY / 2


def test_daily_slots_have_an_origin_every_day() -> None:
    cells = training_cells(tiny_city(3, 60, every="1d").sealed(), 28, EVERY)
    assert np.unique(cells.slot - cells.origin).tolist() == list(range(28))


def test_recent_weeks_and_this_season_are_kept_before_the_rest(city: Panel) -> None:
    cells = training_cells(city.sealed(), 168, Sampling(rows=6_000, per_place=0))
    days_back = np.bincount((city.history - 1 - cells.slot) // DAY, minlength=366)
    recent, season, rest = days_back[:56].mean(), days_back[342:382].mean(), days_back[60:340].mean()
    assert recent == pytest.approx(season, rel=0.1)
    assert recent > 10 * rest > 0


def test_outliers_are_not_learned_from(city: Panel) -> None:
    outlier = np.zeros(city.demand.shape, bool)
    outlier[0, ::2] = True
    cells = training_cells(replace(city, outlier=outlier).sealed(), 168, EVERY)
    assert not outlier[cells.place, cells.slot].any()


def test_the_same_seed_draws_the_same_and_another_does_not(city: Panel) -> None:
    one, same, other = (training_cells(city.sealed(), 168, Sampling(rows=500, seed=seed)) for seed in (1, 1, 2))
    for name in ("place", "slot", "origin"):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert one.slot.tolist() != other.slot.tolist()


@pytest.mark.parametrize("weeks", [0, 0.5, 1, 1.5, 2])
def test_a_short_history_gives_few_cells_or_none(weeks: float) -> None:
    city = tiny_city(2, weeks)
    cells = training_cells(city.sealed(), 168, Sampling())
    assert (cells.origin >= 0).all()
    assert (cells.slot >= min(168, city.history)).all()
    assert len(cells) == 0 or weeks > 1
