"""When each place is likely to be busiest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import numpy as np
import polars as pl

from busyness.tables import columns as c
from busyness.tables.panel import local_label
from busyness.workflows.service.by_lot import SAID_BY, arm_names, peaks_said_by
from busyness.workflows.service.snapshot import Snapshot


def ask_peaks(
    snapshot: Snapshot,
    *,
    places: Collection[str] | None = None,
    day: date | None = None,
    after: datetime | None = None,
    most: int | None = None,
) -> pl.DataFrame:
    """This will return the likely peaks of these places (None: all), of a local day or after a time, by place and time.

    ``most`` keeps the next ones of each place.
    Columns: ``place, name, date, rank, time`` (UTC)``, local_time, probability, size_q10, size_q50, size_q90, capacity,
    over_capacity, said_by`` (champion or challenger). Raises ``UnknownPlaceError`` for a place not in the forecast.
    """
    table = snapshot.peaks
    if places is not None:
        for place in places:
            snapshot.place(place)
        table = table.filter(pl.col(c.PLACE).is_in(list(places)))
    if day is not None:
        table = table.filter(pl.col(c.DATE) == day)
    if after is not None:
        table = table.filter(pl.col(c.TIME) >= after)
    if most is not None:
        table = table.group_by(c.PLACE, maintain_order=True).head(most)
    row = table[c.PLACE].replace_strict(snapshot.rows, return_dtype=pl.Int64).to_list()
    found = [snapshot.forecast.places[k] for k in row]
    named = pl.Series("name", [place.label for place in found], dtype=pl.String)
    local = pl.Series("local_time", _local(table[c.TIME], [place.timezone for place in found]), dtype=pl.String)
    sayers = pl.Series(SAID_BY, arm_names(peaks_said_by(snapshot, table)), dtype=pl.String)
    kept = [name for name in table.columns if name not in {c.PLACE, c.DATE, c.RANK, c.TIME}]
    told = table.with_columns(named, local, sayers)
    return told.select(c.PLACE, "name", c.DATE, c.RANK, c.TIME, "local_time", *kept, SAID_BY)


def _local(times: pl.Series, zones: Sequence[str]) -> list[str]:
    moments, of_row = times.dt.replace_time_zone(None).to_numpy(), np.array(zones, dtype=object)
    text = np.empty(len(moments), dtype=object)
    for zone in dict.fromkeys(zones):
        text[of_row == zone] = local_label(moments[of_row == zone], zone)
    return list(text)
