"""How many people a simulated chain has at work today, before anybody forecasts: what plans are compared with."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import polars as pl

from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.staff import MINUTES_A_VISITOR, OCCUPANCY
from busyness.sources.simulator.transactions import recent
from busyness.tables import columns as c

HEADS = "heads"
_LOOK_BACK, _AHEAD = 28, 14
_LEAST = 2
_SATURDAY = 6  # as Polars counts weekdays


def todays_heads(world: RetailWorld) -> pl.DataFrame:
    """This will return ``place, time, heads`` for the two weeks after the counts, by the hour, on the clock of the place.

    It is the practice of a chain without forecasts: two templates, one of weekdays and one of weekends, each the mean of the
    last four weeks at that hour, staffed at two minutes a visitor, and never fewer than two while anybody came. It knows
    no single weekday, holiday, promotion or weather. A store that has closed is not in it.
    """
    first = datetime.combine(world.chain.start + timedelta(days=world.chain.days), time())
    days = min(_LOOK_BACK, world.chain.days)
    hour, weekend = pl.col(c.TIME).dt.hour(), pl.col(c.TIME).dt.weekday() >= _SATURDAY
    visits = recent(world.actual, world, days).with_columns(hour.alias("hour"), weekend.alias("weekend"))
    there = visits.filter(pl.col(c.TIME) >= first - timedelta(days=1))[c.PLACE].unique()
    ends = np.arange(days)
    late = sum((first - timedelta(days=int(k) + 1)).weekday() + 1 >= _SATURDAY for k in ends)
    kinds = pl.DataFrame({"weekend": [True, False], "days": [late, days - late]})
    template = (
        visits.filter(pl.col(c.PLACE).is_in(there.to_list()))
        .group_by(c.PLACE, "weekend", "hour")
        .agg(pl.col(VISITORS).sum())
        .join(kinds, on="weekend")
        .filter(pl.col(VISITORS) > 0)
        .with_columns(pl.col(VISITORS) / pl.col("days") * MINUTES_A_VISITOR / 60 / OCCUPANCY)
        .with_columns(pl.col(VISITORS).ceil().clip(_LEAST).cast(pl.Int64).alias(HEADS))
    )
    times = pl.datetime_range(first, first + timedelta(days=_AHEAD), "1h", closed="left", eager=True)
    ahead = pl.DataFrame({c.TIME: times}).with_columns(hour.alias("hour"), weekend.alias("weekend"))
    return ahead.join(template, on=["hour", "weekend"]).select(c.PLACE, c.TIME, HEADS).sort(c.PLACE, c.TIME)
