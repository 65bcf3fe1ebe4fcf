"""A period's moves as tours of vans: what to load where, in which order, how far and how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import RebalancingProblem, Van
from busyness.decisions.rebalancing.stop_order import shorter_order
from busyness.decisions.rebalancing.ways import home_depots
from busyness.geo.distance import metres_between

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop at a site: ``change`` vehicles are loaded (above 0) or unloaded, ``km`` and ``hours`` are those until then."""

    site: int
    change: int
    km: float
    hours: float


@dataclass(frozen=True, slots=True)
class Tour:
    """One round of a van: ``aboard`` are loaded at the depot; the last stop is the depot again.

    ``number`` counts the van's tours of the period; ``fits`` says whether its hours suffice for all of them up to this one.
    """

    period: int
    van: Van
    number: int
    aboard: int
    stops: tuple[Stop, ...]
    fits: bool

    @property
    def km(self) -> float:
        """Kilometres from the depot and back."""
        return self.stops[-1].km

    @property
    def hours(self) -> float:
        """Hours from the first vehicle loaded to the last unloaded."""
        return self.stops[-1].hours

    @property
    def cost(self) -> float:
        """What the tour costs: its kilometres, and every vehicle that is loaded."""
        loaded = self.aboard + sum(max(stop.change, 0) for stop in self.stops)
        return self.km * self.van.cost_per_km + loaded * self.van.cost_per_vehicle


def tours_of(problem: RebalancingProblem, moves: Moves) -> tuple[Tour, ...]:
    """This will group each period's moves into tours.

    Every depot's vans make the moves that begin nearest to it. Vehicles are all alike, so that only what is loaded and
    unloaded at each site counts. A van goes to the nearest stop where it can load or unload and, when its hours are over,
    the next van goes on; the order is then improved. When no van has hours left the rest goes on tours that do not fit.
    """
    if not problem.vans or not len(moves):
        return ()
    home = home_depots(problem) + len(problem.places)
    tours: list[Tour] = []
    for period in range(problem.periods):
        now = moves.of(period)
        for depot in np.unique(home[now.origin]):
            these = home[now.origin] == depot
            work = _Work.of(now.origin[these], now.destination[these], quantity=now.quantity[these], depot=int(depot))
            vans = [van for van in problem.vans if van.depot == problem.depots[depot - len(problem.places)].id]
            tours += _Rounds(problem, period, work=work).all(vans)
    return tuple(tours)


@dataclass(eq=False)
class _Work:
    """What is left to load (above 0) and unload (below 0), one row a stop; ``pool`` stands ready in the depot."""

    depot: int
    pool: int
    site: Counts
    left: Counts

    @classmethod
    def of(cls, origin: Counts, destination: Counts, *, quantity: Counts, depot: int) -> _Work:
        site, change = [], []
        for sign, at in ((1, origin), (-1, destination)):
            sites, row = np.unique(at, return_inverse=True)
            site.append(sites)
            change.append(sign * np.bincount(row, quantity).astype(np.int64))
        sites, changes = np.concatenate(site), np.concatenate(change)
        outside = sites != depot
        pool = int(quantity[origin == depot].sum())
        return cls(depot, pool, sites[outside], changes[outside])


@dataclass(eq=False)
class _Rounds:
    problem: RebalancingProblem
    period: int
    work: _Work
    _north: Floats = field(init=False)
    _east: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._north, self._east = self.problem.sites

    def all(self, vans: Sequence[Van]) -> Iterator[Tour]:
        """Yield tours until nothing is left: van by van within their hours, then such of the largest van beyond its own."""
        used = dict.fromkeys((van.id for van in vans), 0.0)
        count = dict.fromkeys(used, 0)
        largest = max(vans, key=lambda van: van.capacity)
        longest = self.problem.length.total_seconds() / 3600
        for van, fits in [*((van, True) for van in vans), (largest, False)]:
            hours = min(van.hours, longest)
            while self.work.left.any():
                aboard, stops = self._round(van, hours=hours - used[van.id] if fits else hours)
                if not stops and fits:
                    break
                if not stops:  # a single stop that is too far for any day
                    aboard, stops = self._round(van, hours=float("inf"))
                tour = self._tour(van, stops, aboard=aboard, number=count[van.id] + 1, fits=fits)
                used[van.id] += tour.hours
                count[van.id] += 1
                yield tour

    def _round(self, van: Van, *, hours: float) -> tuple[int, list[tuple[int, int]]]:
        """One round, nearest stop first: what it takes along, and ``(site, change)`` of its stops."""
        work, driving = self.work, self.problem.driving
        handling = driving.minutes_per_vehicle / 120  # hours to load or to unload one
        aboard = load = min(van.capacity, work.pool, int(-work.left[work.left < 0].sum()))
        at, time, stops = work.depot, handling * aboard, []
        while True:
            can = np.flatnonzero(((work.left < 0) & (load > 0)) | ((work.left > 0) & (load < van.capacity)))
            if not len(can):
                break
            km = self._km(at, work.site[can])
            row = int(can[np.argmin(km)])
            change = int(np.clip(work.left[row], -load, van.capacity - load))
            reached = time + float(km.min()) / driving.kmh + handling * abs(change)
            back = float(self._km(int(work.site[row]), np.array([work.depot]))[0]) / driving.kmh
            if reached + back + handling * max(load + change, 0) > hours:
                break
            at, time, load = int(work.site[row]), reached, load + change
            work.left[row] -= change
            stops.append((at, change))
        if stops:
            work.pool += load - aboard
        return aboard, stops

    def _tour(self, van: Van, stops: Sequence[tuple[int, int]], *, aboard: int, number: int, fits: bool) -> Tour:
        site = np.array([at for at, _ in stops] + [self.work.depot])
        change = np.array([many for _, many in stops])
        km = self._km(site[:, None], site[None, :])
        order = shorter_order(km, change, aboard=aboard, room=van.capacity)
        rest = aboard + int(change.sum())
        sequence = [*((int(site[k]), int(change[k]), int(k)) for k in order), (self.work.depot, -rest, len(stops))]
        driving = self.problem.driving
        at, so_far, hours = len(stops), 0.0, driving.minutes_per_vehicle / 120 * aboard
        made = []
        for where, many, row in sequence:
            so_far += float(km[at, row])
            hours += float(km[at, row]) / driving.kmh + driving.minutes_per_vehicle / 120 * abs(many)
            made.append(Stop(where, many, so_far, hours))
            at = row
        return Tour(self.period, van, number, aboard, tuple(made), fits)

    def _km(self, origin: Counts | int, destination: Counts) -> Floats:
        straight = metres_between(
            self._north[origin],
            self._east[origin],
            to_latitude=self._north[destination],
            to_longitude=self._east[destination],
        )
        return straight / 1000 * self.problem.driving.detour
