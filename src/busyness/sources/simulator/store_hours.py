"""When simulated stores are open: whole hours of each weekday, and the few days of the year that differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.slots import Times
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.stores import Stores
from busyness.tables import columns as c

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# [district type, (weekday opens, closes, Sunday opens, closes)], in the order of DISTRICT_TYPES
_USUAL = np.array([(8, 22, 8, 21), (7, 22, 9, 20), (9, 22, 9, 22), (8, 23, 8, 23), (7, 22, 9, 20)])
_OPENS_LATER = 0.3  # share of stores that open an hour later than usual
_SHUT_ON_FEASTS = 0.6  # share of stores that stay shut on Christmas and New Year; the others open for a few hours


@dataclass(frozen=True)
class StoreHours:
    """Hours after midnight; ``opens == closes`` is closed. Weekly ``[stores, 7]``, daily ``[stores, days + ahead]``."""

    weekly_opens: NDArray[np.int64]
    weekly_closes: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    differs: NDArray[np.bool_]

    def open_steps(self, stores: Stores, span: Span) -> NDArray[np.bool_]:
        """This will say in which steps each store is open, ``[stores, days, steps of a day]``."""
        opens, closes = self.opens[:, : span.days, None] * 60, self.closes[:, : span.days, None] * 60
        return (span.minutes >= opens) & (span.minutes < closes) & stores.trading(span.dates)[..., None]

    def table(self, ids: tuple[str, ...], dates: Times) -> pl.DataFrame:
        """This will return the hours as a file has them: ``place, weekday, date, open, close``; no times is closed."""
        row, weekday = np.divmod(np.arange(len(ids) * 7), 7)
        usual = _rows(ids, row, self.weekly_opens.reshape(-1), self.weekly_closes.reshape(-1)).with_columns(
            weekday=pl.Series(WEEKDAYS, dtype=pl.String).gather(weekday), date=pl.lit(None, pl.Date)
        )
        row, day = np.nonzero(self.differs)
        unusual = _rows(ids, row, self.opens[row, day], self.closes[row, day]).with_columns(
            weekday=pl.lit(None, pl.String), date=pl.Series(dates[day])
        )
        return pl.concat([usual, unusual]).select(c.PLACE, "weekday", c.DATE, "open", "close")


def _rows(ids: tuple[str, ...], row: NDArray[np.int64], opens: NDArray[np.int64], closes: NDArray[np.int64]) -> pl.DataFrame:
    clock = pl.Series([f"{hour:02d}:00" for hour in range(25)])
    shut = pl.Series(opens == closes, dtype=pl.Boolean)
    hours = pl.DataFrame({c.PLACE: pl.Series(ids).gather(row), "open": clock.gather(opens), "close": clock.gather(closes)})
    return hours.with_columns(pl.when(shut).then(None).otherwise(pl.col("open", "close")).name.keep())


def draw_hours(stores: Stores, span: Span, *, holidays: dict[date, str], seed: int) -> StoreHours:
    """This will draw each store's week, shut or shorten it on the great holidays, and close early on their eves."""
    draw = stream(seed, "hours")
    count = len(stores.ids)
    usual = _USUAL[stores.kinds]
    weekly_opens = np.concatenate([np.repeat(usual[:, :1], 6, axis=1), usual[:, 2:3]], axis=1)
    weekly_opens += draw.random((count, 1)) < _OPENS_LATER
    weekly_closes = np.concatenate([np.repeat(usual[:, 1:2], 6, axis=1), usual[:, 3:]], axis=1)
    opens, closes = weekly_opens[:, span.weekdays], weekly_closes[:, span.weekdays]
    differs = np.zeros(opens.shape, bool)
    shut = draw.random(count) < _SHUT_ON_FEASTS
    for day, label in enumerate(span.planned_dates.tolist()):
        month_day = (label.month, label.day)
        if month_day in {(12, 25), (1, 1)} and label in holidays:
            opens[:, day], closes[:, day] = np.where(shut, 0, 10), np.where(shut, 0, 17)
        elif month_day == (5, 1) and label in holidays:
            opens[:, day], closes[:, day] = 9, 18
        elif month_day in {(12, 24), (12, 31)}:
            closes[:, day] = 20
        else:
            continue
        usual_opens, usual_closes = weekly_opens[:, span.weekdays[day]], weekly_closes[:, span.weekdays[day]]
        differs[:, day] = (opens[:, day] != usual_opens) | (closes[:, day] != usual_closes)
    return StoreHours(weekly_opens, weekly_closes, opens, closes, differs)
