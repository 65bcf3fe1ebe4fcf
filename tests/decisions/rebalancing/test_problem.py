"""What cannot be is answered with the reason."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from busyness.decisions.rebalancing.from_tables import depots_of, standing_of, vans_of
from busyness.decisions.rebalancing.problem import Demand, Depot, OwnWay, Standing, Values, Van
from busyness.domain.errors import ColumnMissingError, InputError, UnknownPlaceError
from busyness.domain.place import Place

NOBODY = np.zeros(6, np.int64)
FIVE = np.full(6, 5)
DEPOT, VAN = Depot("north", 41.8, -87.7, 0, 10), Van("v", "north", 10, 0.5, 0.2, 8)
IDS = tuple(f"p{k}" for k in range(6))
TRIPS = np.ones((2, 6, 3), np.float32)
PLACES = tuple(Place(id_, latitude=41.8, longitude=-87.7) for id_ in IDS)

WRONG = {
    "negative vehicles": ({"standing": Standing(FIVE - 6, NOBODY, NOBODY)}, "Place 0 has -1 vehicles"),
    "broken of nothing": ({"standing": Standing(NOBODY, FIVE, NOBODY)}, "only 0 in all"),
    "other places' fleet": ({"standing": Standing(FIVE[:2], NOBODY[:2], NOBODY[:2])}, "2 numbers of vehicles do not fit 6"),
    "negative demand": (lambda: {"demand": Demand(IDS, -TRIPS)}, "Trips started in 'p0'"),
    "missing demand": (lambda: {"demand": Demand(IDS, TRIPS * np.nan)}, "missing or below 0"),
    "demand of other places": ({"demand": Demand(("x", *IDS[1:]), TRIPS)}, "'x' is none of the places"),
    "demand in another order": ({"demand": Demand(IDS[::-1], TRIPS)}, "not the same places in the same order"),
    "demand of other periods": ({"demand": Demand(IDS, TRIPS[:, :, :2])}, "3 periods do not fit a demand of 2"),
    "no draws": (lambda: {"demand": Demand(IDS, TRIPS[:0])}, "are no draws of 6 places"),
    "ends of other draws": (lambda: {"demand": Demand(IDS, TRIPS, TRIPS[:1])}, "not the same draws"),
    "no price": ({"values": Values(math.nan, 0.2)}, "An unmet trip cannot cost nan"),
    "a price below 0": ({"values": Values(2.5, -1)}, "An idle vehicle cannot cost -1"),
    "no turns": ({"turns": 0.0}, "more than 0 trips"),
    "times without a zone": ({"starts": (datetime(2020, 1, 1),) * 3}, "starts with a time zone"),
    "a place nowhere": ({"places": (Place("p0"), *PLACES[1:])}, "p0 has no position"),
    "a place twice": ({"places": (PLACES[1], *PLACES[1:])}, "'p1' comes twice"),
    "no depot": ({"depots": ()}, "There are vans but no depot"),
    "a van of no depot": ({"vans": (replace(VAN, depot="nort"),)}, "Did you mean 'north'?"),
    "a van without room": ({"vans": (replace(VAN, capacity=0),)}, "has no room"),
    "a van without hours": ({"vans": (replace(VAN, hours=0),)}, "has no hours"),
    "a van that earns": ({"vans": (replace(VAN, cost_per_km=-1),)}, "a cost that is missing or below 0"),
    "no van": ({"vans": ()}, "Nobody can move a vehicle"),
    "vans and an own way": ({"own_way": OwnWay(1)}, "not both"),
    "a way to nowhere": ({"vans": (), "own_way": OwnWay(1, within_km=0)}, "has to lead somewhere"),
    "a depot too full": ({"depots": (replace(DEPOT, vehicles=11),), "vans": (VAN,)}, "11 vehicles in room for 10"),
    "a depot in space": ({"depots": (replace(DEPOT, latitude=141),), "vans": (VAN,)}, "no position on Earth"),
    "a depot twice": ({"depots": (DEPOT, DEPOT), "vans": (VAN,)}, "depot 'north' comes twice"),
}


@pytest.mark.parametrize(("changes", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused_with_the_reason(fleet_of, changes, told) -> None:
    with pytest.raises(InputError) as caught:
        fleet_of(**(changes() if callable(changes) else changes))
    assert told in str(caught.value)


def test_tables_become_parts() -> None:
    fleet = pl.DataFrame({"place": ["p2", "p0"], "vehicles": [4, 3], "broken": [1, 0], "charging": [0, 2]})
    standing = standing_of(fleet, PLACES)
    assert standing.vehicles.tolist() == [3, 0, 4, 0, 0, 0]
    assert standing.working.tolist() == [1, 0, 3, 0, 0, 0]
    depots = pl.DataFrame({"depot": "d", "latitude": 1.0, "longitude": 2.0, "vehicles": 3, "capacity": 4})
    assert depots_of(depots) == (Depot("d", 1.0, 2.0, 3, 4),)
    vans = pl.DataFrame({"van": "v", "depot": "d", "capacity": 3, "cost_per_km": 1.0, "cost_per_vehicle": 2.0, "hours": 8.0})
    assert vans_of(vans) == (Van("v", "d", 3, 1.0, 2.0, 8.0),)


def test_an_unknown_place_and_a_missing_column_are_named() -> None:
    fleet = pl.DataFrame({"place": ["p7"], "vehicles": [4], "broken": [1], "charging": [0]})
    with pytest.raises(UnknownPlaceError, match="'p7'"):
        standing_of(fleet, PLACES)
    with pytest.raises(ColumnMissingError, match="'charging'"):
        standing_of(fleet.drop("charging"), PLACES)
