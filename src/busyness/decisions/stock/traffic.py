"""A forecast as paths of visitors a day: what orders are made from, because hourly quantiles do not add up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import TooLittleHistoryError
from busyness.tables.forecast import Forecast

WEEK = 7


def daily_traffic(forecast: Forecast, *, count: int = 400, seed: int = 0) -> NDArray[np.float32]:
    """This will draw joint paths of demand in each 24 hours from the origin on, ``[count, places, days]``.

    Raises ``TooLittleHistoryError`` for a forecast shorter than a day. A last day that is not whole is left out.
    """
    per_day = forecast.slots.length.per_day
    days = forecast.slots.count // per_day
    if not days:
        raise TooLittleHistoryError(
            f"The forecast reaches {forecast.slots.count} slots ahead, less than one day.", hint="Forecast at least a day."
        )
    paths = forecast.paths(count, seed=seed)[:, :, : days * per_day]
    return np.asarray(paths.reshape(count, len(forecast.places), days, per_day).sum(axis=3), np.float32)


def extended(traffic: NDArray[np.float32], days: int) -> NDArray[np.float32]:
    """This will go on to ``days`` days by repeating each path's last week, ``[paths, places, days]``.

    What an order costs is earned over weeks: judged on a few days alone, ordering nothing looks cheap. A path keeps its
    own week, so that paths stay independent of each other and the intervals of what is saved stay honest.
    """
    known = traffic.shape[2]
    week = min(WEEK, known)
    more = max(-(-(days - known) // week), 0)
    return np.concatenate([traffic, *[traffic[:, :, known - week :]] * more], axis=2)[:, :, : max(days, known)]
