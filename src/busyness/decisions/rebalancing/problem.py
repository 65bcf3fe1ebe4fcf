"""What has to be decided: where vehicles stand, what riders will want, who can move vehicles, and what all of it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.place import Place
from busyness.domain.slots import Times


@dataclass(frozen=True, eq=False)
class Demand:
    """Draws of what riders will want: ``started`` and, where known, ``ended`` are ``[draws, places, periods]``.

    ``started`` counts the trips that people want to start, ``ended`` those that would end there; without ``ended`` vehicles
    stay where they are. ``places`` are the ids along the second axis.
    """

    places: tuple[str, ...]
    started: NDArray[np.float32]
    ended: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        for name, trips in (("started", self.started), ("ended", self.ended)):
            if trips is None:
                continue
            if trips.ndim != 3 or trips.shape[1] != len(self.places) or not trips.shape[0] or not trips.shape[2]:
                raise InputError(
                    f"Trips {name} of shape {trips.shape} are no draws of {len(self.places)} places.",
                    hint="Their shape is [draws, places, periods], with at least one draw and one period.",
                )
            if trips.shape != self.started.shape:
                raise InputError(f"Trips ended {trips.shape} and trips started {self.started.shape} are not the same draws.")
            if not np.isfinite(trips).all() or trips.min(initial=0) < 0:
                row = int(np.flatnonzero((~np.isfinite(trips) | (trips < 0)).any(axis=(0, 2)))[0])
                raise InputError(f"Trips {name} in '{self.places[row]}' hold a value that is missing or below 0.")


@dataclass(frozen=True, eq=False)
class Standing:
    """What stands at each place now: ``vehicles`` in all; ``broken`` ones serve nobody, ``charging`` ones from the next."""

    vehicles: NDArray[np.int64]
    broken: NDArray[np.int64]
    charging: NDArray[np.int64]

    @property
    def working(self) -> NDArray[np.int64]:
        """How many can be used now, ``[places]``."""
        return self.vehicles - self.broken - self.charging


@dataclass(frozen=True, slots=True)
class Depot:
    """``vehicles`` are ready there now, ``capacity`` is the room for those that stay overnight."""

    id: str
    latitude: float
    longitude: float
    vehicles: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Van:
    """A van of ``depot`` that carries ``capacity`` vehicles and is out ``hours`` a period at most."""

    id: str
    depot: str
    capacity: int
    cost_per_km: float
    cost_per_vehicle: float
    hours: float


@dataclass(frozen=True, slots=True)
class OwnWay:
    """Vehicles that need no van, such as couriers: a way costs this much, and is ``within_km`` long at most."""

    cost_per_km: float
    cost_per_move: float = 0.0
    within_km: float = math.inf


@dataclass(frozen=True, slots=True)
class Values:
    """What an unmet trip costs, and what a vehicle costs that stands unused for one period, in ``currency``."""

    unmet_trip: float
    idle_vehicle: float
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Driving:
    """How vans drive: roads are ``detour`` times the straight line, one vehicle takes ``minutes_per_vehicle`` in and out."""

    kmh: float = 20.0
    detour: float = 1.3
    minutes_per_vehicle: float = 4.0


@dataclass(frozen=True, eq=False)
class RebalancingProblem:
    """Where to move vehicles at the start of each period.

    ``starts`` are the periods' starts (aware; their own zone is shown) and ``length`` how long one is. ``turns`` is how many
    trips a vehicle can serve in a period where somebody always wants it, one number or ``[places]``. ``called`` is the word
    for vehicles. Either ``vans`` with ``depots`` move them, or they go their ``own_way``.

    Raises ``InputError`` for what cannot be: the sentence names the place, depot or van.
    """

    places: tuple[Place, ...]
    starts: tuple[datetime, ...]
    demand: Demand
    standing: Standing
    values: Values
    turns: float | NDArray[np.float64] = 1.0
    depots: tuple[Depot, ...] = ()
    vans: tuple[Van, ...] = ()
    own_way: OwnWay | None = None
    driving: Driving = Driving()
    length: timedelta = timedelta(days=1)
    called: str = "vehicles"

    def __post_init__(self) -> None:
        _check_places(self.places, self.demand)
        _check_periods(self.starts, self.demand)
        _check_standing(self.standing, self.places)
        _check_values(self.values, self.turns_of_places)
        _check_depots(self.depots)
        _check_vans(self.vans, self.depots, self.own_way)

    @property
    def turns_of_places(self) -> NDArray[np.float64]:
        """Trips that one vehicle can serve in a period, ``[places]``."""
        return np.broadcast_to(np.asarray(self.turns, np.float64), len(self.places))

    @property
    def periods(self) -> int:
        """How many periods are decided."""
        return len(self.starts)

    @property
    def times(self) -> Times:
        """The periods' starts in UTC, microseconds."""
        seconds = np.array([start.timestamp() for start in self.starts])
        return np.rint(seconds * 1e6).astype(np.int64).astype("datetime64[us]")

    @property
    def sites(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Latitude and longitude of the places and, behind them, of the depots; ``[places + depots]`` each."""
        latitude = [place.latitude for place in self.places] + [depot.latitude for depot in self.depots]
        longitude = [place.longitude for place in self.places] + [depot.longitude for depot in self.depots]
        return np.array(latitude, np.float64), np.array(longitude, np.float64)


def _check_places(places: Sequence[Place], demand: Demand) -> None:
    ids = [place.id for place in places]
    _refuse_twice(ids, "place")
    if tuple(ids) != demand.places:
        other = next((id_ for id_ in demand.places if id_ not in set(ids)), None)
        told = f"'{other}' is none of the places" if other else "they are not the same places in the same order"
        raise InputError(f"The demand is that of other places: {told}.", hint="Draw it from the forecast of these places.")
    lost = next((place for place in places if place.latitude is None or place.longitude is None), None)
    if lost is not None:
        raise InputError(f"{lost.label} has no position, so nothing can be moved there.", hint="Add latitude and longitude.")


def _check_periods(starts: Sequence[datetime], demand: Demand) -> None:
    if len(starts) != demand.started.shape[2]:
        raise InputError(f"{len(starts)} periods do not fit a demand of {demand.started.shape[2]}.")
    if any(start.tzinfo is None for start in starts) or list(starts) != sorted(set(starts)):
        raise InputError("The periods need starts with a time zone, one after the other.")


def _check_standing(standing: Standing, places: Sequence[Place]) -> None:
    for name, counts in (
        ("vehicles", standing.vehicles),
        ("broken vehicles", standing.broken),
        ("charging vehicles", standing.charging),
    ):
        if counts.shape != (len(places),):
            raise InputError(f"{len(counts)} numbers of {name} do not fit {len(places)} places.")
        if counts.min(initial=0) < 0:
            place = places[int(np.argmin(counts))].label
            raise InputError(f"{place} has {counts.min()} {name}.", hint="Count 0 or more.")
    if standing.working.min(initial=0) < 0:
        row = int(np.argmin(standing.working))
        raise InputError(
            f"{places[row].label} has {standing.broken[row]} broken and {standing.charging[row]} charging vehicles, "
            f"but only {standing.vehicles[row]} in all.",
            hint="vehicles counts all of them; broken and charging say how many of these cannot be used.",
        )


def _check_values(values: Values, turns: NDArray[np.float64]) -> None:
    if not (math.isfinite(values.unmet_trip) and values.unmet_trip > 0):
        raise InputError(
            f"An unmet trip cannot cost {values.unmet_trip:g}.", hint="Give its price, such as what a trip brings in."
        )
    if not (math.isfinite(values.idle_vehicle) and values.idle_vehicle >= 0):
        raise InputError(f"An idle vehicle cannot cost {values.idle_vehicle:g}.", hint="Give a price of 0 or more.")
    if not (np.isfinite(turns).all() and turns.min(initial=1) > 0):
        raise InputError("A vehicle has to serve more than 0 trips in a period.", hint="Give turns above 0, such as 3.")


def _check_depots(depots: Sequence[Depot]) -> None:
    _refuse_twice([depot.id for depot in depots], "depot")
    for depot in depots:
        if not (abs(depot.latitude) <= 90 and abs(depot.longitude) <= 180):
            raise InputError(f"Depot '{depot.id}' has no position on Earth.", hint="Write decimal degrees.")
        if not 0 <= depot.vehicles <= depot.capacity:
            raise InputError(
                f"Depot '{depot.id}' cannot hold {depot.vehicles} vehicles in room for {depot.capacity}.",
                hint="Both are 0 or more, and the room is the greater of the two.",
            )


def _check_vans(vans: Sequence[Van], depots: Sequence[Depot], own_way: OwnWay | None) -> None:
    _refuse_twice([van.id for van in vans], "van")
    known = [depot.id for depot in depots]
    if own_way is not None:
        if vans:
            raise InputError("Vehicles go their own way or by van, not both.", hint="Leave out the vans, or the own way.")
        if not (own_way.cost_per_km >= 0 and own_way.cost_per_move >= 0 and own_way.within_km > 0):
            raise InputError("A way cannot cost less than 0, and has to lead somewhere.")
        return
    if not vans:
        raise InputError("Nobody can move a vehicle.", hint="Give vans, or say what a courier's own way costs.")
    if not depots:
        raise InputError("There are vans but no depot.", hint="Give the depots that they start from.")
    for van in vans:
        if van.depot not in known:
            hint = did_you_mean(van.depot, known) or f"The depots are {', '.join(known[:10])}."
            raise InputError(f"Van '{van.id}' belongs to depot '{van.depot}', which is not there.", hint=hint)
        if van.capacity < 1:
            raise InputError(f"Van '{van.id}' has no room.", hint="Give a capacity of at least one vehicle.")
        if not van.hours > 0:
            raise InputError(f"Van '{van.id}' has no hours.", hint="Say how long it can be out in a period.")
        if not (van.cost_per_km >= 0 and van.cost_per_vehicle >= 0):
            raise InputError(f"Van '{van.id}' has a cost that is missing or below 0.", hint="Give costs of 0 or more.")


def _refuse_twice(ids: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise InputError(f"The {what} '{id_}' comes twice.", hint=f"Keep one of each {what}.")
        seen.add(id_)
