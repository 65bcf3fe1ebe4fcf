"""Windows, lags and levels of small panels, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from busyness.features.history import History, column_medians
from busyness.features.pairs import Pairs
from busyness.tables.panel import Panel

NAN = np.nan


def at(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def test_a_mean_needs_half_of_the_open_slots(make_panel: Callable[..., Panel]) -> None:
    opened = np.ones((1, 8), bool)
    opened[0, 4:] = False
    history = History(make_panel([[2, 4, NAN, NAN, 0, 0, NAN, 8]], open=opened).sealed())
    place = at(0, 0, 0, 0, 0)
    found = history.mean(place, at(0, 0, 2, 0, -9), at(2, 4, 4, 3, 0))
    np.testing.assert_array_equal(found, [3, NAN, NAN, 3, NAN])  # two of four is not more than half
    np.testing.assert_allclose(history.mean(at(0, 0), at(0, 4), at(8, 99)), [14 / 5, 8 / 3])  # one open slot would do


def test_outliers_and_the_future_are_not_read(make_panel: Callable[..., Panel]) -> None:
    outlier = np.array([[False, True, False, False]])
    history = History(make_panel([[1, 900, 3, 5]], outlier=outlier).until(3))
    np.testing.assert_array_equal(history.demand[0, :4], [1, NAN, 3, NAN])
    place, origin = at(0, 0, 0, 0), at(3, 3, 3, 3)
    found = history.at(place, at(0, 2, 3, 1), origin, back=(0, 1, 5))
    np.testing.assert_array_equal(found, [[1, 3, NAN, NAN], [NAN, NAN, 3, 1], [NAN] * 4])


def test_levels_fall_back_to_eight_weeks_to_all_there_is_and_to_the_others(make_panel: Callable[..., Panel]) -> None:
    days = 200
    demand = np.full((5, days), NAN)
    demand[0, 150:] = 7  # the last four weeks
    demand[1, 150:160] = 5  # ten days, five to six weeks ago
    demand[2, :3] = 3  # three days, half a year ago
    demand[4] = 0
    history = History(make_panel(demand, every="1d").sealed())
    place, origin = at(0, 1, 2, 3, 4), np.full(5, days, np.int32)
    found = history.level(place, origin, origin)
    np.testing.assert_allclose(found, [7, 5, 3, 4, 0.05])  # the fourth: the median of 7, 5, 3 and 0 is 4
    first = np.zeros(5, np.int32)
    np.testing.assert_array_equal(history.level(place, first, first), np.ones(5))


def test_the_level_of_others_ends_where_the_last_time_zone_is(make_panel: Callable[..., Panel]) -> None:
    demand = np.full((2, 24 * 6), NAN)
    demand[1, :12] = 2
    demand[1, 24 * 3 :] = 1000
    panel = make_panel(demand, timezones=("Pacific/Auckland", "Pacific/Honolulu"))
    origin = 24 * 3
    history = History(panel.sealed())
    clock = history.clock
    column = clock.seen_at[clock.zone_of[0], [origin]]
    assert clock.everywhere_at[origin] < column[0]
    np.testing.assert_array_equal(history.level(at(0), column, clock.everywhere_at[[origin]]), [2])
    np.testing.assert_array_equal(history.level(at(0), column, column) > 100, [True])  # what it must not do


def test_a_city_is_the_median_of_what_is_usual_at_each_place(make_panel: Callable[..., Panel]) -> None:
    demand = np.tile([[10.0], [100.0], [4.0]], (1, 40))
    demand[:, 35] = [20, 150, NAN]
    demand[2, 36:] = NAN
    demand[:, 39] = NAN
    history = History(make_panel(demand, every="1d").sealed())
    np.testing.assert_allclose(history.city[30:36], [1, 1, 1, 1, 1, 1.75])
    assert np.isnan(history.city[0])  # nothing is known of any level
    assert np.isnan(history.city[39])
    np.testing.assert_array_equal(column_medians(np.zeros((0, 2), np.float32)), [NAN, NAN])


def test_pairs_read_the_same_as_a_grid_and_row_by_row(make_panel: Callable[..., Panel]) -> None:
    rng = np.random.default_rng(0)
    demand = rng.random((6, 24 * 80))
    demand[rng.random(demand.shape) < 0.4] = NAN
    history = History(make_panel(demand).sealed())
    place = np.repeat(np.arange(1, 4, dtype=np.int32), 30)
    origin = np.tile(np.arange(900, 1200, 10, dtype=np.int32), 3)
    thick = Pairs(history, np.repeat(place, 4), np.repeat(origin, 4))
    thin = Pairs(history, at(0, 5), at(40, 1700))
    assert thick.where is not None
    assert thin.where is None
    out = np.empty((2, 360), np.float32).T
    thick.spread(np.stack([thick.mean(200, 8), thick.before(72)]), out)
    expected = history.mean(place, origin - 200, origin - 8), history.before(place, origin - np.int32(72))
    np.testing.assert_array_equal(out, np.repeat(np.stack(expected, axis=1), 4, axis=0))
    np.testing.assert_array_equal(thin.mean(200, 8), history.mean(at(0, 5), at(-160, 1500), at(32, 1692)))
    np.testing.assert_array_equal(thick.gathered(np.repeat(place, 4).astype(np.float32))[thick.where], np.repeat(place, 4))
