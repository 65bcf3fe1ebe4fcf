"""Long tables as dense rows, one a place, that a browser can draw: compact numbers, and when each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_local
from busyness.reports.local_days import with_wall
from busyness.reports.places import ShownPlace
from busyness.tables import columns as c

MINUTES_PER_DAY = 1440
Number: TypeAlias = float | int | None


@dataclass(frozen=True, slots=True)
class SlotCube:
    """``values[name]`` is float64 ``[places, slots]``, NaN where the table has no row. Slot 0 starts ``first`` (minutes
    since the epoch; UTC, or wall clock where slots are days).
    """

    values: Mapping[str, NDArray[np.float64]]
    first: int
    slot_minutes: int
    count: int

    def clock(self, timezone: str) -> list[list[int]]:
        """This will return the wall clock of the slots as runs ``[slot, minutes since the epoch]``; it jumps between them.

        Daylight saving starts a new run; within one, every slot is ``slot_minutes`` after the one before.
        """
        wall = self.first + np.arange(self.count, dtype=np.int64) * self.slot_minutes
        if self.slot_minutes < MINUTES_PER_DAY:
            wall = to_local((wall * 60).astype("datetime64[s]"), timezone).astype(np.int64) // 60
        jumps = np.flatnonzero(np.diff(wall, prepend=wall[:1] - self.slot_minutes) != self.slot_minutes)
        starts = np.unique(np.concatenate([[0], jumps]))
        return [[int(slot), int(wall[slot])] for slot in starts]

    def row(self, name: str, number: int) -> list[Number]:
        """This will return one place's values, rounded to what a plot can show."""
        return compact(self.values[name][number])


def slot_cube(
    table: pl.DataFrame,
    places: Sequence[ShownPlace],
    columns: Mapping[str, str],
    *,
    timezones: Mapping[str, str],
    slot_minutes: int,
) -> SlotCube | None:
    """This will lay out ``columns`` (the cube's name: the table's) of these places; ``None`` where they have no rows.

    Of two rows in a slot, the last counts.
    """
    number = {place.id: row for row, place in enumerate(places)}
    own = table.filter(pl.col(c.PLACE).cast(pl.String).is_in(list(number)))
    if not own.height:
        return None
    daily = slot_minutes >= MINUTES_PER_DAY
    own = with_wall(own, timezones)
    minute = own["wall"].to_numpy() if daily else own[c.TIME].dt.epoch("s").to_numpy() // 60
    first = int(minute.min()) // slot_minutes * slot_minutes if daily else int(minute.min())
    slot = (minute - first) // slot_minutes
    row = own[c.PLACE].replace_strict(number, return_dtype=pl.Int64).to_numpy()
    count = int(slot.max()) + 1
    values = {}
    for name, column in columns.items():
        dense = np.full((len(places), count), np.nan)
        dense[row, slot] = own[column].cast(pl.Float64).to_numpy()
        values[name] = dense
    return SlotCube(values, first, slot_minutes, count)


def compact(values: NDArray[np.float64]) -> list[Number]:
    """This will round to a thousandth of the largest value or finer, and write whole numbers as such, NaN as ``None``.

    >>> compact(np.array([12.04, 250.6, np.nan])), compact(np.array([0.123, 2.0]))
    ([12, 251, None], [0.12, 2])
    """
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max()) if finite.size else 0.0
    decimals = 0 if largest >= 200 else 1 if largest >= 10 else 2
    rounded = np.round(np.where(np.isfinite(values), values, 0), decimals).tolist()
    known = np.isfinite(values).tolist()
    return [
        (int(value) if value == int(value) else value) if seen else None for value, seen in zip(rounded, known, strict=True)
    ]
