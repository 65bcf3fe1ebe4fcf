"""The problem as a network in which vehicles flow: from morning to morning, moved by vans and carried off by riders.

Of every site and period there are two nodes: ``morning``, before the vans come, and ``ready``, after them. A vehicle goes
from morning to the ready of the same site (it stays) or of another (it is moved, at a cost), then along one of the place's
priced ways into the next morning. The best-paid vehicles of a place are those that riders take along: as many as the
expected drift says lead not to the next morning here but, through the period's ``riders`` node, to where rides end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.served import Counts, Floats, ServedTrips, marginal_costs
from busyness.decisions.rebalancing.ways import Ways

_FINENESS = 5  # digits of an unmet trip's price that count: solvers of flows want whole costs


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs and nodes as arrays. The first ``moves`` arcs are the ways of period 0, then of period 1, …; then the stays.

    Costs are whole numbers, ``scale`` of them to the currency's unit; ``fixed`` is what is paid whatever flows. They are
    less by the ``pull`` that riders have on the vehicles they take along: the cheapest flow would otherwise not let them go.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    capacity: Counts
    cost: Counts
    pull: Counts
    supply: Counts
    ways: Ways
    sites: int
    periods: int
    scale: float
    fixed: float

    def money(self, flow: Counts, cost: int) -> float:
        """This will return in currency what a flow costs, or the least it could: ``cost`` is that of the arcs."""
        return self.fixed + (cost + int(self.pull @ flow)) / self.scale

    @property
    def moves(self) -> int:
        """How many arcs are moves."""
        return len(self.ways) * self.periods

    @property
    def stays(self) -> slice:
        """The arcs of vehicles that stay, period by period and site by site."""
        return slice(self.moves, self.moves + self.sites * self.periods)


def network_of(problem: RebalancingProblem, served: ServedTrips, *, ways: Ways, drift: Counts) -> Network:
    """This will lay the problem out as a network; it always has a flow, because staying costs nothing but idleness.

    ``drift`` ``[places, periods]`` is how many vehicles more, or less, riders leave at each place; it adds up to 0.
    """
    places, periods = len(problem.places), problem.periods
    sites = places + len(problem.depots)
    scale = 10.0 ** (_FINENESS - 1 - math.floor(math.log10(problem.values.unmet_trip)))
    sink = 2 * sites * periods + periods
    supply = _supply(problem, sites, sink)
    fleet = int(-supply[sink])

    period, way = (side.reshape(-1) for side in np.indices((periods, len(ways))))
    moves = (
        2 * sites * period + ways.origin[way],
        2 * sites * period + sites + ways.destination[way],
        np.full(len(way), fleet),
        np.rint(ways.cost * scale)[way],
        np.zeros(len(way)),
    )
    period, site = (side.reshape(-1) for side in np.indices((periods, sites)))
    morning = 2 * sites * period + site
    free = np.zeros(len(site))
    stays = (morning, morning + sites, np.full(len(site), fleet), free, free)
    arcs = [
        moves,
        stays,
        _overnight(problem, sites, sink),
        *_places(problem, served, drift=drift.reshape(-1), fleet=fleet, scale=scale),
    ]
    tail, head, capacity, cost, pull = (np.concatenate(side) for side in zip(*arcs, strict=True))
    return Network(
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        capacity=capacity.astype(np.int64),
        cost=(cost - pull).astype(np.int64),
        pull=pull.astype(np.int64),
        supply=supply,
        ways=ways,
        sites=sites,
        periods=periods,
        scale=scale,
        fixed=_fixed(problem, served),
    )


_Arcs = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer], Floats, Floats]
"""Tails, heads, capacities, costs and pulls."""


def _fixed(problem: RebalancingProblem, served: ServedTrips) -> float:
    """What all demand costs unserved. ``served`` may know of more trips than people want, where vehicles are scattered."""
    asked = problem.demand.started.mean(axis=0, dtype=np.float64).reshape(-1)
    more = (served.wanted - asked) / served.turns
    return float(problem.values.unmet_trip * served.wanted.sum() + problem.values.idle_vehicle * more.sum())


def _supply(problem: RebalancingProblem, sites: int, sink: int) -> Counts:
    """Working vehicles and those of depots are there at once, charging ones a period later; all end in the sink."""
    places = len(problem.places)
    supply = np.zeros(sink + 1, np.int64)
    supply[:places] = problem.standing.working
    supply[places:sites] = [depot.vehicles for depot in problem.depots]
    if problem.periods > 1:
        supply[2 * sites : 2 * sites + places] += problem.standing.charging
    supply[sink] = -supply.sum()
    return supply


def _overnight(problem: RebalancingProblem, sites: int, sink: int) -> _Arcs:
    """Depots keep what fits in until the next period."""
    places, depots = len(problem.places), len(problem.depots)
    period, depot = (side.reshape(-1) for side in np.indices((problem.periods, depots)))
    tail = 2 * sites * period + sites + places + depot
    head = np.where(period + 1 < problem.periods, 2 * sites * (period + 1) + places + depot, sink)
    room = np.array([depot.capacity for depot in problem.depots], np.int64)
    free = np.zeros(len(tail))
    return tail, head, room[depot], free, free


def _places(problem: RebalancingProblem, served: ServedTrips, *, drift: Counts, fleet: int, scale: float) -> list[_Arcs]:
    """What each further vehicle of a place costs and where the night finds it, and how riders' vehicles come in."""
    periods, sites = problem.periods, len(problem.places) + len(problem.depots)
    sink = 2 * sites * periods + periods
    values = problem.values
    useful = served.useful(fleet)
    cell, number, cost = marginal_costs(served, useful, unmet=values.unmet_trip, idle=values.idle_vehicle)
    cost = np.rint(cost * scale)
    taken = (number <= -drift[cell]) & (cell % periods + 1 < periods)
    fresh = np.ones(len(cell), bool)  # neighbours of one cell that cost the same and go the same way are one arc
    fresh[1:] = (np.diff(cell) != 0) | (np.diff(cost) != 0) | (np.diff(taken) != 0)
    first = np.flatnonzero(fresh)
    many = np.diff(first, append=len(cell))
    place, period = np.divmod(cell[first], periods)
    last = period + 1 == periods
    riders = 2 * sites * periods + period
    onward = np.where(last, sink, 2 * sites * (period + 1) + place)
    ready = 2 * sites * period + sites + place
    pull = np.rint(values.unmet_trip * served.turns.max(initial=0) * scale) * taken[first]
    priced = (ready, np.where(taken[first], riders, onward), many, cost[first], pull)

    place, period = (side.reshape(-1) for side in np.indices((len(problem.places), periods)))
    onward = np.where(period + 1 == periods, sink, 2 * sites * (period + 1) + place)
    idle = np.rint(np.full(len(place), values.idle_vehicle) * scale)
    beyond = (2 * sites * period + sites + place, onward, np.full(len(place), fleet), idle, np.zeros(len(place)))

    comes = (drift > 0) & (period + 1 < periods)
    free = np.zeros(int(comes.sum()))
    brought = (2 * sites * periods + period[comes], onward[comes], drift[comes], free, free)
    return [priced, beyond, brought]
