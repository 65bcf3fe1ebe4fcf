"""Prices: from when on each place asks what."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.covariates import END, NAME, START, KnownTable
from busyness.sources.small_table import read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

_WORDS = {"place": c.PLACE, "store": c.PLACE, "from": START, "start": START, "since": START, "date": START}
_OPEN_END = datetime(2200, 1, 1)


def read_prices(path: str | Path) -> KnownTable:
    """This will read a table ``place, from`` and a column for each price, which holds until the place's next row.

    A blank place means all that have no price of their own. Prices count as known ahead.

    Raises:
        SettingsError: with file and line, where a time or number cannot be read, or there is no price.

    """
    table = read_small_table(path, _WORDS)
    table.require(START)
    names = [name for name in table.columns if name not in (c.PLACE, START)]
    if not names:
        raise SettingsError("the table has no price.", file=table.file, hint="Add a column price.")
    times = read_times(table, START)
    hint = "Write from when on the price holds."
    table.refuse(pl.lit(times.at.is_null()), "column 'from' is empty.", hint=hint)
    place = table.text(c.PLACE) if c.PLACE in table.columns else pl.repeat(None, len(times.at), dtype=pl.String, eager=True)
    wide = pl.DataFrame(
        [place.alias(c.PLACE), times.at.alias(START), *(table.numbers(name, what=f"{name}:") for name in names)]
    )
    long = wide.unpivot(on=names, index=[c.PLACE, START], variable_name=NAME, value_name=c.VALUE).drop_nulls(c.VALUE)
    following = pl.col(START).shift(-1).over(c.PLACE, NAME, order_by=START)
    long = long.with_columns(following.fill_null(_OPEN_END).alias(END))
    again = long.filter(pl.col(END) <= pl.col(START))
    if again.height:
        row = again.row(0, named=True)
        message = f"'{row[NAME]}' from {row[START]:%Y-%m-%d %H:%M} on comes a second time."
        raise SettingsError(message, file=table.file, hint="Keep one of the two rows.")
    if times.aware:
        long = long.with_columns(pl.col(START, END).dt.replace_time_zone("UTC"))
    known = pl.lit(None, long.schema[START]).alias(c.KNOWN_AT)
    frame = long.select(c.PLACE, START, END, NAME, c.VALUE, known)
    return KnownTable(frame, tuple(names), ("A price holds until the place's next one.",), not times.aware)
