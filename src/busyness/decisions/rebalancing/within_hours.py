"""The cheapest flow whose moves fit into the vans' hours: minutes get a price, raised until the day is long enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.duality import dual_bound, node_prices
from busyness.decisions.rebalancing.network import Network
from busyness.decisions.rebalancing.price_centre import PriceCentre
from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.solver import cheapest_flow, costs_with

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_STEPS = 25
_CLOSE = 1e-3  # a gap of so small a share of the cost is close enough
_FAR = 2**62
_SPARE = 1e-6  # minutes
_MINUTE = 1.0


def van_minutes(problem: RebalancingProblem) -> Floats:
    """This will return how many minutes each depot's vans have in each period, ``[periods, depots]``.

    Without end, ``[periods, 1]``, where no vans are needed.
    """
    if problem.own_way is not None:
        return np.full((problem.periods, 1), np.inf)
    longest = problem.length.total_seconds() / 3600
    hours = [sum(min(van.hours, longest) for van in problem.vans if van.depot == depot.id) for depot in problem.depots]
    return np.tile(60 * np.array(hours, np.float64), (problem.periods, 1))


def cheapest_within(network: Network, minutes: Floats) -> tuple[Counts, int]:
    """This will return the cheapest flow within the hours, and a cost that none can go below, in the network's units.

    Where hours suffice, the bound is the flow's cost. Where they do not, minutes get a price for every depot and period
    (Lagrange multipliers, found by cutting planes); each flow on the way is cut down to the hours and solved again within
    what is left of its moves. The best of them is returned with the highest bound; a small gap may remain.

    Source: M. L. Fisher, The Lagrangian Relaxation Method for Solving Integer Programming Problems (1981).
    """
    search = _Search(network, minutes)
    price = np.zeros(minutes.size)
    shortest = max(float(network.ways.minutes.min(initial=_MINUTE)), _MINUTE / 10)
    dearest = 1 + 2 * np.abs(network.cost[network.moves :]).max(initial=0) / shortest
    centre = PriceCentre(np.full(minutes.size, dearest))
    for _ in range(_STEPS):
        value, over = search.at(price)
        if search.gap <= _CLOSE * network.money(search.best, search.least) * network.scale:
            break
        centre.told(price, value, slope=over)
        price = centre.next(search.least)
    return search.best, search.bound


class _Search:
    """Solves at one price of minutes after another, and keeps the best flow that fits and the highest bound."""

    def __init__(self, network: Network, minutes: Floats) -> None:
        self._network, self._minutes = network, minutes.reshape(-1)
        period = np.repeat(np.arange(network.periods), len(network.ways))
        self._each = np.tile(network.ways.minutes, network.periods)  # minutes of one vehicle, by move
        self._purse = period * minutes.shape[1] + np.tile(network.ways.home, network.periods)  # whose minutes they are
        self.best = np.empty(0, np.int64)
        self.least = _FAR
        self.bound = -_FAR

    @property
    def gap(self) -> int:
        return self.least - self.bound

    def at(self, price: Floats) -> tuple[float, Floats]:
        """Solve at a price per minute of every depot and period: the bound that it gives, and minutes beyond the hours."""
        network = self._network
        # rounded down, so that the surcharge never takes more than the minutes are worth: the bound stays one
        surcharge = np.floor(price[self._purse] * self._each).astype(np.int64)
        costs = costs_with(network, surcharge)
        flow = cheapest_flow(network, surcharge)
        priced = price > 0
        value = dual_bound(network, node_prices(network, flow, costs), costs) - price[priced] @ self._minutes[priced]
        self.bound = max(self.bound, int(np.floor(value)))
        over = np.bincount(self._purse, self._each * flow[: network.moves], len(self._minutes)) - self._minutes
        self._keep(flow if (over <= _SPARE).all() else cheapest_flow(self._cut_down(flow)))
        return float(value), over

    def _keep(self, flow: Counts) -> None:
        cost = int(self._network.cost @ flow)
        if cost < self.least:
            self.best, self.least = flow, cost

    def _cut_down(self, flow: Counts) -> Network:
        """The network with no more of any move than in this flow, and none beyond the hours: the longest go first."""
        moved = flow[: self._network.moves].copy()
        used = np.flatnonzero(moved)
        used = used[np.lexsort((self._each[used], self._purse[used]))]
        each, purse = self._each[used], self._purse[used]
        spent = np.cumsum(moved[used] * each)
        first = np.searchsorted(purse, purse)  # the first move of the same purse
        before = spent - moved[used] * each
        room = np.floor((self._minutes[purse] - (before - before[first])) / each)
        moved[used] = np.clip(room, 0, moved[used])
        capacity = self._network.capacity.copy()
        capacity[: self._network.moves] = moved
        return replace(self._network, capacity=capacity)
