"""How many people are inside, from those who entered and those who left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.domain.slots import Slots
from busyness.tables.panel import wall_times


def occupancy(
    change: NDArray[np.float32], opened: NDArray[np.bool_], *, places: Sequence[Place], slots: Slots
) -> NDArray[np.float32]:
    """This will return how many are inside at the end of each slot, ``[places, slots]``, from entries less exits.

    Counted from local midnight; what is left over at the end of a day (people missed by a sensor) is taken back as people
    come and go. A day in which an open slot is missing is not observed at all: what happened in it would shift the rest.
    """
    occupied = np.full(change.shape, np.nan, np.float32)
    day = wall_times(places, slots).astype("datetime64[D]").astype(np.int64)
    for row in range(len(places)):
        edges = np.flatnonzero(np.diff(day[row], prepend=day[row, 0] - 1, append=day[row, -1] + 1))
        for begin, stop in pairwise(edges):
            today = change[row, begin:stop]
            if np.isnan(today[opened[row, begin:stop]]).any() or not np.isfinite(today).any():
                continue
            inside = np.cumsum(np.nan_to_num(today))
            moved = np.cumsum(np.abs(np.nan_to_num(today)))
            inside -= inside[-1] * moved / max(float(moved[-1]), 1e-9)  # nobody is missed at night, when nobody moves
            occupied[row, begin:stop] = np.maximum(inside, 0)
    return occupied
