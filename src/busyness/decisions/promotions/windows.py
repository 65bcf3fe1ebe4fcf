"""Promotions as windows of days, and which days of a place are free of any."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.promotions.days import Days
from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c

START, END, TYPE = "start", "end", "type"
SPILL_DAYS = 3
"""Days around a window that it may still move: neither baseline nor placebo."""


@dataclass(frozen=True, slots=True)
class Windows:
    """One entry a place and window: row of the place, first day, end (exclusive), and the number of its campaign.

    A campaign is what began on one day: its places share the days, and so whatever else happened on them.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    campaign: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def only(self, kept: NDArray[np.bool_]) -> Windows:
        """This will return some of them."""
        return Windows(self.row[kept], self.start[kept], self.end[kept], self.campaign[kept])

    def moved(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> Windows:
        """This will return the same places and campaigns at other days."""
        return replace(self, start=start, end=end)


def windows_of(promotions: pl.DataFrame, days: Days) -> dict[str, Windows]:
    """This will return the windows of each type of promotion: ``place, start, end`` (last day), ``type``; local dates.

    A missing ``type`` is ``promotion``; a null place is all places. Places without predictions and windows that lie
    outside the days are left out. Raises ``InputError`` for a missing column or a window that ends before it begins.
    """
    for name in (c.PLACE, START, END):
        if name not in promotions.columns:
            raise ColumnMissingError(name, promotions.columns, role="the table of promotions")
    frame = promotions.with_columns(pl.col(START, END).cast(pl.Date))
    backwards = frame.filter(pl.col(END) < pl.col(START))
    if backwards.height:
        row = backwards.row(0, named=True)
        raise InputError(
            f"The promotion of '{row[c.PLACE]}' from {row[START]} ends on {row[END]}.", hint="Swap the two dates."
        )
    if TYPE not in frame.columns:
        frame = frame.with_columns(pl.lit("promotion").alias(TYPE))
    everywhere = pl.Series("every", [list(days.places)])
    frame = frame.with_columns(
        pl.when(pl.col(c.PLACE).is_null()).then(pl.lit(everywhere)).otherwise(pl.concat_list(c.PLACE)).alias(c.PLACE)
    ).explode(c.PLACE)
    frame = frame.filter(pl.col(c.PLACE).is_in(list(days.places))).unique(maintain_order=True)
    zero = pl.lit(days.first)
    frame = frame.with_columns(
        ((pl.col(START) - zero).dt.total_days()).alias("from"), ((pl.col(END) - zero).dt.total_days() + 1).alias("until")
    ).filter((pl.col("from") >= 0) & (pl.col("until") <= days.count))
    found = {}
    for key, rows in frame.sort(TYPE, "from", c.PLACE).group_by(TYPE, maintain_order=True):
        place = rows[c.PLACE].cast(pl.Enum(days.places)).to_physical().cast(pl.Int64).to_numpy()
        start, end = (rows[name].cast(pl.Int64).to_numpy() for name in ("from", "until"))
        campaign = np.unique(start, return_inverse=True)[1].astype(np.int64)
        found[str(key[0])] = Windows(place, start, end, campaign)
    return found


def running(windows: Windows, days: Days, *, around: int = 0) -> NDArray[np.bool_]:
    """This will say on which days a window runs, or lies within ``around`` days, ``[places, days]``."""
    change = np.zeros((len(days.places), days.count + 1), np.int64)
    np.add.at(change, (windows.row, np.maximum(windows.start - around, 0)), 1)
    np.add.at(change, (windows.row, np.minimum(windows.end + around, days.count)), -1)
    return np.asarray(np.cumsum(change, axis=1)[:, :-1] > 0)
