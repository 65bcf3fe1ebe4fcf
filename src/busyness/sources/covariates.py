"""Covariates known for the future: promotions, prices, a weather forecast, one's own holidays (``--known FILE``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.covariate_values import Values, read_values
from busyness.sources.holding import until_next
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.sources.wall_times import WallTimes, read_times
from busyness.tables import columns as c

START, END, NAME = "start", "end", "name"
_WORDS = {word: word for word in (c.PLACE, c.TIME, c.DATE, START, END, c.KNOWN_AT)}
_DAY = pl.duration(days=1)


@dataclass(frozen=True, slots=True)
class KnownTable:
    """Values of covariates, each with the span of time it holds for.

    ``frame`` has ``place`` (String; null: every place), ``start`` and ``end`` (Datetime us, half-open), ``name``,
    ``value`` (Float64) and ``known_at`` (Datetime us; null: always known). Where ``local``, ``start`` and ``end`` are
    wall-clock times of each place, without a zone; else they are aware UTC times. ``known_at`` has a zone of its own,
    or none. ``names`` lists the covariates in the file's order. ``flags`` are those that are only ever 0 or 1: a slot
    that no row covers may count as 0. ``notes`` are sentences for the person: what was guessed.
    """

    frame: pl.DataFrame
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    local: bool = True
    flags: tuple[str, ...] = ()


def read_known(path: str | Path) -> KnownTable:
    """This will read a CSV, Parquet, Excel or JSON lines table of covariates.

    A row is about a ``time``, a ``date`` (the whole local day) or the span from ``start`` to ``end`` (dates
    inclusive); of one ``place``, or of all where that is blank or absent; ``known_at`` may say when it became known.
    Every other column is a covariate: numbers, yes and no, or words (at most 20, each made a 0/1 covariate
    ``<name>_<word>``).

    Raises:
        SettingsError: with file and line, where a time or number cannot be read, a span ends before it starts, or two
            rows say the same thing twice.

    """
    table = read_small_table(path, _WORDS)
    spans, notes, local = read_spans(table)
    given = [name for name in table.columns if name not in _WORDS]
    if not given:
        hint = "Add a column for each covariate, such as promotion or temperature."
        raise SettingsError("the table has no covariate beside its times and places.", file=table.file, hint=hint)
    values = read_values(table, given, sparse=END in table.columns)
    frame = _long(spans, values, table)
    cover = frame.group_by(NAME).agg(pl.col("value").is_in([0.0, 1.0]).all().alias("flag")).filter("flag")[NAME].to_list()
    flags = tuple(name for name in values.names if name in cover)
    return KnownTable(frame, values.names, (*notes, *values.notes), local, flags)


def read_spans(table: SmallTable) -> tuple[pl.DataFrame, list[str], bool]:
    """This will return what each row is about: ``place, start, end, known_at`` and its line; notes; and whether it is local.

    Raises ``SettingsError`` as ``read_known`` does. The columns must have the names used here.
    """
    notes: list[str] = []
    kinds = [name for name in (c.TIME, c.DATE, START) if name in table.columns]
    if len(kinds) != 1 or (START in kinds) != (END in table.columns):
        named = ", ".join(name for name in table.columns if name in _WORDS) or "none of them"
        message = f"a row's time is one column, 'time' or 'date', or the two 'start' and 'end'; the table has {named}."
        raise SettingsError(message, file=table.file, hint="Keep one of the three.")
    begin = _filled(table, kinds[0])
    if kinds[0] == START:
        start, end = _from_to(table, begin, _filled(table, END), notes)
    else:
        start, end = _holding(table, begin, notes)
    if begin.aware:
        start, end = start.dt.replace_time_zone("UTC"), end.dt.replace_time_zone("UTC")
    spans = pl.DataFrame(
        [
            _places(table),
            start.alias(START),
            end.alias(END),
            _known_at(table, start),
            table.frame[LINE],
        ]
    )
    return spans, notes, not begin.aware


def _filled(table: SmallTable, name: str) -> WallTimes:
    times = read_times(table, name)
    table.refuse(pl.lit(times.at.is_null()), f"column '{name}' is empty.", hint="Write a date or time in every row.")
    return times


def _places(table: SmallTable) -> pl.Series:
    if c.PLACE not in table.columns:
        return pl.Series(c.PLACE, [None] * table.frame.height, dtype=pl.String)
    ids = table.text(c.PLACE)
    return pl.select(pl.when(ids != "*").then(ids)).to_series().alias(c.PLACE)


def _known_at(table: SmallTable, start: pl.Series) -> pl.Series:
    """A date alone counts from the end of that day on, so that nothing is known too early."""
    if c.KNOWN_AT not in table.columns or table.frame[c.KNOWN_AT].null_count() == table.frame.height:
        return pl.Series(c.KNOWN_AT, [None] * table.frame.height, dtype=start.dtype)
    times = read_times(table, c.KNOWN_AT)
    at = pl.select(pl.when(times.dated).then(times.at + _DAY).otherwise(times.at)).to_series().alias(c.KNOWN_AT)
    return at.dt.replace_time_zone("UTC") if times.aware else at


def _from_to(table: SmallTable, begin: WallTimes, finish: WallTimes, notes: list[str]) -> tuple[pl.Series, pl.Series]:
    if begin.aware != finish.aware:
        hint = "Write both with their zone, or both without."
        raise SettingsError("one of the columns start and end has a time zone, the other none.", file=table.file, hint=hint)
    dates = finish.dated
    if begin.vague and finish.vague and begin.midnights and finish.midnights:
        dates = pl.repeat(True, len(table.frame), eager=True)
    if dates.any():
        notes.append("Dates in column 'end' are included: the row holds until that day is over.")
    end = pl.select(pl.when(dates).then(finish.at + _DAY).otherwise(finish.at)).to_series()
    message = "the end {value} does not lie after the start."
    table.refuse(pl.lit(end <= begin.at), message, value=END, hint="Swap or correct the two.")
    return begin.at, end


def _holding(table: SmallTable, times: WallTimes, notes: list[str]) -> tuple[pl.Series, pl.Series]:
    """Single times hold until the place's next one, but for no longer than the table's usual step."""
    at = times.at
    if times.midnights:
        notes.append("Each row holds for the whole local day of its date.")
        return at, pl.select(at + _DAY).to_series()
    if times.dated.any():
        notes.append("Dates without a time of day are read as midnight, because other rows have times.")
    ends, step = until_next(pl.DataFrame([_places(table), at.alias(START)]))
    notes.append(
        f"Each row holds for {step / timedelta(hours=1):g} h from its time on, or until the next row if that is sooner."
    )
    return at, ends


def _long(spans: pl.DataFrame, values: Values, table: SmallTable) -> pl.DataFrame:
    """One row for each value, and an error where a place, start and covariate come twice."""
    keys = [c.PLACE, START, NAME, c.KNOWN_AT]
    wide = pl.concat([spans, values.frame], how="horizontal")
    long = wide.unpivot(on=values.names, index=spans.columns, variable_name=NAME, value_name="value").drop_nulls("value")
    if wide.select(pl.struct(c.PLACE, START, c.KNOWN_AT).is_duplicated().any()).item():
        # two words of one column may hold at once (two promotions on one day): the zero gives way to the one
        one = (pl.col("value") == 1) & pl.col(NAME).is_in(values.worded)
        shadowed = pl.col(NAME).is_in(values.worded) & (pl.col("value") == 0)
        long = long.filter(~shadowed | ~one.any().over(keys)).filter(
            ~shadowed | pl.struct(keys, "value").is_first_distinct()
        )
        twice = long.filter(~pl.struct(keys).is_first_distinct()).sort(LINE).head(1)
        if twice.height:
            row = twice.row(0, named=True)
            where = f"place '{row[c.PLACE]}'" if row[c.PLACE] else "all places"
            message = f"'{row[NAME]}' of {where} at {row[START]:%Y-%m-%d %H:%M} comes a second time."
            raise SettingsError(message, file=table.file, line=int(row[LINE]), hint="Keep one of the two rows.")
    return long.select(c.PLACE, START, END, NAME, "value", c.KNOWN_AT)
