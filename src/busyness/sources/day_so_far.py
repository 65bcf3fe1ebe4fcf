"""The day so far, as a person or a program writes it down: visitors counted, and who stands where now."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.small_table import LINE, parse_numbers, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "time": c.TIME, "start": c.TIME, "observed": c.OBSERVED, "visitors": c.OBSERVED,
    "count": c.OBSERVED, "demand": c.OBSERVED, "arrivals": c.OBSERVED,
    "waiting": "waiting", "busy": "busy", "flex": "flex", "coming": "coming",
}  # fmt: skip
_STANDING = ("waiting", "busy", "flex", "coming")


class SoFar(NamedTuple):
    """``counted`` has ``place, time`` (UTC) and ``observed`` (None: nobody counted); ``rejected`` the rows left out, as
    ``(file, line, reason)``.
    """

    counted: pl.DataFrame | None
    rejected: tuple[tuple[str, int, str], ...]


def read_so_far(path: str | Path, *, zone: str) -> SoFar:
    """This will read who came so far from a small table; times without a zone are of ``zone``.

    Rows whose place, time or count is missing, unreadable or negative are left out and named.

    Raises:
        SettingsError: with file and line, where a column is missing or no row is left.

    """
    table = read_small_table(path, _WORDS)
    table.require(c.PLACE, c.TIME, c.OBSERVED)
    counts, place = parse_numbers(table, c.OBSERVED), table.text(c.PLACE)
    times, written = read_times(table, c.TIME, strict=False), table.text(c.TIME)
    at = times.at.dt.replace_time_zone("UTC" if times.aware else zone, ambiguous="earliest", non_existent="null")
    counted = pl.DataFrame([place.alias(c.PLACE), at.dt.convert_time_zone("UTC").alias(c.TIME), counts.alias(c.OBSERVED)])
    reason = (
        pl.when(pl.lit(place.is_null()))
        .then(pl.lit("the place is missing"))
        .when(pl.lit(written.is_null()))
        .then(pl.lit("the time is missing"))
        .when(pl.lit(at.is_null()))
        .then("'" + pl.lit(written) + "' is no time")
        .when(pl.lit(counts.is_null() | counts.is_infinite() | (counts < 0)))
        .then(pl.lit("the visitors are missing or negative or no number"))
    )
    found = pl.select(pl.lit(table.frame[LINE]).alias(LINE), reason.alias(c.REASON))
    bad = found.filter(pl.col(c.REASON).is_not_null()).rows()
    if len(bad) == found.height:
        raise SettingsError(f"{bad[0][1]}.", file=table.file, line=bad[0][0], hint="Write 0 for nobody.")
    return SoFar(counted.filter(found[c.REASON].is_null()), tuple((table.file, *row) for row in bad))


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
