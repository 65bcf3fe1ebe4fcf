"""A plan's table as a person reads it: columns named in their language, numbers and shares written its way."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from busyness.reports.words import Words
from busyness.tables import columns as c

SHOWN_ROWS = 300
"""So many rows at most stand on the page; the file has them all."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's name, and whether it holds numbers."""

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and the number it is sorted by where it is one."""

    text: str
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """``id`` is unique on the page; ``file`` the file that holds the whole table (empty: none)."""

    id: str
    title: str
    note: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    file: str
    kind: str = "table"


@dataclass(frozen=True)
class TableStyle:
    """``shares`` are columns written as percentages, ``sentences`` those that may wrap,
    ``numbers`` those that hold numbers as text; ``names`` replaces ids of places.

    ``values`` replaces words of a column by those of the language.
    """

    shares: Collection[str] = ()
    sentences: Collection[str] = ()
    numbers: Collection[str] = ()
    names: Mapping[str, str] | None = None
    values: Mapping[str, str] | None = None


def written_table(
    frame: pl.DataFrame,
    columns: Sequence[str],
    words: Words,
    *,
    id: str,  # noqa: A002  # HTML's own word
    file: str = "",
    style: TableStyle | None = None,
) -> WrittenTable:
    """This will write some columns of a frame, at most ``SHOWN_ROWS`` rows; the title is the phrase ``table.<id>``."""
    style = style or TableStyle()
    shown = frame.select([name for name in columns if name in frame.columns])
    numbers = [kind.is_numeric() or name in style.numbers for name, kind in shown.schema.items()]
    note = "" if frame.height <= SHOWN_ROWS else words.say("table.more", shown=SHOWN_ROWS, rows=words.number(frame.height))
    return WrittenTable(
        id=id,
        title=words.say(f"table.{id}"),
        note=note,
        heads=tuple(Head(words.known("column", name), number) for name, number in zip(shown.columns, numbers, strict=True)),
        rows=tuple(
            tuple(_cell(name, value, words, style) for name, value in zip(shown.columns, row, strict=True))
            for row in shown.head(SHOWN_ROWS).iter_rows()
        ),
        file=file,
    )


def _cell(column: str, value: object, words: Words, style: TableStyle) -> Cell:
    worth: float | None = None
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        text = "–"
    elif isinstance(value, bool):
        text = words.say("yes" if value else "no")
    elif isinstance(value, datetime):
        text, worth = words.moment(value), value.timestamp()
    elif isinstance(value, date):
        text, worth = words.day(value, short=True), float(value.toordinal())
    elif isinstance(value, int | float):
        text, worth = words.percent(value, 1) if column in style.shares else words.number(value), float(value)
    elif column == c.PLACE and style.names is not None:
        text = style.names.get(str(value), str(value))
    else:
        text = (style.values or {}).get(str(value), str(value))
    return Cell(text, worth)
