"""Accuracy over time: how far off the forecasts were, day by day, beside the baseline. Each was made before its day."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.monitoring.coverage import two_sided
from busyness.monitoring.walked import Daily
from busyness.tables import columns as c


def over_time(daily: Daily, name: str, *, rolling: int = 7, bands: bool = True) -> pl.DataFrame:
    """This will return one row a day, of all places together, and of ``name``, the forecaster.

    Columns: ``date, forecaster, slots, missed`` (sum of absolute errors)``, came`` (sum of demand)``, mae, wape`` (missed
    over came)``, wape_rolling`` (that of the last ``rolling`` days)``, coverage`` of the 80 % bands, null without ``bands``.
    """
    slots, missed, came, inside = (values.sum(axis=0) for values in (daily.slots, daily.missed, daily.came, daily.inside))
    missed_lately, came_lately = (np.convolve(values, np.ones(rolling))[: len(values)] for values in (missed, came))
    columns = {
        c.DATE: daily.days.astype("datetime64[D]"),
        "forecaster": pl.Series([name] * len(daily.days), dtype=pl.String),
        "slots": slots.astype(np.int64),
        "missed": missed,
        "came": came,
        "mae": _ratio(missed, slots),
        "wape": _ratio(missed, came),
        "wape_rolling": _ratio(missed_lately, came_lately),
        "coverage": _ratio(inside, slots) if bands else np.full(len(slots), np.nan),
    }
    return pl.DataFrame(columns).with_columns(pl.col(c.DATE).cast(pl.Date), pl.col(pl.Float64).fill_nan(None))


def worse_than_baseline(daily: Daily, *, days: int = 14) -> pl.DataFrame:
    """This will return ``place, missed, baseline, p`` of the last ``days`` days: mean absolute errors a day, and how often
    chance alone would put the forecaster so far behind (paired by day; 1 where it is not behind).
    """
    ours, theirs, there = (values[:, -days:] for values in (daily.compared, daily.baseline, daily.slots > 0))
    many = there.sum(axis=1)
    behind = np.where(there, ours - theirs, np.nan)
    mean = _ratio(np.nansum(behind, axis=1), many)
    swing = np.sqrt(_ratio(np.nansum((behind - mean[:, None]) ** 2, axis=1), np.maximum(many - 1, 1)) / np.maximum(many, 1))
    distance = np.where((many >= 7) & (mean > 0), mean / np.maximum(swing, 1e-9), 0)
    return pl.DataFrame(
        {
            c.PLACE: list(daily.places),
            "missed": _ratio(ours.sum(axis=1), many),
            "baseline": _ratio(theirs.sum(axis=1), many),
            "p": np.where(distance > 0, two_sided(distance) / 2, 1.0),
        }
    )


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)
