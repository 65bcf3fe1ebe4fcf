"""Which column, or which two, hold the time."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.files.hours import read_hours
from busyness.sources.files.times import DATED, WALL, read_times
from busyness.sources.files.words import DATES, ENDS, HOURS, STAMPS, TIME_TOKENS, joined, tokens

_SAMPLE = 500


def guess_time(frame: pl.DataFrame, name: str, *, apart: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """This will return the time column, or a date and an hour column, leaving ``apart`` aside.

    By name where the content agrees, then by content, then by name alone.

    Raises: ``InputError`` where several columns are as good, or none is.
    """
    columns = [column for column in frame.columns if column not in apart and not frame.schema[column].is_nested()]
    readable = [column for column in columns if _reads_as_time(frame[column], by_name=_named(column))]
    starts = [column for column in readable if not ENDS & set(tokens(column))] or readable
    chosen = _best(starts, STAMPS) or _best(starts, DATES)
    chosen = chosen or _only(column for column in starts if {"date", "fecha"} & set(tokens(column)))
    likely = [column for column in starts if TIME_TOKENS & set(tokens(column))] or starts
    if not chosen and len(likely) > 1:
        listed = " and ".join(f"'{column}'" for column in likely[:4])
        raise InputError(f"In {name}, {listed} all look like the time.", hint="Name one with --time.")
    if chosen or likely:
        return _with_hour(frame, columns, chosen or likely[0])
    by_name = _best(columns, STAMPS) or _best(columns, DATES) or _only(c for c in columns if TIME_TOKENS & set(tokens(c)))
    if by_name:
        return (by_name,)
    listed = ", ".join(frame.columns[:12])
    raise InputError(f"No column of {name} looks like a time; the columns are {listed}.", hint="Name one with --time.")


def _with_hour(frame: pl.DataFrame, columns: list[str], date: str) -> tuple[str, ...]:
    """The column alone, or with the column of hours beside it where it holds nothing but dates."""
    if not _only_dates(frame[date]):
        return (date,)
    others = [column for column in _hour_columns(columns) if column != date and _reads_as_hour(frame[column])]
    shared = set(tokens(date))  # 'StartDate' goes with 'StartTime', not with 'EndTime'
    others.sort(key=lambda column: (bool(ENDS & set(tokens(column))), not shared & set(tokens(column))))
    return (date, others[0]) if others else (date,)


def _best(columns: list[str], words: tuple[str, ...]) -> str | None:
    ranked = sorted(
        (words.index(joined(column)), position) for position, column in enumerate(columns) if joined(column) in words
    )
    return columns[ranked[0][1]] if ranked else None


def _only(columns: Iterable[str]) -> str | None:
    found = list(columns)
    return found[0] if len(found) == 1 else None


def _hour_columns(columns: list[str]) -> list[str]:
    exact = [column for column in columns if joined(column) in HOURS]
    by_token = [column for column in columns if {"hour", "hora", "time"} & set(tokens(column)) and column not in exact]
    return sorted(exact, key=lambda column: HOURS.index(joined(column))) + by_token


def _named(column: str) -> bool:
    return bool(TIME_TOKENS & set(tokens(column))) or joined(column) in STAMPS or joined(column) in DATES


def _sample(values: pl.Series) -> pl.Series:
    return values.drop_nulls().head(_SAMPLE)


def _reads_as_time(values: pl.Series, *, by_name: bool) -> bool:
    if values.dtype.is_temporal():
        return values.dtype not in (pl.Time, pl.Duration)
    if values.dtype == pl.Boolean:
        return False
    sample = _sample(values)
    if not sample.len():
        return False
    number = sample.cast(pl.Float64, strict=False)
    if not by_name and number.null_count() < sample.len() / 2 and (number.min() or 0) < 1e8:  # type: ignore[operator]
        return False  # small numbers are counts or ids before they are Excel dates; large ones are Unix times
    found = read_times(sample, day_first=None).frame[WALL]
    return found.null_count() < sample.len() * 0.4


def _reads_as_hour(values: pl.Series) -> bool:
    sample = _sample(values)
    return bool(sample.len()) and read_hours(sample).null_count() < sample.len() * 0.4


def _only_dates(values: pl.Series) -> bool:
    frame = read_times(_sample(values)).frame.drop_nulls(WALL)
    midnight = (frame[WALL].to_physical() % 86_400_000_000 == 0) | frame[DATED]
    return bool(midnight.all())
