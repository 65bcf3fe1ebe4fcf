from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.level import Level

from .clusters import busy_days, cluster


def test_a_forecast_that_holds_is_left_as_it_is() -> None:
    expected = np.full((1, 2, 4), 5.0)
    assert Level(20, 20, 1, 1).ratio(expected.astype(int), expected) == pytest.approx(np.ones((1, 2)))


def test_a_busy_place_counts_for_itself_most_and_a_little_for_the_others() -> None:
    expected = np.full((1, 2, 4), 5.0)
    arrived = np.array([[[10, 10, 10, 10], [5, 5, 5, 5]]])
    busy, other = Level(20, 20, 1, 1).ratio(arrived, expected)[0]
    assert 1 < other < busy < 2
    assert Level(1e9, 20, 1, 1).ratio(arrived, expected)[0, 1] == pytest.approx(1, abs=1e-6)


def test_levels_that_differ_by_place_are_learned_faster_than_levels_that_do_not_differ() -> None:
    problem = cluster()
    wild, calm = (Level.fitted(busy_days(problem, 300, spread=spread)) for spread in (0.6, 0.02))
    assert wild.place < calm.place or wild.cluster < calm.cluster
