"""How many trips one vehicle can serve in a period, from what vehicles did where they were short."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import TooLittleHistoryError

_BUSY = 0.9
_VEHICLES = 3  # with fewer, a lucky day says little


def estimate_turns(trips: NDArray[np.float64], vehicles: NDArray[np.float64]) -> float:
    """This will return the trips per vehicle and period that one in ten places and periods exceeds.

    Both are ``[places, periods]``: trips served, and vehicles at the start. What a vehicle can serve shows where demand is
    not what limits it, so that the mean would be too low. Raises ``TooLittleHistoryError`` where three vehicles never stood
    at one place.
    """
    enough = (vehicles >= _VEHICLES) & np.isfinite(trips)
    if not enough.any() or not trips[enough].sum() > 0:
        raise TooLittleHistoryError(
            "There is no history of trips where three vehicles stood, so their turns cannot be told.",
            hint="Give the trips that one vehicle can serve in a day.",
        )
    ratio = trips[enough] / vehicles[enough]
    return max(float(np.quantile(ratio, _BUSY)), 1 / _VEHICLES)
