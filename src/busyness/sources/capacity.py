"""Capacities: how much demand each place can serve in one slot (``--capacity FILE``)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.sources.small_table import read_small_table
from busyness.tables import columns as c


def read_capacity(path: str | Path) -> dict[str, float]:
    """This will return the capacity (demand of one slot, above 0) of each place id.

    The file is CSV, Parquet, Excel or JSON lines with the columns ``place`` and ``capacity``; others are ignored.

    Raises:
        SettingsError: with file and line, where a place or capacity is missing, repeated, not a number or not above 0.

    """
    table = read_small_table(path, {c.PLACE: c.PLACE, c.CAPACITY: c.CAPACITY})
    table.require(c.PLACE, c.CAPACITY)
    ids = table.places(c.PLACE)
    capacity = table.numbers(c.CAPACITY, what="the capacity")
    hint = "Write how much demand the place can serve in one slot, such as 120."
    table.refuse(pl.lit(capacity.is_null()), "the capacity is missing.", hint=hint)
    table.refuse(pl.lit(capacity <= 0), "the capacity {value} is not above 0.", value=c.CAPACITY, hint=hint)
    return dict(zip(ids.to_list(), capacity.to_list(), strict=True))
