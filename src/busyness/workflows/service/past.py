"""Long tables of the past as cubes of places × slots, so that a question about one place is a slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_local
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots, Times
from busyness.tables import columns as c

Floats = NDArray[np.float32]


@dataclass(frozen=True, repr=False)
class Past:
    """``values`` by column name, float32 ``[places, slots]`` each, NaN where the table says nothing."""

    slots: Slots
    values: Mapping[str, Floats]

    def __repr__(self) -> str:
        return f"Past({', '.join(self.values)} of {self.slots.count} slots from {self.slots.start})"

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]


def past_of(table: pl.DataFrame, names: Sequence[str], *, places: Sequence[Place], length: SlotLength) -> Past | None:
    """This will put columns of ``place, time`` (UTC)``, …`` into cubes; None for a table without a row of these places.

    Of two rows for one place and slot the later one counts. Slots run from the first row to the last.
    """
    known = pl.Enum([place.id for place in places])
    there = table.with_columns(pl.col(c.PLACE).cast(known, strict=False)).drop_nulls(c.PLACE)
    if not there.height:
        return None
    row = there[c.PLACE].to_physical().to_numpy()
    times = there[c.TIME].dt.epoch("s").to_numpy().astype("datetime64[s]")
    when = days_of(times, row, places) if length.daily else times
    first = when.min()
    slots = Slots(first, length, int(Slots(first, length, 0).index(when.max())) + 1)
    column = slots.index(when)
    values = {}
    for name in names:
        cube = np.full((len(places), slots.count), np.nan, np.float32)
        cube[row, column] = there[name].cast(pl.Float32).fill_null(float("nan")).to_numpy()
        values[name] = cube
    return Past(slots, values)


def days_of(times: Times, row: NDArray[np.integer], places: Sequence[Place]) -> Times:
    """This will return the local day that each time lies in, by the zone of its row's place."""
    zones = sorted({place.timezone for place in places})
    number = np.array([zones.index(place.timezone) for place in places])[row]
    days = times.copy()
    for k, zone in enumerate(zones):
        days[number == k] = to_local(times[number == k], zone)
    return days.astype("datetime64[D]").astype("datetime64[s]")
