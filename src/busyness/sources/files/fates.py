"""What becomes of each row: accepted, or rejected for the first reason that applies."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.amounts import AMOUNT, UNREADABLE
from busyness.sources.files.local_times import LATER, SKIPPED, UTC_TIME
from busyness.sources.files.place_ids import unknown_places
from busyness.sources.files.times import WALL
from busyness.tables import columns as c
from busyness.tables.events import Reason

FATE, ROW = "fate", "row"
"""Columns: 0 where the row is accepted, else the code of the reason; the position of the row in the raw table."""
LARGEST = 1e9
"""No place counts more than this in one slot."""
_REASONS = tuple(Reason)


def code(reason: Reason) -> int:
    """This will return the number that stands for a reason in ``FATE``."""
    return _REASONS.index(reason) + 1


def reason_names() -> dict[int, str]:
    """This will return the reason of each code."""
    return {number: reason.value for number, reason in enumerate(_REASONS, start=1)}


def judge(
    instants: pl.DataFrame, places: pl.Series, amounts: pl.DataFrame, *, blank_time: pl.Series, known: frozenset[str] | None
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """This will join times, places and amounts to one table ``row, time, wall, place, amount, fate``, and say hints.

    ``instants`` as from ``local_times.to_instants``, ``amounts`` as from ``amounts.read_amounts``.
    """
    unknown, notes = unknown_places(places, known) if known is not None else ([], ())
    table = pl.DataFrame(
        [
            pl.int_range(places.len(), eager=True, dtype=pl.UInt32).alias(ROW),
            *instants.select(WALL, UTC_TIME, LATER, SKIPPED).get_columns(),
            places.alias(c.PLACE),
            *amounts.select(AMOUNT, UNREADABLE).get_columns(),
            blank_time.alias("blank_time"),
        ]
    )
    table = _tell_twins_apart(table)
    amount = pl.col(AMOUNT)
    outcome = pl.lit(0, pl.UInt8)
    tests = (  # the last one is asked last
        (pl.col("blank_time"), Reason.NO_TIME),
        (pl.col(UTC_TIME).is_null(), Reason.BAD_TIME),
        (pl.col(c.PLACE).is_null(), Reason.NO_PLACE),
        (pl.col(c.PLACE).is_in(unknown) if unknown else pl.lit(False), Reason.UNKNOWN_PLACE),
        (pl.col(UNREADABLE), Reason.NOT_A_NUMBER),
        (amount < 0, Reason.NEGATIVE),
        (amount > LARGEST, Reason.TOO_LARGE),
        (pl.col(SKIPPED), Reason.SKIPPED_HOUR),
        (pl.col("unclear"), Reason.REPEATED_HOUR),
    )
    for test, reason in reversed(tests):
        outcome = pl.when(test).then(pl.lit(code(reason), pl.UInt8)).otherwise(outcome)
    columns = (pl.col(ROW), pl.col(UTC_TIME).alias(c.TIME), pl.col(WALL), pl.col(c.PLACE), amount.alias(c.AMOUNT))
    return table.select(*columns, outcome.alias(FATE)), notes


def _tell_twins_apart(table: pl.DataFrame) -> pl.DataFrame:
    """Of a local time that comes twice, two rows of a place are the first and the second; any other number is unclear."""
    twice = table[LATER].is_not_null()
    if not twice.any():
        return table.with_columns(pl.lit(False).alias("unclear"))
    group = [c.PLACE, WALL]
    twins = table.filter(twice & table[c.PLACE].is_not_null()).select(
        ROW, (pl.len().over(group) != 2).alias("unclear"), (pl.col(ROW).rank("ordinal").over(group) == 2).alias("second")
    )
    table = table.join(twins, on=ROW, how="left", maintain_order="left")
    second = pl.col("second").fill_null(False) & ~pl.col("unclear").fill_null(False)
    return table.with_columns(
        pl.when(second).then(pl.col(LATER)).otherwise(pl.col(UTC_TIME)).alias(UTC_TIME), pl.col("unclear").fill_null(False)
    )
