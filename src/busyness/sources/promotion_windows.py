"""Promotions and windows for them as a table of local days: which place, from when to when, of which type."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.covariates import END, START
from busyness.sources.small_table import SmallTable, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

TYPE, COST = "type", "cost"
_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "start": START, "from": START, "end": END, "to": END, "until": END, "type": TYPE,
    "kind": TYPE, "cost": COST,
}  # fmt: skip


def read_windows(path: str | Path) -> pl.DataFrame:
    """This will read ``place, start, end`` (the last day) and, if known, ``type`` and ``cost``; one row a window.

    A blank place (or ``*``) is all places and comes as null, a missing type is ``promotion``, a missing cost null.

    Raises:
        SettingsError: with file and line, where a day or a number cannot be read, or a window ends before it begins.

    """
    table = read_small_table(path, _WORDS)
    table.require(START, END)
    start, end = _days(table, START), _days(table, END)
    table.refuse(pl.lit(end < start), "the window ends before it begins.", hint="Swap or correct the two dates.")
    return pl.DataFrame([_places(table), start, end, _types(table), _costs(table)])


def _days(table: SmallTable, name: str) -> pl.Series:
    times = read_times(table, name).at
    table.refuse(pl.lit(times.is_null()), f"column '{name}' is empty.", hint="Write a date in every row.")
    return times.dt.date().rename(name)


def _places(table: SmallTable) -> pl.Series:
    if c.PLACE not in table.columns:
        return pl.Series(c.PLACE, [None] * table.frame.height, dtype=pl.String)
    ids = table.text(c.PLACE)
    return pl.select(pl.when(ids != "*").then(ids)).to_series().alias(c.PLACE)


def _types(table: SmallTable) -> pl.Series:
    if TYPE not in table.columns:
        return pl.Series(TYPE, ["promotion"] * table.frame.height, dtype=pl.String)
    return table.text(TYPE).fill_null("promotion").rename(TYPE)


def _costs(table: SmallTable) -> pl.Series:
    if COST not in table.columns:
        return pl.Series(COST, [None] * table.frame.height, dtype=pl.Float64)
    costs = table.numbers(COST, what="cost:")
    table.refuse(pl.lit(costs < 0), "the cost is negative ({value}).", value=COST, hint="Write 0 where it is free.")
    return costs


def known_places(windows: pl.DataFrame, places: tuple[str, ...], file: str | Path) -> None:
    """This will raise a ``SettingsError`` where none of the windows' places is one of ``places``."""
    named = windows[c.PLACE].drop_nulls().unique().sort().to_list()
    if named and not set(named) & set(places) and not windows[c.PLACE].null_count():
        raise SettingsError(
            f"{file} names none of the {len(places)} places; it has '{named[0]}', they are '{places[0]}', …",
            hint="Write the places by the id they have in the counts.",
        )
