"""Which moves are possible, how long they are, and what moving one vehicle costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.geo.distance import metres_between
from busyness.geo.neighbours import neighbours

ALL_PAIRS = 200
"""Up to so many places a vehicle may go from any place to any other; beyond, to the nearest ``NEAREST`` and to depots."""

NEAREST = 12

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ways:
    """One row a way. Sites are the places and, behind them, the depots.

    ``cost`` and ``minutes`` (a van's) are those of one vehicle; ``home`` is the row of the depot whose vans serve the way.
    """

    origin: Rows
    destination: Rows
    km: Floats
    cost: Floats
    minutes: Floats
    home: Rows

    def __len__(self) -> int:
        return len(self.origin)


def ways_of(problem: RebalancingProblem) -> Ways:
    """This will return every way on which a vehicle may be moved within a period.

    A vehicle pays its share of a full van's round: from the depot to where it is loaded, to where it is unloaded, and home.
    Prices are the mean of the vans of the depot that is nearest to the origin.
    """
    origin, destination = _pairs(problem)
    north, east = problem.sites

    def road(here: Rows, there: Rows) -> Floats:
        straight = metres_between(north[here], east[here], to_latitude=north[there], to_longitude=east[there])
        return np.asarray(straight / 1000 * problem.driving.detour)

    km = road(origin, destination)
    if problem.own_way is not None:
        near = km <= problem.own_way.within_km
        cost = problem.own_way.cost_per_move + problem.own_way.cost_per_km * km
        return Ways(
            origin[near],
            destination[near],
            km[near],
            cost[near],
            np.zeros(int(near.sum())),
            np.zeros(int(near.sum()), np.int64),
        )
    per_vehicle, per_km, room = _prices(problem)
    home = home_depots(problem)[origin]
    depot = home + len(problem.places)
    shared = (road(depot, origin) + km + road(destination, depot)) / room[home]
    cost = per_vehicle[home] + per_km[home] * shared
    minutes = problem.driving.minutes_per_vehicle + shared / problem.driving.kmh * 60
    return Ways(origin, destination, km, cost, minutes, home)


def home_depots(problem: RebalancingProblem) -> Rows:
    """This will return the row of the depot whose vans serve each site: the nearest that has vans, ``[sites]``."""
    manned = np.array([k for k, depot in enumerate(problem.depots) if any(van.depot == depot.id for van in problem.vans)])
    north, east = problem.sites
    at = manned + len(problem.places)
    far = metres_between(north[:, None], east[:, None], to_latitude=north[at], to_longitude=east[at])
    return np.asarray(manned[np.argmin(far, axis=1)], np.int64)


def _pairs(problem: RebalancingProblem) -> tuple[Rows, Rows]:
    places, depots = len(problem.places), len(problem.depots)
    if places <= ALL_PAIRS:
        origin, destination = (side.reshape(-1) for side in np.indices((places, places)))
    else:
        near = neighbours(problem.places, count=NEAREST)
        origin = np.repeat(np.arange(places), NEAREST)
        destination = near.reshape(-1).astype(np.int64)
    apart = (origin != destination) & (destination >= 0)
    place, depot = (side.reshape(-1) for side in np.indices((places, depots)))
    depot = depot + places
    return (
        np.concatenate([origin[apart], place, depot]).astype(np.int64),
        np.concatenate([destination[apart], depot, place]).astype(np.int64),
    )


def _prices(problem: RebalancingProblem) -> tuple[Floats, Floats, Floats]:
    """Cost per vehicle, cost per van kilometre and room of a van, means by depot; NaN where it has no van."""
    prices = np.full((len(problem.depots), 3), np.nan)
    for row, depot in enumerate(problem.depots):
        own = [(van.cost_per_vehicle, van.cost_per_km, van.capacity) for van in problem.vans if van.depot == depot.id]
        if own:
            prices[row] = np.mean(own, axis=0)
    return prices[:, 0], prices[:, 1], prices[:, 2]
