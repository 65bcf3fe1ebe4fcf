from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.decisions.rebalancing.served import ServedTrips, marginal_costs

DRAWS = arrays(np.float32, st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3)), elements=st.integers(0, 40))


@given(DRAWS, st.floats(0.3, 4))
def test_it_is_the_mean_over_the_draws(started, turns) -> None:
    served = ServedTrips.of(started, np.full(started.shape[1], turns))
    cells = np.arange(started[0].size)
    for vehicles in (0, 1, 3, 50):
        plain = np.minimum(started, turns * vehicles).mean(axis=0, dtype=np.float64).reshape(-1)
        np.testing.assert_allclose(served.by(np.full(len(cells), vehicles), cells), plain, atol=1e-6)
    np.testing.assert_allclose(served.wanted, started.mean(axis=0, dtype=np.float64).reshape(-1))


@given(DRAWS, st.floats(0.3, 4), st.floats(0.1, 9), st.floats(0, 3))
def test_each_further_vehicle_is_worth_no_more_than_the_one_before(started, turns, unmet, idle) -> None:
    served = ServedTrips.of(started, np.full(started.shape[1], turns))
    cell, number, cost = marginal_costs(served, served.useful(25), unmet=unmet, idle=idle)
    assert (number <= 25).all()
    same = np.diff(cell) == 0
    assert (np.diff(cost)[same] >= -1e-7).all()
    assert (cost <= idle + 1e-7).all()
    for place in np.unique(cell):
        drawn = started.reshape(len(started), -1)[:, place]
        ridden = np.minimum(drawn, turns * number[cell == place].max())
        whole = unmet * (drawn - ridden).mean() + idle * (number[cell == place].max() - ridden.mean() / turns)
        np.testing.assert_allclose(unmet * drawn.mean() + cost[cell == place].sum(), whole, atol=1e-4)


def test_where_nobody_wants_one_none_is_useful() -> None:
    served = ServedTrips.of(np.zeros((3, 2, 1), np.float32), np.ones(2))
    assert served.useful(10).tolist() == [0, 0]
    assert len(marginal_costs(served, served.useful(10), unmet=1, idle=1)[0]) == 0
