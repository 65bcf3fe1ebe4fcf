"""UTC times as a Polars column."""

from __future__ import annotations

import numpy as np
import polars as pl

from busyness.domain.slots import Times


def utc_series(times: Times) -> pl.Series:
    """This will return numpy times (any unit, UTC, one dimension) as ``Datetime('us', 'UTC')``."""
    return pl.Series(np.ascontiguousarray(times, "datetime64[us]")).dt.replace_time_zone("UTC")
