"""What came beside what would have come anyway, by place and local day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c


@dataclass(frozen=True, slots=True)
class Days:
    """``observed`` and ``expected`` (the counterfactual: a forecast that knew of no promotion) ``[places, days]`` from
    ``first`` on; both 0 on a day without any slot that has both.
    """

    places: tuple[str, ...]
    first: date
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many days."""
        return int(self.observed.shape[1])


def days_of(predictions: pl.DataFrame, zones: Mapping[str, str] | None = None) -> Days:
    """This will add up ``place, time, observed, mean`` (a backtest's predictions, made as if there were no promotion) by
    local day.

    ``zones`` is each place's time zone, UTC where it has none; a column ``date`` is taken as it is. Where a slot was
    predicted from several origins, their mean counts; slots without an observation or a prediction are left out.

    Raises:
        InputError: a column is missing, or no slot has both.

    """
    needed = (c.PLACE, c.OBSERVED, c.MEAN, c.DATE if c.DATE in predictions.columns else c.TIME)
    for name in needed:
        if name not in predictions.columns:
            raise ColumnMissingError(name, predictions.columns, role="the effect of promotions")
    both = predictions.select(needed).filter(pl.col(c.OBSERVED).is_finite() & pl.col(c.MEAN).is_finite())
    if not both.height:
        raise InputError("No slot has both an observation and a prediction.", hint="Run a backtest over the promotions.")
    both = both.group_by(c.PLACE, needed[3]).agg(pl.col(c.OBSERVED).first(), pl.col(c.MEAN).mean())
    if needed[3] == c.TIME:
        both = _dated(both, zones or {})
    daily = both.group_by(c.PLACE, c.DATE).agg(pl.col(c.OBSERVED, c.MEAN).cast(pl.Float64).sum())
    places = tuple(daily[c.PLACE].unique().sort().to_list())
    first: date = daily[c.DATE].min()  # type: ignore[assignment] # a column of dates has a date as its least
    row = daily[c.PLACE].cast(pl.Enum(places)).to_physical().to_numpy()
    day = (daily[c.DATE] - pl.Series([first])).dt.total_days().to_numpy()
    observed, expected = np.zeros((2, len(places), int(day.max()) + 1))
    observed[row, day] = daily[c.OBSERVED].to_numpy()
    expected[row, day] = daily[c.MEAN].to_numpy()
    return Days(places, first, observed, expected)


def _dated(slots: pl.DataFrame, zones: Mapping[str, str]) -> pl.DataFrame:
    parts = []
    for key, rows in slots.group_by(c.PLACE):
        local = pl.col(c.TIME).dt.convert_time_zone(zones.get(str(key[0]), "UTC")).dt.date()
        parts.append(rows.with_columns(local.alias(c.DATE)))
    return pl.concat(parts)
