"""The day so far, as a person or a program writes it down: visitors counted, and who stands where now."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.sources.small_table import read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "time": c.TIME, "start": c.TIME, "observed": c.OBSERVED, "visitors": c.OBSERVED,
    "count": c.OBSERVED, "demand": c.OBSERVED, "waiting": "waiting", "busy": "busy", "flex": "flex", "coming": "coming",
}  # fmt: skip
_STANDING = ("waiting", "busy", "flex", "coming")


def read_so_far(path: str | Path, *, zone: str) -> pl.DataFrame:
    """This will return ``place, time`` (UTC)``, observed`` of a small table; times without a zone are of ``zone``.

    Raises:
        SettingsError: with file and line, where a cell is missing, no number, negative or no time.

    """
    table = read_small_table(path, _WORDS)
    table.require(c.PLACE, c.TIME, c.OBSERVED)
    counts = table.numbers(c.OBSERVED, what="visitors:")
    table.refuse(
        pl.lit(counts.is_null() | (counts < 0)), "the visitors are missing or negative.", hint="Write 0 for nobody."
    )
    times = read_times(table, c.TIME)
    table.refuse(pl.lit(times.at.is_null()), "the time is missing.", hint="Write when each step began.")
    at = times.at.dt.replace_time_zone("UTC" if times.aware else zone, ambiguous="earliest", non_existent="null")
    place = table.text(c.PLACE).alias(c.PLACE)
    return pl.DataFrame([place, at.dt.convert_time_zone("UTC").alias(c.TIME), counts.alias(c.OBSERVED)])


def read_now(path: str | Path) -> pl.DataFrame:
    """This will return ``place`` and those of ``waiting, busy, flex, coming`` that a small table has, whole numbers.

    Raises:
        SettingsError: with file and line, where a place comes twice, or a number is missing or negative.

    """
    table = read_small_table(path, _WORDS)
    columns = [table.places(c.PLACE)]
    for name in _STANDING:
        if name in table.columns:
            numbers = table.numbers(name, what=f"{name}:")
            table.refuse(
                pl.lit(numbers.is_null() | (numbers < 0)), f"{name} is missing or negative.", hint="Write 0 for none."
            )
            columns.append(numbers.alias(name))
    return pl.DataFrame(columns)
