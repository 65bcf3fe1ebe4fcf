"""What a day was like up to a slot: the mean of a number over the 24 hours that end with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.features.history import running

_NEED = 0.5  # of the day has to be known
_OVER_A_DAY = ("temperature", "feels_like")


def over_a_day(name: str, length: SlotLength) -> bool:
    """This will say whether a covariate's mean over a day is a feature too: that of a temperature is, in shorter slots."""
    return name.startswith(_OVER_A_DAY) and not length.daily


def day_mean(cube: NDArray[np.float32], per_day: int) -> NDArray[np.float32]:
    """This will return the mean of the ``per_day`` slots that end with each slot, ``[places, slots]``.

    NaN where under half of them are known.
    """
    there = np.isfinite(cube)
    sums, counts = running(np.where(there, cube, np.float32(0)), np.float64), running(there, np.int32)
    for table in (sums, counts):
        table[:, per_day:] -= table[:, :-per_day].copy()
    seen = counts[:, 1:]
    mean = np.divide(sums[:, 1:], seen, out=np.full(cube.shape, np.nan), where=seen >= _NEED * per_day)
    return np.asarray(mean, np.float32)
