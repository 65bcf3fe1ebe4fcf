"""A roster as people write it: who works from when to when, with which break, in which role, by the place's wall clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

ROSTER_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "person": pl.String,
    c.PLACE: pl.String,
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "break_start": pl.Int64,
    "break_end": pl.Int64,
    "role": pl.String,
}
"""The columns of a roster. ``break_start`` and ``break_end`` are minutes after the midnight before the shift, or null."""

_WORDS = {
    "person": "person", "id": "person", "staff": "person", "start": "start", "from": "start", "end": "end", "until": "end",
    "break": "break", "role": "role", "place": c.PLACE, "store": c.PLACE,
}  # fmt: skip
_BREAK = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_DAY = 1440


def read_roster(path: str | Path) -> pl.DataFrame:
    """This will return one row a shift, with the columns of ``ROSTER_SCHEMA``.

    The file is CSV, Parquet, Excel or JSON lines with ``person, start, end, role`` and, where there are any, ``break``
    (``13:00-13:45``) and ``place``. Times are wall clock: ``2026-03-04 08:00``.

    Raises:
        SettingsError: with file and line, for a cell that is missing or cannot be read.

    """
    table = read_small_table(path, _WORDS)
    table.require("person", "start", "end", "role")
    for name in ("person", "start", "end", "role"):
        table.refuse(
            pl.col(name).is_null(), f"the {name} is missing.", hint="Write person, start, end and role in every row."
        )
    times = {name: read_times(table, name) for name in ("start", "end")}
    for name, read in times.items():
        if read.aware or (read.dated.any() and not read.vague):
            message = f"column '{name}' has a zone or no time of day."
            raise SettingsError(message, file=table.file, hint="Write the clock of the place: 2026-03-04 08:00.")
    start, end = times["start"].at, times["end"].at
    table.refuse(pl.lit(end <= start), "the shift ends before it starts.", hint="Give the end its own date, past midnight.")
    long = (end - start).dt.total_minutes() > _DAY
    table.refuse(pl.lit(long), "the shift is longer than a day.", hint="Check the dates of start and end.")
    breaks = _breaks(table, start)
    place = table.text(c.PLACE) if c.PLACE in table.columns else pl.Series([None] * start.len(), dtype=pl.String)
    return pl.DataFrame(
        {
            "line": table.frame[LINE],
            "person": table.text("person"),
            c.PLACE: place,
            "start": start,
            "end": end,
            "break_start": breaks[0],
            "break_end": breaks[1],
            "role": table.text("role"),
        },
        schema=ROSTER_SCHEMA,
    )


def _breaks(table: SmallTable, start: pl.Series) -> tuple[list[int | None], list[int | None]]:
    """Minutes after the midnight before the shift; a break that is earlier than the start belongs to the next day."""
    cells = table.text("break").to_list() if "break" in table.columns else [None] * start.len()
    begin: list[int | None] = []
    end: list[int | None] = []
    for cell, at, line in zip(cells, start.to_list(), table.frame[LINE].to_list(), strict=True):
        found = _BREAK.fullmatch(cell.strip()) if cell else None
        if cell and not found:
            raise SettingsError(f"'{cell}' is no break.", file=table.file, line=int(line), hint="Write 13:00-13:45.")
        if not found:
            begin.append(None)
            end.append(None)
            continue
        first, last = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        first += _DAY if first < at.hour * 60 + at.minute else 0
        begin.append(first)
        end.append(last + _DAY * (-(-(first - last) // _DAY)))
    return begin, end
