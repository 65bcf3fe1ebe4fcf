"""Where the simulated couriers were when they were last seen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import polars as pl

from busyness.sources.simulator.courier_pings import PINGED, local_time
from busyness.sources.simulator.couriers import CourierWorld
from busyness.tables import columns as c


def courier_fleet(world: CourierWorld) -> pl.DataFrame:
    """This will return where each courier of the last day was last seen: ``courier, latitude, longitude``.

    They are the ones who will be there when the next day begins; ``sources.fleet`` reads the table.
    """
    last = world.city.start + timedelta(days=world.city.days - 1)
    of_day = world.pings.filter(local_time(PINGED) >= datetime.combine(last, time()))
    seen = of_day.sort(PINGED).group_by("courier_id").last().sort("courier_id")
    return seen.select(
        pl.col("courier_id").alias("courier"),
        pl.col("courier_lat").alias(c.LATITUDE),
        pl.col("courier_lon").alias(c.LONGITUDE),
    )
