"""School holidays from a table: the days are published by each country or region, and no library knows most of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.sources.campaign_table import campaign_table, flag_rows
from busyness.sources.covariates import END, START, KnownTable, read_spans
from busyness.sources.small_table import SmallTable, read_small_table
from busyness.tables import columns as c

SCHOOL_HOLIDAY = "school_holiday"
_COUNTRY, _REGION = "country", "region"
_WORDS = {
    "start": START, "from": START, "first": START, "end": END, "to": END, "until": END, "last": END, "date": c.DATE,
    "country": _COUNTRY, "region": _REGION, "state": _REGION,
}  # fmt: skip


def read_school_holidays(path: str | Path, *, country: str = "", region: str = "") -> KnownTable:
    """This will read a table ``start, end`` (the last day is included) with ``name``, ``country`` and ``region`` if known.

    Gives the flag ``school_holiday`` for all places. Of a table of several countries or regions, the rows of the given
    ones count, and those whose cell is blank.

    Raises:
        SettingsError: with file and line, where a date cannot be read; without, where the table has several regions and
            none was named, or has none of that name.

    """
    table = read_small_table(path, _WORDS)
    rows = _of(table, _COUNTRY, country) & _of(table, _REGION, region)
    spans, notes, local = read_spans(table)
    chosen = spans.filter(rows).with_columns(pl.lit(None, pl.String).alias(c.PLACE))
    notes.append("School holidays come from the table alone: outside its spans school counts as being on.")
    return campaign_table(
        [flag_rows(chosen, pl.repeat(SCHOOL_HOLIDAY, chosen.height, dtype=pl.String, eager=True))], local=local, notes=notes
    )


def _of(table: SmallTable, column: str, wanted: str) -> pl.Series:
    if column not in table.columns:
        return pl.repeat(True, table.frame.height, eager=True)
    cells = table.text(column).str.to_lowercase()
    distinct = sorted(table.text(column).drop_nulls().unique().to_list())
    if not wanted and len(distinct) > 1:
        listed = ", ".join(distinct[:10])
        raise SettingsError(f"the table has several: {listed}.", file=table.file, hint=f"Say which {column}.")
    if wanted and distinct and wanted.lower() not in {name.lower() for name in distinct}:
        hint = did_you_mean(wanted, distinct) or f"It has {', '.join(distinct[:10])}."
        raise SettingsError(f"there is no {column} '{wanted}' in the table.", file=table.file, hint=hint)
    return cells.is_null() | (cells == wanted.lower()) if wanted else pl.repeat(True, len(cells), eager=True)
