"""Do the 80 % bands still hold 80 % of what comes?"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.monitoring.walked import Daily
from busyness.tables import columns as c

AIM = 0.8
_LEAST_DAYS = 7
_RARE = 5.0  # demand per slot


def coverage_watch(daily: Daily, *, days: int = 14) -> pl.DataFrame:
    """This will return ``place, share, slots, p`` of the last ``days`` days; place "" is all of them together.

    ``p`` is how often chance alone would miss 80 % by so much. Days are the draws: what happens on one day hits all its
    slots, and on that of all places together, all places. Null with less than a week, and where counts are rare and the
    bands hold more: of small whole numbers no band can hold just 80 %.
    """
    inside, slots, came = (_with_all(each[:, -days:]) for each in (daily.inside, daily.slots, daily.came))
    whole = slots.sum(axis=1)
    share = np.where(whole > 0, inside.sum(axis=1) / np.maximum(whole, 1), np.nan)
    # a ratio of sums over days: its variance by the residuals of the days (Cochran, "Sampling Techniques", 1977)
    off = np.where(slots > 0, inside - share[:, None] * slots, 0)
    many = (slots > 0).sum(axis=1)
    by_day = (off**2).sum(axis=1) / np.maximum(whole, 1) ** 2 * many / np.maximum(many - 1, 1)
    by_slot = AIM * (1 - AIM) / np.maximum(whole, 1)
    error = np.sqrt(np.maximum(by_day, by_slot))
    told = (many >= _LEAST_DAYS) & ((share < AIM) | (came.sum(axis=1) >= _RARE * whole))
    distance = np.where(told, np.abs(share - AIM) / np.maximum(error, 1e-9), np.nan)
    return pl.DataFrame(
        {c.PLACE: ["", *daily.places], "share": share, "slots": whole.astype(np.int64), "p": two_sided(distance)}
    ).with_columns(pl.col("share", "p").fill_nan(None))


def _with_all(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """All places together first."""
    return np.concatenate([values.sum(axis=0, keepdims=True), values])


def two_sided(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """This will return how often a normal error lies farther from 0 than so many of its standard deviations.

    >>> import numpy as np
    >>> two_sided(np.array([0.0, 1.96])).round(3).tolist()
    [1.0, 0.05]
    """
    return np.array([math.erfc(d / math.sqrt(2)) if np.isfinite(d) else np.nan for d in distance])
