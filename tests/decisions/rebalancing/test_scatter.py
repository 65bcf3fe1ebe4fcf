from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.riding import ride_through
from busyness.decisions.rebalancing.scatter import Scatter
from busyness.decisions.rebalancing.ways import ways_of


@given(st.integers(0, 999), st.sampled_from([0.5, 5.0, 30.0]))
@settings(max_examples=25, deadline=None)
def test_every_period_adds_up_to_nothing_and_follows_the_mean(fleet_of, seed, level) -> None:
    problem = fleet_of(7, 3, seed=seed, level=level)
    nothing = Moves.none(ways_of(problem))
    drift = Scatter.of(problem, nothing).drift
    assert (drift.sum(axis=0) == 0).all()
    for number, period in enumerate(ride_through(problem, nothing, demand=problem.demand)):
        net = (period.after - period.out).mean(axis=0)
        assert (np.abs(drift[:, number] - net) < 1.5).all()
        assert (drift[:, number] >= -np.ceil(period.out.mean(axis=0))).all()


def test_without_ends_and_without_vehicles_nothing_drifts(fleet_of) -> None:
    problem = fleet_of(4, 2, drift=False)
    nothing = Moves.none(ways_of(problem))
    assert not Scatter.of(problem, nothing).drift.any()
    nobody = np.zeros(4, np.int64)
    empty = replace(fleet_of(4, 2), standing=type(problem.standing)(nobody, nobody, nobody))
    assert not Scatter.of(empty, nothing).drift.any()


def test_what_is_wanted_of_the_average_makes_up_for_what_riders_brought(fleet_of) -> None:
    problem = fleet_of(7, 3, level=12)
    nothing = Moves.none(ways_of(problem))
    wanted = Scatter.of(problem, nothing).wanted
    np.testing.assert_array_equal(wanted[:, :, 0], problem.demand.started[:, :, 0])
    for number, period in enumerate(ride_through(problem, nothing, demand=problem.demand)):
        left = wanted[:, :, number] - 1.5 * period.out.mean(axis=0)
        np.testing.assert_allclose(np.maximum(left, 0), period.started - period.served, atol=1e-4)
