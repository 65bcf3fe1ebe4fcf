"""Columns of times and numbers of a chunk → instants (UTC) and numbers; what cannot be read is rejected."""

from __future__ import annotations

import polars as pl

from busyness.sources.events.iso_times import read_many_times
from busyness.sources.events.roles import column_parts
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.wall_instants import to_many_instants
from busyness.sources.files.amounts import AMOUNT, UNREADABLE, read_amounts
from busyness.sources.files.date_order import month_first_zone
from busyness.sources.files.hours import read_hours
from busyness.sources.files.local_times import LATER, SKIPPED, UTC_TIME, known_zones
from busyness.sources.files.times import DATED, OFFSET, WALL, Times, read_times
from busyness.tables import columns as c
from busyness.tables.events import Reason

_BLANK = ("", "nan", "nat", "null", "none", "na", "n/a", "-")

WrittenTimes = pl.Series | tuple[pl.Series, pl.Series]
"""A column of times, or a column of dates and one of times of day."""


def written_times(frame: pl.DataFrame, column: str) -> WrittenTimes:
    """This will return the one or two columns that an assigned role names (see ``roles.assign_roles``)."""
    parts = column_parts(column, frame.columns)
    return frame[parts[0]] if len(parts) == 1 else (frame[parts[0]], frame[parts[1]])


def zone_of(frame: pl.DataFrame, timezone: str) -> str | pl.Series:
    """This will return the time zone, or the column of time zones, that ``EventLayout.timezone`` names."""
    return frame[timezone] if timezone in frame.columns else timezone


def read_instants(
    sieve: Sieve,
    times: WrittenTimes,
    *,
    timezone: str | pl.Series,
    day_first: bool | None = None,
    required: bool = True,
    after: pl.Series | None = None,
) -> pl.Series:
    """This will return the instants, ``Datetime('us', 'UTC')``, null where there is none.

    An offset in the text is respected; other times are by the wall clock of ``timezone`` (one name, or one for each
    row). The hour that daylight saving skips is rejected. Of the hour that comes twice the first is taken, because
    nothing tells the two apart for a single event, unless that lies before ``after`` (the start of what ends here).
    Blank times are rejected where ``required``, and null otherwise.
    """
    found = _read(times, day_first, month_first=isinstance(timezone, str) and month_first_zone(timezone))
    frame = found.frame
    sieve.say(*found.notes)
    if isinstance(timezone, pl.Series):
        timezone, unknown = known_zones(timezone)
        if unknown:
            sieve.say(f"'{unknown[0]}' is not a time zone; rows with such were rejected.")
    elif timezone == "UTC" and (frame[OFFSET].is_null() & frame[WALL].is_not_null()).any():
        sieve.say("Times without an offset were read as UTC; say the timezone if they are by a wall clock.")
    instants = to_many_instants(frame, timezone)
    utc = instants[UTC_TIME]
    if instants[LATER].null_count() < instants.height:
        utc = _of_the_doubled_hour(sieve, instants, after)
    if utc.null_count():
        blank = _blank(times)
        if required:
            sieve.reject(blank, Reason.NO_TIME)
        sieve.reject(utc.is_null() & ~blank, Reason.BAD_TIME, value=times)
    skipped = instants[SKIPPED]
    if skipped.any():
        sieve.reject(skipped, Reason.SKIPPED_HOUR, value=times)
        utc = instants.select(pl.when(~pl.col(SKIPPED)).then(utc)).to_series()
    return utc.rename(c.TIME)


def read_numbers(sieve: Sieve, values: pl.Series, *, reason: Reason = Reason.NOT_A_NUMBER) -> pl.Series:
    """This will return the numbers (Float64); blank is null, and rows with other text are rejected for ``reason``."""
    found = read_amounts(values)
    sieve.say(*found.notes)
    sieve.reject(found.frame[UNREADABLE], reason, value=values)
    return found.frame[AMOUNT].rename(values.name)


def _read(times: WrittenTimes, day_first: bool | None, *, month_first: bool) -> Times:
    if isinstance(times, pl.Series):
        read = read_many_times if times.dtype == pl.String else read_times
        return read(times, day_first=day_first, month_first_country=month_first)
    dates = read_times(times[0], day_first=day_first, month_first_country=month_first)
    of_day = read_hours(times[1]).alias("of_day")
    both = dates.frame.with_columns(of_day).select(
        (pl.col(WALL).dt.truncate("1d") + pl.duration(microseconds="of_day")).alias(WALL),
        pl.col(OFFSET),
        pl.lit(False).alias(DATED),
    )
    return Times(both, dates.notes)


def _of_the_doubled_hour(sieve: Sieve, instants: pl.DataFrame, after: pl.Series | None) -> pl.Series:
    sieve.say("Times of the hour that comes twice, when clocks go back, were taken as its first.")
    if after is None:
        return instants[UTC_TIME]
    second = pl.col(LATER).is_not_null() & (pl.col(UTC_TIME) < after)
    return instants.select(pl.when(second).then(pl.col(LATER)).otherwise(pl.col(UTC_TIME))).to_series()


def _blank(times: WrittenTimes) -> pl.Series:
    columns = (times,) if isinstance(times, pl.Series) else times
    blank = pl.repeat(False, columns[0].len(), eager=True)
    for column in columns:
        text = column.cast(pl.String, strict=False).str.strip_chars().str.to_lowercase()
        blank = blank | text.is_null() | text.is_in(_BLANK).fill_null(True)
    return blank
