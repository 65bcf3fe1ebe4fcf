"""The time columns of a raw table → instants, by the zone that is named, written, or assumed."""

from __future__ import annotations

import polars as pl

from busyness.domain.local_time import zone
from busyness.sources.files.date_order import month_first_zone
from busyness.sources.files.guess import Columns
from busyness.sources.files.hours import read_hours
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.local_times import is_daily, known_zones, to_instants
from busyness.sources.files.raw import RawTable
from busyness.sources.files.times import DATED, OFFSET, WALL, read_times


def read_moments(raw: RawTable, columns: Columns, layout: CountsLayout) -> tuple[pl.DataFrame, bool, list[str]]:
    """This will return ``wall, utc, later, skipped`` of each row, whether the times are whole days, and what was assumed.

    Raises: ``InputError`` for a time zone that does not exist.
    """
    notes: list[str] = []
    named = layout.timezone if not columns.zone else ""
    if named:
        zone(named)
    times, said = _written_times(raw.frame, columns, layout, month_first=month_first_zone(named))
    notes += said
    timezone: str | pl.Series = named or "UTC"
    if columns.zone:
        timezone, unknown = known_zones(raw.frame[columns.zone])
        if unknown:
            notes.append(f"'{unknown[0]}' in '{columns.zone}' is not a time zone; rows with such were rejected.")
    elif not named and bool((times[OFFSET].is_null() & times[WALL].is_not_null()).any()):
        notes.append("No time zone was given and the times carry none: UTC was assumed.")
    return to_instants(times, timezone), is_daily(times), notes


def _written_times(
    frame: pl.DataFrame, columns: Columns, layout: CountsLayout, *, month_first: bool
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    found = read_times(frame[columns.time[0]], day_first=layout.day_first, month_first_country=month_first)
    if len(columns.time) == 1:
        return found.frame, found.notes
    micros = read_hours(frame[columns.time[1]])
    midnight = pl.col(WALL).dt.truncate("1d")
    both = found.frame.with_columns(micros.alias("micros")).select(
        (midnight + pl.duration(microseconds=pl.col("micros"))).alias(WALL), pl.col(OFFSET), pl.lit(False).alias(DATED)
    )
    return both, found.notes


def blank_times(frame: pl.DataFrame, columns: Columns, instants: pl.DataFrame) -> pl.Series:
    """This will say of which rows a time column is empty."""
    if not instants[WALL].null_count():
        return pl.repeat(False, frame.height, eager=True)
    texts = [pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase() for name in columns.time]
    empty = [text.is_null() | text.is_in(["", "nan", "nat", "null", "none", "na"]) for text in texts]
    return frame.select(pl.any_horizontal(empty)).to_series()
