"""The table of rejected rows: every one with its line, its reason and its cells as they were written."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.fates import reason_names
from busyness.sources.files.guess import Columns
from busyness.sources.files.raw import RawTable
from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA, Reason


def rejected_rows(raw: RawTable, columns: Columns, fates: pl.Series) -> pl.DataFrame:
    """This will return the rows whose fate is not 0, and the ragged lines, in the order of the file."""
    bad = fates != 0
    parts = []
    if bad.any():
        reasons = fates.filter(bad).cast(pl.Int64).replace_strict(reason_names(), return_dtype=pl.String)
        parts.append(_rows(raw.frame.filter(bad), raw.lines.filter(bad), reasons, columns))
    if raw.ragged_lines.len():
        reasons = pl.repeat(Reason.WRONG_WIDTH.value, raw.ragged_lines.len(), eager=True, dtype=pl.String)
        parts.append(_rows(raw.ragged, raw.ragged_lines, reasons, columns))
    if not parts:
        return pl.DataFrame(schema=REJECTED_SCHEMA)
    return pl.concat(parts).sort(c.LINE, maintain_order=True)


def _rows(frame: pl.DataFrame, lines: pl.Series, reasons: pl.Series, columns: Columns) -> pl.DataFrame:
    time = frame.select(
        pl.concat_str([pl.col(name).cast(pl.String) for name in columns.time], separator=" ", ignore_nulls=True)
    )
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    written = {
        c.LINE: lines,
        c.REASON: reasons,
        c.PLACE: frame[columns.place].cast(pl.String) if columns.place else empty,
        c.TIME: time.to_series(),
        c.VALUE: _text(frame[columns.demand]) if columns.demand else empty,
    }
    return pl.DataFrame(written, schema=REJECTED_SCHEMA)


def _text(values: pl.Series) -> pl.Series:
    return values.cast(pl.String) if not values.dtype.is_nested() else values.cast(pl.List(pl.String)).list.join(", ")
