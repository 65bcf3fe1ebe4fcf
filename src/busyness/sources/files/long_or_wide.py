"""A wide table, one column for each place, made long."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.guess import Columns
from busyness.sources.files.raw import RawTable

PLACE, VALUE = "place", "value"


def made_long(raw: RawTable, columns: Columns) -> tuple[RawTable, Columns]:
    """This will turn each cell of a wide table into a row, in the order of the file; a long table stays as it is.

    A line with a wrong number of fields stays one line.
    """
    if not columns.wide:
        return raw, columns
    order = "\x00line"
    place, value = (_free_name(name, columns.time) for name in (PLACE, VALUE))
    index = [*columns.time, *([columns.zone] if columns.zone else [])]
    kinds = {raw.frame.schema[column] for column in columns.wide}
    cells = pl.col(columns.wide) if len(kinds) == 1 else pl.col(columns.wide).cast(pl.String)
    table = raw.frame.select(*index, cells).with_columns(raw.lines.alias(order))
    long = table.unpivot(columns.wide, index=[order, *index], variable_name=place, value_name=value)
    long = long.sort(order, maintain_order=True)
    ragged = (
        raw.ragged.select(*index, pl.lit(None, pl.String).alias(place), pl.lit(None, pl.String).alias(value))
        if raw.ragged.width
        else raw.ragged
    )
    table_long = RawTable(raw.name, long.drop(order), long[order], ragged, raw.ragged_lines, raw.notes, raw.delimiter)
    return table_long, Columns(columns.time, place, value, columns.zone, (), columns.notes)


def _free_name(name: str, taken: tuple[str, ...]) -> str:
    return name if name not in taken else f"\x00{name}"
