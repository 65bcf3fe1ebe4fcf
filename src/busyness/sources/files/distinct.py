"""Do slow work once for each distinct value. A panel repeats every time for each place, and every place for each time."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_KEY = "\x00key"


def by_distinct(values: pl.Series, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """This will return ``read(values)``, computed on the distinct values only where that is less work.

    ``read`` takes a series and returns a frame of the same length, each row made from its own value alone.
    """
    distinct = values.unique()
    if distinct.len() * 2 > values.len():
        return read(values)
    table = read(distinct).with_columns(distinct.alias(_KEY))
    return values.to_frame(_KEY).join(table, on=_KEY, how="left", nulls_equal=True, maintain_order="left").drop(_KEY)
