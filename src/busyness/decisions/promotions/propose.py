"""Windows to choose from, where nobody gave any: the quieter days of each place, as long as a type usually runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.promotions.recommend import COST, VISITS
from busyness.decisions.promotions.windows import END, START, TYPE
from busyness.tables import columns as c

CANDIDATES_SCHEMA = {
    c.PLACE: pl.String,
    START: pl.Date,
    END: pl.Date,  # the last day
    TYPE: pl.String,
    VISITS: pl.Float64,  # expected without a promotion
    COST: pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """``visits`` expected of each place and local day from ``first`` on, ``[places, days]``."""

    places: tuple[str, ...]
    first: date
    visits: NDArray[np.float64]

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.visits.shape[1] - 1)

    def expected(self, place: str, start: date, end: date) -> float:
        """This will return the visits from ``start`` to ``end``, both included."""
        begin = (start - self.first).days
        return float(self.visits[self.places.index(place), begin : (end - self.first).days + 1].sum())


def usual_days(promotions: pl.DataFrame) -> dict[str, int]:
    """This will return how many days each type of promotion usually ran: the median."""
    lengths = promotions.with_columns(((pl.col(END) - pl.col(START)).dt.total_days() + 1).alias("days"))
    medians = lengths.group_by(TYPE).agg(pl.col("days").median()).sort(TYPE)
    return {str(kind): max(round(days), 1) for kind, days in medians.iter_rows()}


def propose(outlook: Outlook, lengths: Mapping[str, int], costs: Mapping[str, float]) -> pl.DataFrame:
    """This will propose windows of each type's length that see fewer visits a day than the place's usual forecast day.

    Every first day is tried; places that expect nobody have none. Returns the columns of ``CANDIDATES_SCHEMA``.
    """
    count = outlook.visits.shape[1]
    total = np.pad(np.cumsum(outlook.visits, axis=1), ((0, 0), (1, 0)))
    rows = []
    for kind, length in lengths.items():
        starts = np.arange(count - length + 1)
        inside = total[:, starts + length] - total[:, starts]
        quiet = (inside / length <= outlook.visits.mean(axis=1, keepdims=True) * (1 + 1e-9)) & (inside > 0)
        for row, start in np.argwhere(quiet).tolist():
            begin = outlook.first + timedelta(days=start)
            end = begin + timedelta(days=length - 1)
            rows.append((outlook.places[row], begin, end, kind, float(inside[row, start]), costs.get(kind, 0.0)))
    return pl.DataFrame(rows, schema=CANDIDATES_SCHEMA, orient="row").sort(c.PLACE, START, TYPE)


def apart(candidates: pl.DataFrame, planned: pl.DataFrame, *, pause: int) -> pl.DataFrame:
    """This will leave out candidates that touch a ``planned`` promotion of their place, or lie less than ``pause`` days
    from one; planned without a place is planned everywhere. What is expected there counts on that promotion already.
    """
    spans = planned.select(
        pl.col(c.PLACE).alias("its"), pl.col(START).alias("begins"), pl.col(END).alias("ends")
    ).with_row_index("number")
    gap = pl.duration(days=pause)
    near = (
        candidates.with_row_index("row")
        .join(spans, how="cross")
        .filter(
            (pl.col("its").is_null() | (pl.col("its") == pl.col(c.PLACE)))
            & (pl.col(START) <= pl.col("ends") + gap)
            & (pl.col(END) >= pl.col("begins") - gap)
        )["row"]
        .unique()
    )
    return candidates.with_row_index("row").filter(~pl.col("row").is_in(near.implode())).drop("row")
