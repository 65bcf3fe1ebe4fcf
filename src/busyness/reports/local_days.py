"""Local dates and minutes of UTC times, zone by zone: a report speaks of each place's own clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import polars as pl

from busyness.domain.local_time import to_local
from busyness.tables import columns as c


def with_wall(table: pl.DataFrame, timezones: Mapping[str, str]) -> pl.DataFrame:
    """This will add ``wall``, minutes since the epoch by the place's own clock (Int64), to rows of ``place``, ``time``."""
    place = table[c.PLACE].cast(pl.String)
    zone = place.replace_strict(dict(timezones), default="UTC", return_dtype=pl.String).to_numpy()
    seconds = table[c.TIME].dt.epoch("s").to_numpy().astype("datetime64[s]")
    wall = np.zeros(len(seconds), np.int64)
    for name in dict.fromkeys(zone.tolist()):
        rows = zone == name
        wall[rows] = to_local(seconds[rows], name).astype(np.int64) // 60
    return table.with_columns(place.alias(c.PLACE), pl.Series("wall", wall))


def local_moment(time: datetime, timezone: str) -> datetime:
    """This will return a UTC time (aware, or naive) by the zone's own clock, with no zone attached."""
    utc = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    wall: datetime = to_local(np.array([utc], "datetime64[s]"), timezone)[0].item()
    return wall
