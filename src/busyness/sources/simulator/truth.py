"""What was put into a simulated world, in one table, so that what is found in it can be checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.slots import Times
from busyness.tables import columns as c

TRUTH_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    c.PLACE: pl.String,
    "kind": pl.String,  # level_shift, promotion, shock, outage or outlier
    "cause": pl.String,  # what happened, in words; a promotion's type
    "start": pl.Datetime("us"),  # wall clock
    "end": pl.Datetime("us"),  # wall clock, exclusive; null: it lasts
    "size": pl.Float64,  # relative change of what came or was counted: -0.2 is a fifth less; null: not counted at all
}


def truth_rows(
    ids: Sequence[str],
    rows: NDArray[np.int64],
    *,
    kind: str,
    cause: Sequence[str] | NDArray[np.str_],
    start: Times,
    end: Times | None = None,
    size: NDArray[np.float64] | None = None,
) -> pl.DataFrame:
    """This will return one truth row for each store number in ``rows``; the other arrays are as long."""
    count = len(rows)
    nothing = pl.Series([None] * count, dtype=pl.Float64)
    return pl.DataFrame(
        {
            c.PLACE: pl.Series(list(ids), dtype=pl.String).gather(rows),
            "kind": pl.Series([kind] * count, dtype=pl.String),
            "cause": pl.Series(list(cause), dtype=pl.String),
            "start": pl.Series(start.astype("datetime64[us]")),
            "end": nothing.cast(pl.Datetime("us")) if end is None else pl.Series(end.astype("datetime64[us]")),
            "size": nothing if size is None else pl.Series(size, dtype=pl.Float64),
        },
        schema=TRUTH_SCHEMA,
    )
