"""Texts and numbers → instants or wall-clock times. Every distinct value is read once, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.files import time_numbers
from busyness.sources.files.date_order import DateOrder, decide_order
from busyness.sources.files.dates import NO_TIME, day_number, instants, within_years
from busyness.sources.files.distinct import by_distinct
from busyness.sources.files.month_names import MONTHS, strip_weekday

WALL, OFFSET, DATED = "wall", "offset", "dated"
SCHEMA = {WALL: pl.Datetime("us"), OFFSET: pl.Int32, DATED: pl.Boolean}
"""``wall`` as written, null where it is no time; ``offset`` seconds east of UTC, null where none is written; ``dated``
where only a date is written, no time of day."""

_FRACTIONS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f")
_ISO = {
    10: ("%Y-%m-%d",),
    16: ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"),
    19: ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
    **dict.fromkeys((23, 26, 29), _FRACTIONS),
}
"""The forms to try for a text of that length."""
_DAY_PART = r"""(?:[\s,:]+(\d{1,2})(?:(?::|h|\.)(\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?"""
_HALF = r"\s*(?:hrs|horas|hs|h)?\.?\s*([ap]\.?\s*m\.?)?"
_AFTER = r"\s*(z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?(?::\d{2})?)?)?(?:\[.*\])?$"
_TAIL = _DAY_PART + _HALF + _AFTER
_NUMERIC = r"^([1-9]\d{3}|\d{1,2})[-/.](\d{1,2})[-/.]([1-9]\d{3}|\d{1,2})" + _TAIL
_DAY_MONTH = r"^(\d{1,2})(?:st|nd|rd|th|º|°)?[-/\s.,]*(?:de\s+)?([a-z]{3,10})\.?[-/\s.,]*(?:del?\s+)?(\d{2,4})" + _TAIL
_MONTH_DAY = r"^([a-z]{3,10})\.?[-\s]*(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(\d{4})" + _TAIL
_YEAR_MONTH = r"^(\d{4})[-/\s]([a-z]{3,10})[-/\s](\d{1,2})" + _TAIL
_COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:\s?(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?()(z|[+-]\d{2}:?\d{2})?$"


@dataclass(frozen=True, slots=True)
class Times:
    """``frame`` has one row for each value (see ``SCHEMA``); ``notes`` say what was assumed."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_times(values: pl.Series, *, day_first: bool | None = None, month_first_country: bool = False) -> Times:
    """This will read a column of times of any type.

    ``day_first`` settles 01/02/2024; ``None`` asks the whole column, and where that does not tell, day-first is
    assumed, or month-first where ``month_first_country``. Numbers are Unix seconds, milliseconds, microseconds or
    nanoseconds, Excel's serial dates, or digits such as 20240131.
    """
    kind = values.dtype
    if isinstance(kind, pl.Datetime):
        aware = kind.time_zone is not None
        utc = (values.dt.convert_time_zone("UTC") if aware else values).dt.replace_time_zone(None).dt.cast_time_unit("us")
        offset = pl.lit(0 if aware else None, pl.Int32)
        return Times(pl.DataFrame({WALL: utc}).select(within_years(WALL), offset.alias(OFFSET), pl.lit(False).alias(DATED)))
    if kind == pl.Date:
        frame = pl.DataFrame({WALL: values.cast(pl.Datetime("us"))})
        return Times(frame.select(within_years(WALL), pl.lit(None, pl.Int32).alias(OFFSET), pl.lit(True).alias(DATED)))
    if kind.is_numeric():
        return _from_numbers(values)
    texts = values if kind == pl.String else values.cast(pl.String, strict=False)
    notes: list[str] = []

    def read(distinct: pl.Series) -> pl.DataFrame:
        frame, said = _from_texts(distinct, day_first, month_first_country)
        notes.extend(said)
        return frame

    return Times(by_distinct(texts, read), tuple(notes))


def looks_like_time(text: str) -> bool:
    """This will say whether one text is a date or a time with its date (bare numbers are not)."""
    if text.strip().isdigit() or not any(letter.isdigit() for letter in text):
        return False
    return read_times(pl.Series([text], dtype=pl.String)).frame[WALL].is_not_null().item()  # type: ignore[no-any-return]


def _from_numbers(values: pl.Series) -> Times:
    notes: list[str] = []

    def read(distinct: pl.Series) -> pl.DataFrame:
        frame = _empty(distinct.len())
        said = _fill_numbers(frame, distinct)
        notes.extend(said)
        return frame.table()

    return Times(by_distinct(values, read), tuple(notes))


class _Columns:
    """The three result columns while they are filled, part by part."""

    def __init__(self, size: int) -> None:
        self.micros: NDArray[np.int64] = np.full(size, NO_TIME, np.int64)
        self.offset: NDArray[np.int64] = np.full(size, NO_TIME, np.int64)
        self.dated: NDArray[np.bool_] = np.zeros(size, bool)

    def table(self) -> pl.DataFrame:
        wall = pl.Series(WALL, self.micros).cast(pl.Datetime("us"))
        frame = pl.DataFrame({WALL: wall, OFFSET: pl.Series(self.offset), DATED: self.dated})
        written = pl.when(pl.col(OFFSET) != NO_TIME).then(pl.col(OFFSET)).cast(pl.Int32)
        return frame.with_columns(pl.when(pl.col(WALL).to_physical() != NO_TIME).then(pl.col(WALL)), written)

    def missing(self) -> NDArray[np.bool_]:
        return np.equal(self.micros, NO_TIME)


def _empty(size: int) -> _Columns:
    return _Columns(size)


def _fill_numbers(columns: _Columns, values: pl.Series) -> tuple[str, ...]:
    found = time_numbers.read_numbers(values)
    hit = columns.missing() & (found.micros != NO_TIME)
    columns.micros[hit] = found.micros[hit]
    columns.offset[hit] = np.where(found.absolute[hit], 0, NO_TIME)
    columns.dated[hit] = found.dated[hit]
    return found.notes


def _from_texts(texts: pl.Series, day_first: bool | None, month_first_country: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    frame = _iso(texts)
    left = (frame[WALL].is_null() & texts.is_not_null()).arg_true()
    if not left.len():
        return frame, ()
    rest, notes = _thorough(texts.gather(left), day_first, month_first_country)
    if left.len() == texts.len():
        return rest, notes
    position = pl.Series("at", left, dtype=pl.UInt32)
    where = pl.int_range(0, texts.len(), eager=True, dtype=pl.UInt32).alias("at").to_frame()
    filled = where.join(rest.with_columns(position), on="at", how="left", maintain_order="left").drop("at")
    return pl.select(*(pl.coalesce(filled[name], frame[name]).alias(name) for name in (WALL, OFFSET, DATED))), notes


def _iso(texts: pl.Series) -> pl.DataFrame:
    """The commonest forms by the library's own fast parser; what does not fit stays null."""
    first = texts.drop_nulls().head(1)
    formats = _ISO.get(len(first.item()), ()) if first.len() else ()
    wall = pl.Series(WALL, [None], dtype=pl.Datetime("us")).new_from_index(0, texts.len())
    dated = formats == _ISO[10]
    for shape in formats:
        parsed = texts.str.to_datetime(shape, strict=False, time_unit="us")
        if parsed.null_count() < texts.len():
            wall = parsed
            break
    frame = pl.DataFrame({WALL: wall}).select(within_years(WALL))
    return frame.with_columns(
        pl.lit(None, pl.Int32).alias(OFFSET), (pl.lit(dated) & pl.col(WALL).is_not_null()).alias(DATED)
    )


def _thorough(texts: pl.Series, day_first: bool | None, month_first_country: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    columns = _Columns(texts.len())
    clean = texts.str.replace_all("\u00a0|\u202f", " ").str.strip_chars(" \t\"'").str.to_lowercase()
    clean = clean.str.replace(r"(\d)t(\d)", "${1} ${2}").str.replace("−", "-", literal=True)
    notes = list(_fill_numbers(columns, clean.str.extract(r"^(\d+(?:\.\d+)?)$", 1)))
    parts = _fields(clean, _NUMERIC, 9)
    if (parts[:, 0] != NO_TIME).any():
        order = decide_order(parts, day_first, month_first_country)
        notes.extend(order.notes)
        _fill(columns, parts, _year_month_day(parts, order))
    if columns.missing().any():
        compact = _fields(clean, _COMPACT, 9)
        _fill(columns, compact, (compact[:, 0], compact[:, 1], compact[:, 2]))
    if columns.missing().any():
        worded = strip_weekday(clean)
        for pattern, (year, month, day) in ((_DAY_MONTH, (2, 1, 0)), (_MONTH_DAY, (2, 0, 1)), (_YEAR_MONTH, (0, 1, 2))):
            parts = _fields(worded, pattern, 9, month_at=month)
            _fill(columns, parts, (_full_year(parts[:, year]), parts[:, month], parts[:, day]))
        if worded.ne_missing(clean).any() and columns.missing().any():  # a weekday before a date in numbers
            parts = _fields(worded, _NUMERIC, 9)
            _fill(columns, parts, _year_month_day(parts, decide_order(parts, day_first, month_first_country)))
    return columns.table(), tuple(notes)


def _fields(texts: pl.Series, pattern: str, count: int, *, month_at: int | None = None) -> NDArray[np.int64]:
    """The groups of a pattern as integers ``[texts, count]``; what is not there is ``NO_TIME``.

    Groups after the date: hour, minute, second, fraction (in microseconds), half of the day (1 = p.m.), offset (s).
    """
    groups = texts.str.extract_groups(pattern).struct.unnest()
    columns: list[pl.Expr] = []
    for number in range(count):
        name = groups.columns[number]
        cell = pl.col(name)
        if number == month_at:
            value = cell.replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
        elif number == 6:
            value = cell.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False)
        elif number == 7:
            value = pl.when(cell.str.starts_with("p")).then(1).when(cell.str.starts_with("a")).then(0).cast(pl.Int64)
        elif number == 8:
            value = _offset_seconds(cell)
        else:
            value = cell.cast(pl.Int64, strict=False)
        columns.append(value.fill_null(NO_TIME).alias(str(number)))
    return groups.select(columns).to_numpy()


def _offset_seconds(cell: pl.Expr) -> pl.Expr:
    digits = cell.str.extract(r"[+-](\d{1,2})", 1).cast(pl.Int64, strict=False).fill_null(0) * 3600
    minutes = cell.str.extract(r"[+-]\d{2}:?(\d{2})", 1).cast(pl.Int64, strict=False).fill_null(0) * 60
    size = digits + minutes
    return pl.when(cell.is_not_null() & (cell != "")).then(
        pl.when(cell.str.contains("-", literal=True)).then(-size).otherwise(size)
    )


def _full_year(year: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two digits mean 1970 to 2069."""
    short = (year >= 0) & (year < 100)
    return np.where(short, np.where(year < 70, year + 2000, year + 1900), year)


def _year_month_day(
    parts: NDArray[np.int64], order: DateOrder
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    first, second, third = parts[:, 0], parts[:, 1], parts[:, 2]
    year_first = first >= 1000
    day, month = (first, second) if order.day_first else (second, first)
    return (
        np.where(year_first, first, _full_year(third)),
        np.where(year_first, second, month),
        np.where(year_first, third, day),
    )


def _fill(
    columns: _Columns, parts: NDArray[np.int64], date: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
) -> None:
    """Set the rows that this pattern matched, that are real dates and that no earlier pattern has set."""
    dated = parts[:, 3] == NO_TIME
    day = day_number(*date)
    micros = instants(day, parts[:, 3:8])
    hit = columns.missing() & (micros != NO_TIME)
    columns.micros[hit] = micros[hit]
    columns.dated[hit] = dated[hit]
    columns.offset[hit] = parts[hit, 8]
