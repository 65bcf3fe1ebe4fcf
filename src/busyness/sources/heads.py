"""How many heads work where and when, as a person writes it: a count by place and time."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.sources.holding import until_next
from busyness.sources.small_table import SmallTable, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

HEADS = "heads"
_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "time": c.TIME, "start": c.TIME, "heads": HEADS, "people": HEADS, "staff": HEADS,
}  # fmt: skip


def has_heads(path: str | Path) -> bool:
    """This will say whether a file counts heads (a column ``heads``, ``people`` or ``staff``); else it lists shifts."""
    table = read_small_table(path, _WORDS)
    return HEADS in table.columns and "end" not in [name.lower() for name in table.columns]


def read_heads(path: str | Path) -> tuple[pl.DataFrame, bool]:
    """This will return ``place, start, end, heads``, and whether the times are local (else UTC, without a zone too).

    The file has ``place, time, heads``; each row holds until the place's next one, but no longer than the usual step.

    Raises:
        SettingsError: with file and line, where a cell is missing, no number, negative or no time.

    """
    table = read_small_table(path, _WORDS)
    table.require(c.PLACE, c.TIME, HEADS)
    heads = table.numbers(HEADS, what="heads:")
    table.refuse(pl.lit(heads.is_null() | (heads < 0)), "the heads are missing or negative.", hint="Write 0 for nobody.")
    times = read_times(table, c.TIME)
    table.refuse(pl.lit(times.at.is_null()), "the time is missing.", hint="Write place, time and heads in every row.")
    place = _places(table)
    ends, _ = until_next(pl.DataFrame([place, times.at.alias("start")]))
    return pl.DataFrame([place, times.at.alias("start"), ends.alias("end"), heads]), not times.aware


def _places(table: SmallTable) -> pl.Series:
    place = table.text(c.PLACE)
    table.refuse(pl.lit(place.is_null()), "the place is missing.", hint="Write place, time and heads in every row.")
    return place.alias(c.PLACE)
