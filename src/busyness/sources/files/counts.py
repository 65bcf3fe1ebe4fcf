"""The way in: a file or frame of counts → Events."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from busyness.domain.errors import InputError, NoUsableRowsError
from busyness.sources.files.amounts import AMOUNT, UNREADABLE, read_amounts
from busyness.sources.files.duplicates import merged, repeated_rows
from busyness.sources.files.fates import FATE, ROW, code, judge
from busyness.sources.files.guess import Columns, choose_columns
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.load import load
from busyness.sources.files.long_or_wide import made_long
from busyness.sources.files.moments import blank_times, read_moments
from busyness.sources.files.place_ids import read_places
from busyness.sources.files.raw import RawTable
from busyness.sources.files.rejected import rejected_rows
from busyness.sources.files.slot_length import infer_slot, is_regular
from busyness.sources.files.times import WALL
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason

__all__ = ["CountsLayout", "CountsSource", "read_counts"]

CountsSource: TypeAlias = str | Path | pl.DataFrame | pl.LazyFrame | Any
"""A path, a Polars or pandas frame, or any table that speaks the Arrow C stream."""

ONE_STORE = "store"
"""The id of the place where a file has no place column."""
SINGLE = "event"
"""The ``kind`` of rows that are single things that happened: where there is none, nothing happened."""

_GUESS_ALL = CountsLayout()


def read_counts(source: CountsSource, layout: CountsLayout = _GUESS_ALL) -> Events:
    """This will read counts per place and time from a file or a frame, in any of the formats people have.

    CSV and its relatives (any delimiter, decimal sign and encoding, gzipped or not), a Markdown table, Excel, Parquet,
    JSON lines, Arrow; long or wide. What ``layout`` leaves out is guessed, and every guess is in ``Events.notes``.

    Returns events whose ``frame`` has ``time`` (UTC), ``place``, ``amount`` (null: listed, not observed) and ``line``,
    in the order of the file; ``rejected`` has every row that could not be used. Rows accepted and rejected add up to
    the rows that are not blank (cells, where the table is wide), unless duplicates are summed or averaged. ``line`` is
    the physical line of a text file (the header is line 1), the row number of an Excel sheet, and counts rows from 1
    for everything else.

    Raises: ``InputError`` where the source is no table, or a guess would be a coin toss; ``ColumnMissingError`` for a
    named column that is not there; ``NoUsableRowsError`` where no row is left, or none has a count.
    """
    raw = load(source, layout)
    if not raw.frame.height:
        raise NoUsableRowsError(raw.name, {Reason.WRONG_WIDTH.value: raw.ragged_lines.len()})
    raw, columns = made_long(raw, choose_columns(raw, layout))
    notes = [*raw.notes, *columns.notes]
    instants, daily, said = read_moments(raw, columns, layout)
    notes += said
    places = read_places(raw.frame[columns.place]) if columns.place else _everywhere(raw)
    amounts, said_of_amounts = _amounts(raw, columns, layout)
    notes += said_of_amounts
    blank = blank_times(raw.frame, columns, instants)
    table, hints = judge(instants, places, amounts, blank_time=blank, known=layout.known_places)
    notes += hints
    table = table.with_columns(raw.lines.alias(c.LINE))
    if columns.zone:
        table = table.with_columns(raw.frame[columns.zone].cast(pl.String).str.strip_chars().alias(c.TIMEZONE))
    return _events(raw, columns, table, layout, notes=notes, daily=daily)


def _everywhere(raw: RawTable) -> pl.Series:
    return pl.repeat(ONE_STORE, raw.frame.height, eager=True, dtype=pl.String)


def _amounts(raw: RawTable, columns: Columns, layout: CountsLayout) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if columns.demand:
        found = read_amounts(raw.frame[columns.demand], decimal=layout.decimal, delimiter=raw.delimiter)
        return found.frame, found.notes
    one = pl.repeat(1.0, raw.frame.height, eager=True, dtype=pl.Float64).to_frame(AMOUNT)
    return one.with_columns(pl.lit(False).alias(UNREADABLE)), ("There is no column of counts: each row is one event.",)


def _events(
    raw: RawTable, columns: Columns, table: pl.DataFrame, layout: CountsLayout, *, notes: list[str], daily: bool
) -> Events:
    """Settle duplicates, infer the slot, and make the two tables."""
    fates = table[FATE]
    good = table.filter(fates == 0) if fates.max() else table
    slot: int | None = None
    if columns.demand is None:
        if is_regular(good[c.PLACE], good[c.TIME]):
            listed = ", ".join(raw.frame.columns[:12])
            raise InputError(
                f"No column of {raw.name} looks like a count; the columns are {listed}.", hint="Name one with --demand."
            )
    else:
        surplus = repeated_rows(good, layout.duplicates)
        if surplus.any():
            fates = fates.scatter(good.filter(surplus)[ROW], code(Reason.DUPLICATE))
            good = good.filter(~surplus)
        slot = 1440 if daily else infer_slot(good[c.PLACE], good[c.TIME], good[WALL])
    rejected = rejected_rows(raw, columns, fates)
    unobserved = good[c.AMOUNT].null_count()
    if unobserved == good.height:
        counted = Events(good.head(0), rejected).reasons()
        raise NoUsableRowsError(raw.name, counted | ({"without a count": unobserved} if unobserved else {}))
    read = good.height
    if layout.duplicates in {"sum", "mean"} and columns.demand:
        good = merged(good, layout.duplicates)
    if good.height < read:
        verb = "summed" if layout.duplicates == "sum" else "averaged"
        notes.append(f"{read:,} rows became {good.height:,}: those of the same place and time were {verb}.")
    extra = [c.TIMEZONE] if c.TIMEZONE in good.columns else []
    frame = good.select(c.TIME, c.PLACE, c.AMOUNT, c.LINE, *extra)
    if columns.demand is None:
        frame = frame.with_columns(pl.lit(SINGLE).alias(c.KIND))
    return Events(frame, rejected, tuple(dict.fromkeys(notes)), slot)
