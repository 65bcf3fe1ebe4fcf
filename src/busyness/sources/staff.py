"""The staff: who works at which place, in which roles, when they can, and what their contract says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from busyness.domain.errors import InputError, SettingsError
from busyness.sources.opening_rules import parse_day, parse_hours, parse_weekdays
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.tables import columns as c

SPAN = pl.Struct({"weekday": pl.Int64, "start": pl.Int64, "end": pl.Int64})

STAFF_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "person": pl.String,
    "name": pl.String,
    c.PLACE: pl.String,
    "roles": pl.List(pl.String),
    "wage": pl.Float64,
    "min_hours": pl.Float64,
    "max_hours": pl.Float64,
    "keys": pl.Boolean,
    "minor": pl.Boolean,
    "availability": pl.List(SPAN),
    "days_off": pl.List(pl.Date),
    "wished_off": pl.List(pl.Date),
    "prefers": pl.String,
    "weekends": pl.Int64,
    "closings": pl.Int64,
    "days_in_a_row": pl.Int64,
    "weekends_in_a_row": pl.Int64,
    "last_end": pl.Datetime("us"),
}
"""The columns of the staff table. ``availability`` null is always; hours are minutes after midnight, weekday 0 is Monday."""

_WORDS = {
    "person": "person", "id": "person", "staff": "person", "employee": "person", "name": "name", "place": c.PLACE,
    "store": c.PLACE, "roles": "roles", "role": "roles", "skills": "roles", "wage": "wage", "min_hours": "min_hours",
    "max_hours": "max_hours", "keys": "keys", "key_holder": "keys", "minor": "minor", "availability": "availability",
    "available": "availability", "days_off": "days_off", "wished_off": "wished_off", "prefers": "prefers",
    "weekends": "weekends", "closings": "closings", "days_in_a_row": "days_in_a_row",
    "weekends_in_a_row": "weekends_in_a_row", "last_end": "last_end",
}  # fmt: skip

_TRUE, _FALSE = {"yes", "true", "1", "x", "si", "sí"}, {"no", "false", "0", ""}
_TIMES = {"morning": "morning", "mañana": "morning", "evening": "evening", "tarde": "evening"}

T = TypeVar("T")


def read_staff(path: str | Path) -> pl.DataFrame:
    """This will return one row a person, with the columns of ``STAFF_SCHEMA``; what is not said is null.

    The file is CSV, Parquet, Excel or JSON lines. ``person``, ``roles`` (joined by ``;``) and ``wage`` are required. A cell
    of ``availability`` reads ``mon-fri 08:00-16:00; sat 10:00-18:00``, one of ``days_off`` ``2026-03-04; 2026-03-05``.

    Raises:
        SettingsError: with file and line, for a person who is missing or comes twice, and for a cell that cannot be read.

    """
    table = read_small_table(path, _WORDS)
    table.require("person", "roles", "wage")
    text = pl.DataFrame({name: table.text(name) for name in table.columns if name in STAFF_SCHEMA}).with_columns(
        table.frame[LINE]
    )
    table = SmallTable(table.file, text, table.decimal_comma, table.typed)
    who = pl.col("person")
    table.refuse(who.is_null(), "the person is missing.", hint="Give each person an id.")
    twice = "Keep one row a person."
    table.refuse(~who.is_first_distinct(), "person '{value}' comes a second time.", value="person", hint=twice)
    table.refuse(pl.col("roles").is_null(), "the row names no role.", hint="Write at least one, such as sales.")
    columns = {name: _column(table, name) for name in STAFF_SCHEMA if name in table.columns}
    table.refuse(
        pl.lit(columns["wage"].is_null() | (columns["wage"] < 0)),
        "the wage is missing or below 0.",
        hint="Write money an hour.",
    )
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in STAFF_SCHEMA.items() if name not in frame.columns
    ).select(list(STAFF_SCHEMA))


def _column(table: SmallTable, name: str) -> pl.Series:
    dtype = STAFF_SCHEMA[name]
    if dtype == pl.Float64:
        return table.numbers(name, what=name)
    if dtype == pl.Int64:
        numbers = table.numbers(name, what=name)
        table.refuse(
            pl.lit(numbers != numbers.round()), f"{name} '{{value}}' is no whole number.", value=name, hint="Count."
        )
        return numbers.cast(pl.Int64)
    parse = _PARSERS.get(name)
    if parse is None:
        return table.frame[name].alias(name)
    values = [
        None if cell is None else _parsed(parse, cell, table, int(line))
        for cell, line in zip(table.frame[name].to_list(), table.frame[LINE].to_list(), strict=True)
    ]
    return pl.Series(name, values, dtype=dtype)


def _parsed(parse: Callable[[str], T], cell: str, table: SmallTable, line: int) -> T:
    try:
        return parse(cell)
    except SettingsError:
        raise
    except InputError as error:
        raise SettingsError(error.message, file=table.file, line=line, hint=error.hint) from None


def _split(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", cell) if part.strip()]


def _roles(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|,]", cell) if part.strip()]


def _yes(cell: str) -> bool:
    word = cell.strip().lower()
    if word not in _TRUE | _FALSE:
        raise InputError(f"'{cell}' is neither yes nor no.", hint="Write yes or no.")
    return word in _TRUE


def _dates(cell: str) -> list[date]:
    return [parse_day(part) for part in re.split(r"[;|,]\s*", cell.strip()) if part]


def _spans(cell: str) -> list[dict[str, int]]:
    """Every weekday's hours; a part without hours is the whole day."""
    spans = []
    for part in _split(cell):
        days, _, hours = part.rpartition(" ") if re.search(r"\d:\d", part) else (part, "", "24h")
        if not days:
            raise InputError(f"'{part}' names no weekday.", hint="Write for example mon-fri 08:00-16:00; sat 10:00-18:00.")
        for weekday in parse_weekdays(days):
            spans += [{"weekday": weekday, "start": start, "end": end} for start, end in parse_hours(hours)]
    return spans


def _prefers(cell: str) -> str:
    word = _TIMES.get(cell.strip().lower())
    if word is None:
        raise InputError(f"'{cell}' is no time of day to prefer.", hint="Write morning, evening, or nothing.")
    return word


def _moment(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell.strip()).replace(tzinfo=None)
    except ValueError:
        raise InputError(f"'{cell}' is no time.", hint="Write for example 2026-03-01 22:00.") from None


_PARSERS: dict[str, Callable[[str], Any]] = {
    "roles": _roles,
    "keys": _yes,
    "minor": _yes,
    "availability": _spans,
    "days_off": _dates,
    "wished_off": _dates,
    "prefers": _prefers,
    "last_end": _moment,
}
