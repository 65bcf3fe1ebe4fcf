"""Where the scooters go: riders take them, leave them where they were going, and at night most are carried back.

Scooters are conserved. Who wants one where none stands walks: demand beyond the scooters of an hour is never a trip, and
no trip table shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.sources.simulator.chicago_areas import Areas
from busyness.sources.simulator.scooter_demand import FIRST_HOUR, LAST_HOUR, LEVELS, area_kinds

SERVICE_HOURS = np.arange(FIRST_HOUR, LAST_HOUR + 1)
_REACH = 1.4  # km: two areas so much farther apart exchange a third of the trips
_EVEN = 0.15  # share of the fleet that is spread evenly over the areas, whatever their demand
_CARRIED = 0.85  # share of the imbalance that the night crew puts right
# How much each kind of area (home, work, leisure, student) attracts, by part of the day
_PULL = np.array([(0.8, 1.9, 0.9, 1.3), (0.9, 1.1, 1.2, 1.0), (1.1, 0.7, 1.25, 0.9)])
_PART_OF_DAY = np.digitize(SERVICE_HOURS, (11, 16))


@dataclass(frozen=True, eq=False)
class Flow:
    """What became of the demand. Arrays by area are ``[areas, days, service hours]``; arrays by trip are as long as one.

    ``vehicles`` stood ready when the hour began; ``available`` is the share of the hour in which one could be had;
    ``slot`` numbers the service hours from the first day on.
    """

    vehicles: NDArray[np.int64]
    available: NDArray[np.float64]
    served: NDArray[np.int64]
    slot: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]


def ride(wanted: NDArray[np.int64], out: NDArray[np.bool_], *, areas: Areas, fleet: int, draw: np.random.Generator) -> Flow:
    """This will let people ride: ``wanted`` is ``[areas, days, service hours]``, ``out`` is where the service is out.

    The people who want a scooter in an hour come at random minutes; the first ones get those that stand there.
    """
    count, days, hours = wanted.shape
    target = _shares(areas) * fleet
    ways = _ways(areas)
    standing = _whole(target)
    vehicles, served = np.empty_like(wanted), np.empty_like(wanted)
    trips: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for day in range(days):
        standing = _whole(standing + _CARRIED * (target - standing))
        for hour in range(hours):
            taken = np.where(out[:, day, hour], 0, np.minimum(wanted[:, day, hour], standing))
            vehicles[:, day, hour], served[:, day, hour] = standing, taken
            origin = np.repeat(np.arange(count), taken)
            way = np.searchsorted(ways[_PART_OF_DAY[hour]], origin + draw.random(len(origin)), side="right")
            destination = way - count * origin
            standing = standing - taken + np.bincount(destination, minlength=count)
            trips.append((origin, destination))
    return Flow(
        vehicles=vehicles,
        available=_available(wanted, vehicles, out, draw),
        served=served,
        slot=np.repeat(np.arange(days * hours), [len(origin) for origin, _ in trips]),
        origin=np.concatenate([origin for origin, _ in trips]),
        destination=np.concatenate([destination for _, destination in trips]),
    )


def _shares(areas: Areas) -> NDArray[np.float64]:
    level = LEVELS[areas.numbers - 1]
    return np.asarray((1 - _EVEN) * level / level.sum() + _EVEN / len(level))


def _whole(amounts: NDArray[np.float64]) -> NDArray[np.int64]:
    """The amounts as whole scooters with the same total: the largest remainders are rounded up."""
    floors = np.floor(amounts).astype(np.int64)
    missing = round(float(amounts.sum())) - int(floors.sum())
    floors[np.argsort(floors - amounts, kind="stable")[:missing]] += 1
    return floors


def _ways(areas: Areas) -> NDArray[np.float64]:
    """Cumulative chances of every destination, one row of areas after the other, ``[parts of the day, areas²]``.

    A gravity model: the level of the destination, what draws people there at that time, and exp(-distance / reach).
    """
    north, east = areas.latitude * 111.2, areas.longitude * 111.2 * np.cos(np.radians(areas.latitude.mean()))
    apart = np.hypot(north[:, None] - north, east[:, None] - east)
    pull = LEVELS[areas.numbers - 1] ** 0.6 * _PULL[:, area_kinds(areas.numbers)]
    chance = np.exp(-apart / _REACH) * pull[:, None, :]
    cumulative = np.cumsum(chance / chance.sum(axis=2, keepdims=True), axis=2)
    cumulative[:, :, -1] = 1.0
    return np.asarray((cumulative + np.arange(len(north))[:, None]).reshape(len(pull), -1))


def _available(
    wanted: NDArray[np.int64], vehicles: NDArray[np.int64], out: NDArray[np.bool_], draw: np.random.Generator
) -> NDArray[np.float64]:
    """Until the last scooter is taken: the v-th of d random moments of an hour is distributed as Beta(v, d - v + 1)."""
    share = np.where(out | (vehicles == 0), 0.0, 1.0)
    short = (wanted > vehicles) & (share > 0)
    share[short] = draw.beta(vehicles[short], wanted[short] - vehicles[short] + 1)
    return share
