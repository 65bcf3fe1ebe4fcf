"""Where the simulated scooters stand when the simulation ends, and the depots and vans that move them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.sources.simulator.scooters import ScooterWorld
from busyness.sources.simulator.span import stream
from busyness.tables import columns as c
from busyness.tables.fleet import BROKEN, CHARGING, DEPOTS_SCHEMA, VANS_SCHEMA, VEHICLES

_BROKEN, _CHARGING = 0.03, 0.08  # chance of a scooter to be so on an evening

_DEPOTS = (
    ("Goose Island", 41.9040, -87.6530, 40, 250),
    ("Pilsen", 41.8520, -87.6600, 30, 250),
    ("Englewood", 41.7790, -87.6440, 30, 200),
)
_VANS = (
    ("van 1", "Goose Island", 24, 0.9, 0.6, 9.0),
    ("van 2", "Goose Island", 24, 0.9, 0.6, 9.0),
    ("van 3", "Goose Island", 24, 0.9, 0.6, 9.0),
    ("van 4", "Pilsen", 24, 0.9, 0.6, 9.0),
    ("van 5", "Pilsen", 24, 0.9, 0.6, 9.0),
    ("van 6", "Englewood", 24, 0.9, 0.6, 9.0),
)


def scooter_fleet(world: ScooterWorld) -> Mapping[str, pl.DataFrame]:
    """This will return the tables ``fleet``, ``depots`` and ``vans`` as ``sources.fleet`` reads them.

    ``fleet`` is what stood in each area in the last hour of service: ``place, vehicles`` and, of these, ``broken`` and
    ``charging``. The depots' ready scooters come on top of those.
    """
    last = world.supply.filter(pl.col(c.TIME) == pl.col(c.TIME).max()).sort(c.PLACE)
    draw = stream(world.city.seed, "scooter fleet")
    vehicles = last[VEHICLES].to_numpy().astype(np.int64)
    broken = draw.binomial(vehicles, _BROKEN)
    fleet = pl.DataFrame(
        {
            c.PLACE: last[c.PLACE],
            VEHICLES: vehicles,
            BROKEN: broken,
            CHARGING: draw.binomial(vehicles - broken, _CHARGING),
        }
    )
    return {
        "fleet": fleet,
        "depots": pl.DataFrame(_DEPOTS, schema=dict(DEPOTS_SCHEMA), orient="row"),
        "vans": pl.DataFrame(_VANS, schema=dict(VANS_SCHEMA), orient="row"),
    }
