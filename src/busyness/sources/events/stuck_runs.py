"""Sensors that hang: the same count again and again, more often than chance would have it."""

from __future__ import annotations

from math import log, pi

import numpy as np
import polars as pl
from numpy.typing import NDArray

SERIES, START, AMOUNT, STUCK = "series", "start", "amount", "stuck"
_LIKELIEST = 0.37  # no count of people repeats itself more often than a one follows a one


def repeats_needed(amount: NDArray[np.float64], chance: float) -> NDArray[np.float64]:
    """This will return how many equal counts in a row are too many to be chance.

    Counts of people vary at least as a Poisson variable does, whose likeliest value has the probability 1 / √(2π mean)
    (Stirling). n equal counts then have at most that to the power n - 1, which has to lie below ``chance``.

    >>> repeats_needed(np.array([1.0, 100.0]), 1e-9)
    array([22.,  8.])
    """
    with np.errstate(divide="ignore"):
        likeliest = np.minimum(1 / np.sqrt(2 * pi * amount), _LIKELIEST)
    return np.asarray(np.ceil(log(chance) / np.log(likeliest)) + 1)


class StuckRuns:
    """Holds back the last few rows of each series until it is clear that they may be believed.

    Rows are a frame sorted by ``series`` and time with ``amount`` (Float64, null: not to be believed) and any other
    columns; they come back with ``stuck`` and, where stuck, without an amount.
    """

    def __init__(self, series: int, chance: float) -> None:
        self._chance = chance
        self._stuck_at = np.full(series, np.nan)
        self._held: pl.DataFrame | None = None

    def passed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """This will return the rows, of this chunk and held back before, whose fate is known."""
        if self._held is not None and self._held.height:
            rows = pl.concat([self._held, rows]).sort(SERIES, maintain_order=True)
        if rows.is_empty():
            return rows.with_columns(pl.lit(False).alias(STUCK))
        series = rows[SERIES].to_numpy()
        amount = rows[AMOUNT].fill_null(float("nan")).to_numpy()
        first = np.append(True, series[1:] != series[:-1])
        head = first | np.append(True, amount[1:] != amount[:-1])
        run = np.cumsum(head) - 1
        starts = np.flatnonzero(head)
        value, whose = amount[starts], series[starts]
        length = np.bincount(run)
        going_on = first[starts] & (value == self._stuck_at[whose])
        stuck = going_on | ((value > 0) & (length >= repeats_needed(np.maximum(value, 0.5), self._chance)))
        last = np.append(whose[1:] != whose[:-1], True)
        self._stuck_at[whose[last]] = np.where(stuck[last], value[last], np.nan)
        held = last & ~stuck & (value > 0)
        rows = rows.with_columns(pl.Series(STUCK, stuck[run]), pl.Series("held", held[run]))
        self._held = rows.filter("held").drop(STUCK, "held")
        return _told(rows.filter(~pl.col("held")).drop("held"))

    def rest(self) -> pl.DataFrame | None:
        """This will return the rows still held back when there are no more; they are believed."""
        held, self._held = self._held, None
        return None if held is None else held.with_columns(pl.lit(False).alias(STUCK))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.when(~pl.col(STUCK)).then(pl.col(AMOUNT)).alias(AMOUNT))
