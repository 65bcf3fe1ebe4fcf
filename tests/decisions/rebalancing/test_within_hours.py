from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.network import network_of
from busyness.decisions.rebalancing.price_centre import PriceCentre
from busyness.decisions.rebalancing.problem import OwnWay
from busyness.decisions.rebalancing.scatter import Scatter
from busyness.decisions.rebalancing.served import ServedTrips
from busyness.decisions.rebalancing.solver import cheapest_flow
from busyness.decisions.rebalancing.ways import ways_of
from busyness.decisions.rebalancing.within_hours import cheapest_within, van_minutes

pytest.importorskip("ortools")


def network_for(problem):
    ways = ways_of(problem)
    scatter = Scatter.of(problem, Moves.none(ways))
    return network_of(problem, ServedTrips.of(scatter.wanted, problem.turns_of_places), ways=ways, drift=scatter.drift)


def used_minutes(network, flow, depots):
    moved = flow[: network.moves].reshape(network.periods, -1) * network.ways.minutes
    return np.stack([moved[:, network.ways.home == k].sum(axis=1) for k in range(depots)], axis=1)


@given(st.integers(0, 500), st.sampled_from([0.05, 0.2, 0.5, 1.5]))
@settings(max_examples=12, deadline=None)
def test_moves_fit_into_each_depots_hours_and_the_bound_holds(fleet_of, seed, hours) -> None:
    problem = fleet_of(8, 3, seed=seed, hours=hours)
    network, minutes = network_for(problem), van_minutes(problem)
    flow, bound = cheapest_within(network, minutes)
    cost = int(network.cost @ flow)
    assert (used_minutes(network, flow, 2) <= minutes + 1e-6).all()
    assert int(network.cost @ cheapest_flow(network)) <= cost
    assert bound <= cost
    if hours >= 1:  # with a handful of vehicles, that they are whole costs more
        assert cost - bound <= 0.03 * network.money(flow, cost) * network.scale


def test_where_hours_suffice_the_bound_is_the_cost(fleet_of) -> None:
    problem = fleet_of(8, 3)
    network = network_for(problem)
    flow, bound = cheapest_within(network, van_minutes(problem))
    assert bound == network.cost @ flow


def test_a_van_cannot_be_out_longer_than_a_period(fleet_of) -> None:
    assert van_minutes(fleet_of(hours=100.0)).tolist() == [[2 * 24 * 60, 24 * 60]] * 3
    assert np.isinf(van_minutes(fleet_of(vans=(), own_way=OwnWay(1.0)))).all()


def test_the_centre_finds_the_top_of_a_concave_function() -> None:
    corners = np.array([[3.0, -1.0], [-2.0, 2.0], [-0.5, -3.0], [1.0, 1.0]])
    heights = np.array([1.0, 9.0, 14.0, 2.0])
    fine = np.stack(np.meshgrid(np.linspace(0, 10, 401), np.linspace(0, 10, 401)), axis=-1)
    highest = (fine @ corners.T + heights).min(axis=-1).max()
    centre, prices, best = PriceCentre(np.full(2, 10.0)), np.zeros(2), -np.inf
    for _ in range(25):
        values = corners @ prices + heights
        active = int(np.argmin(values))
        best = max(best, values[active])
        centre.told(prices, float(values[active]), slope=corners[active])
        prices = centre.next(20.0)
    assert best == pytest.approx(highest, abs=0.05)
