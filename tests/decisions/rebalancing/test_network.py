"""The laws of the flow: vehicles are whole, none is lost, nothing is above its room, and nobody can do better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.rebalancing.duality import dual_bound, node_prices
from busyness.decisions.rebalancing.moves import Moves, Positions
from busyness.decisions.rebalancing.network import Network, network_of
from busyness.decisions.rebalancing.problem import RebalancingProblem, Standing, Values
from busyness.decisions.rebalancing.scatter import Scatter
from busyness.decisions.rebalancing.served import ServedTrips
from busyness.decisions.rebalancing.solver import cheapest_flow
from busyness.decisions.rebalancing.ways import Ways, ways_of

pytest.importorskip("ortools")


def laid_out(problem: RebalancingProblem, ways: Ways | None = None) -> Network:
    scatter = Scatter.of(problem, Moves.none(no_ways()))
    served = ServedTrips.of(scatter.wanted, problem.turns_of_places)
    return network_of(problem, served, ways=ways_of(problem) if ways is None else ways, drift=scatter.drift)


def no_ways() -> Ways:
    return Ways(*[np.empty(0, np.int64)] * 2, *[np.empty(0)] * 3, np.empty(0, np.int64))


def cost_of(problem: RebalancingProblem, ways: Ways | None = None) -> float:
    """The flow's own objective, the riders' pull in it."""
    network = laid_out(problem, ways)
    return network.fixed + int(network.cost @ cheapest_flow(network)) / network.scale


@st.composite
def towns(draw, fleet_of):
    return fleet_of(
        draw(st.integers(1, 9)),
        draw(st.integers(1, 4)),
        draws=draw(st.integers(1, 12)),
        seed=draw(st.integers(0, 10_000)),
        level=draw(st.sampled_from([0.5, 3.0, 12.0])),
        drift=draw(st.booleans()),
        turns=draw(st.sampled_from([0.7, 1.0, 2.5])),
        values=Values(draw(st.sampled_from([0.3, 2.5, 4000.0])), draw(st.sampled_from([0.0, 0.4]))),
    )


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_vehicles_are_whole_conserved_and_within_their_room(fleet_of, data) -> None:
    problem = data.draw(towns(fleet_of))
    network = laid_out(problem)
    flow = cheapest_flow(network)
    assert (flow >= 0).all()
    assert (flow <= network.capacity).all()
    nodes = len(network.supply)
    net = np.bincount(network.tail, flow, nodes) - np.bincount(network.head, flow, nodes)
    np.testing.assert_array_equal(net, network.supply)

    positions = Positions.of(network, flow)
    places = len(problem.places)
    there = problem.standing.working.sum() + sum(depot.vehicles for depot in problem.depots)
    for period in range(problem.periods):
        there += problem.standing.charging.sum() if period == 1 else 0
        assert positions.before[:, period].sum() == positions.after[:, period].sum() == there
        assert (positions.after[places:, period] <= [depot.capacity for depot in problem.depots]).all()
        now = positions.moves.of(period)
        change = np.bincount(now.destination, now.quantity, network.sites) - np.bincount(
            now.origin, now.quantity, network.sites
        )
        np.testing.assert_array_equal(positions.after[:, period] - positions.before[:, period], change)
    np.testing.assert_array_equal(positions.before[:places, 0], problem.standing.working)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_cost_is_the_least_by_duality(fleet_of, data) -> None:
    network = laid_out(data.draw(towns(fleet_of)))
    flow = cheapest_flow(network)
    prices = node_prices(network, flow, network.cost)
    reduced = network.cost - prices[network.tail] + prices[network.head]
    assert (reduced[flow < network.capacity] >= 0).all()
    assert (reduced[flow > 0] <= 0).all()
    assert dual_bound(network, prices, network.cost) == network.cost @ flow


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_no_prices_whatever_give_a_bound_above_the_cost(fleet_of, data) -> None:
    network = laid_out(data.draw(towns(fleet_of)))
    least = int(network.cost @ cheapest_flow(network))
    wild = np.random.default_rng(data.draw(st.integers(0, 99))).integers(-50_000, 50_000, len(network.supply))
    assert dual_bound(network, wild, network.cost) <= least


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_doing_nothing_is_never_cheaper(fleet_of, data) -> None:
    problem = data.draw(towns(fleet_of))
    assert cost_of(problem) <= cost_of(problem, no_ways()) + 1e-9


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_vehicle_more_in_a_depot_never_costs(fleet_of, data) -> None:
    problem = data.draw(towns(fleet_of))
    problem = replace(problem, demand=replace(problem.demand, ended=None))  # more vehicles would drift otherwise
    first = problem.depots[0]
    richer = replace(problem, depots=(replace(first, vehicles=first.vehicles + 1), *problem.depots[1:]))
    assert cost_of(richer) <= cost_of(problem) + 1e-6 * max(cost_of(problem), 1)


def test_the_flow_is_the_best_of_all_there_are(fleet_of) -> None:
    """Two places, one period, no depot's vehicles: every number of moves, tried by hand."""
    problem = fleet_of(2, 1, draws=30, seed=3, level=6)
    nobody = np.zeros(2, np.int64)
    problem = replace(
        problem,
        standing=Standing(np.array([9, 1]), nobody, nobody),
        depots=tuple(replace(depot, vehicles=0, capacity=0) for depot in problem.depots),
    )
    ways = ways_of(problem)
    there = int(np.flatnonzero((ways.origin == 0) & (ways.destination == 1))[0])
    back = int(np.flatnonzero((ways.origin == 1) & (ways.destination == 0))[0])
    started = problem.demand.started[:, :, 0]

    def cost(standing: list[int], moving: float) -> float:
        served = np.minimum(started, 1.5 * np.array(standing))
        unmet = (started - served).sum(axis=1).mean()
        return float(moving + 2.5 * unmet + 0.4 * (np.array(standing) - served / 1.5).sum(axis=1).mean())

    tried = [cost([9 - many, 1 + many], many * ways.cost[there]) for many in range(10)]
    tried.append(cost([10, 0], ways.cost[back]))
    assert cost_of(problem) == pytest.approx(min(tried), abs=0.002)


def test_riders_take_vehicles_along(fleet_of) -> None:
    problem = fleet_of(2, 2, draws=1)
    started, ended = np.zeros((1, 2, 2), np.float32), np.zeros((1, 2, 2), np.float32)
    started[0, 0, 0], ended[0, 1, 0] = 4, 4
    nobody = np.zeros(2, np.int64)
    demand = replace(problem.demand, started=started, ended=ended)
    problem = replace(problem, demand=demand, standing=Standing(np.array([5, 0]), nobody, nobody), turns=1.0)
    network = laid_out(problem, no_ways())
    positions = Positions.of(network, cheapest_flow(network))
    assert positions.before[:2].tolist() == [[5, 1], [0, 4]]
    assert network.money(cheapest_flow(network), int(network.cost @ cheapest_flow(network))) == pytest.approx(0.4 * 6)
