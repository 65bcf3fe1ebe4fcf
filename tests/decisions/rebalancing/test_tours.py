from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import OwnWay
from busyness.decisions.rebalancing.tour_table import tours_table
from busyness.decisions.rebalancing.tours import tours_of
from busyness.decisions.rebalancing.ways import ways_of


def some_moves(problem, seed: int, many: int) -> Moves:
    draw, ways = np.random.default_rng(seed), ways_of(problem)
    way = draw.choice(len(ways), many, replace=False)
    return Moves.along(ways, np.sort(draw.integers(0, problem.periods, many)), way=way, quantity=draw.integers(1, 15, many))


@given(st.integers(0, 999), st.integers(1, 12), st.sampled_from([0.2, 1.0, 24.0]))
@settings(max_examples=40, deadline=None)
def test_tours_carry_exactly_the_moves_within_the_vans_room(fleet_of, seed, many, hours) -> None:
    problem = fleet_of(6, 2, hours=hours)
    moves = some_moves(problem, seed, many)
    tours = tours_of(problem, moves)
    sites = len(problem.places) + len(problem.depots)
    for period in range(2):
        asked = np.zeros(sites, int)
        now = moves.of(period)
        np.subtract.at(asked, now.destination, now.quantity)
        np.add.at(asked, now.origin, now.quantity)
        carried = np.zeros(sites, int)
        for tour in tours:
            if tour.period == period:
                depot = [depot.id for depot in problem.depots].index(tour.van.depot) + len(problem.places)
                carried[depot] += tour.aboard
                np.add.at(carried, [stop.site for stop in tour.stops], [stop.change for stop in tour.stops])
        np.testing.assert_array_equal(carried, asked)
    for tour in tours:
        load = tour.aboard + np.cumsum([stop.change for stop in tour.stops])
        assert load.min() >= 0
        assert max(load.max(), tour.aboard) <= tour.van.capacity
        assert load[-1] == 0
        assert np.diff([stop.km for stop in tour.stops]).min(initial=0) >= 0
    for van in problem.vans:
        for period in range(2):
            own = sum(tour.hours for tour in tours if (tour.van, tour.period, tour.fits) == (van, period, True))
            assert own <= min(hours, 24) + 1e-9


def test_what_does_not_fit_is_said(fleet_of) -> None:
    problem = fleet_of(6, 1, hours=0.2)
    moves = some_moves(problem, 1, 8)
    assert not all(tour.fits for tour in tours_of(problem, moves))
    assert all(tour.fits for tour in tours_of(fleet_of(6, 1, hours=24), moves))


def test_the_table_lists_every_stop(fleet_of) -> None:
    problem = fleet_of(6, 1)
    table = tours_table(problem, tours_of(problem, some_moves(problem, 5, 6)))
    tours = table.group_by("van", "tour", maintain_order=True)
    for _, stops in tours:
        assert stops["stop"].to_list() == list(range(stops.height))
        assert stops["place"][0] == stops["place"][-1] == stops["depot"][0]
        assert stops["load"].sum() == stops["unload"].sum()
        np.testing.assert_array_equal(stops["aboard"], (stops["load"] - stops["unload"]).cum_sum())
        assert stops["hours"].is_sorted()


def test_who_needs_no_van_has_no_tours(fleet_of) -> None:
    problem = fleet_of(6, 1, vans=(), own_way=OwnWay(0.4))
    assert tours_of(problem, some_moves(problem, 5, 6)) == ()
    assert tours_table(problem, ()).columns == ["time", "depot", "van", "tour", "stop", "place", "name", "load", "unload",
                                                "aboard", "km", "hours", "fits"]  # fmt: skip


def test_a_single_delivery_is_there_and_back(fleet_of) -> None:
    problem = fleet_of(4, 1)
    ways = ways_of(problem)
    way = np.flatnonzero((ways.origin == 4) & (ways.destination == 2))
    (tour,) = tours_of(problem, Moves.along(ways, np.array([0]), way=way, quantity=np.array([5])))
    assert tour.aboard == 5
    assert tour.km == pytest.approx(2 * ways.km[way[0]])
    assert tour.cost == pytest.approx(tour.km * 0.5 + 5 * 0.3)
    assert tour.hours == pytest.approx(tour.km / 20 + 5 * 4 / 60)
