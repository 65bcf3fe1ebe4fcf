"""mlforecast + LightGBM for hourly counts, in three sizes; benchmarks/README.md says how they were chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holidays
import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMax, RollingMean, RollingMin, RollingStd, SeasonalRollingMean
from mlforecast.target_transforms import LocalStandardScaler

TREES: dict[str, Any] = {
    "objective": "l1",
    "n_estimators": 200,
    "num_leaves": 63,
    "learning_rate": 0.1,
    "max_bin": 63,
    "min_child_samples": 40,
    "colsample_bytree": 0.6,
    "subsample": 0.7,
    "subsample_freq": 1,
}


@dataclass(frozen=True)
class Lags:
    """Which past hours a model sees: single ones, and windows that end at a lag."""

    single: tuple[int, ...]
    windows: dict[int, list[Any]]


def _means(windows: dict[int, list[int]]) -> dict[int, list[Any]]:
    return {lag: [RollingMean(width) for width in widths] for lag, widths in windows.items()}


SIZES = {
    # the last hours too, which a recursion over a week feeds with its own errors
    "listed": Lags((1, 2, 3, 24, 48, 72, 168, 336, 504, 672), _means({24: [24, 168], 168: [24, 168]})),
    # no lag under a day, every day of the last week: the best of those tried
    "daily": Lags((24, 48, 72, 96, 120, 144, 168, 336, 504, 672, 1344), _means({24: [24, 168], 168: [24, 168, 672]})),
    # about as many columns as ours, for building matrices side by side
    "wide": Lags(
        (24, 48, 72, 96, 120, 144, 168, *range(336, 1345, 168)),
        {
            24: [make(width) for width in (6, 24, 72, 168, 672) for make in (RollingMean, RollingStd)],
            168: [RollingMean(24), RollingMean(168), RollingMin(168), RollingMax(168)]
            + [SeasonalRollingMean(168, weeks) for weeks in (4, 8)],
        },
    ),
}


def public_holidays(country: str, region: str | None) -> pd.DatetimeIndex:
    """This will return the days of the public holidays of 2011 to 2026."""
    return pd.DatetimeIndex(sorted(holidays.country_holidays(country, subdiv=region or None, years=range(2011, 2027))))


def forecaster(days_off: pd.DatetimeIndex, threads: int, size: str) -> MLForecast:
    """This will return the model, not fitted."""

    def is_holiday(times: pd.DatetimeIndex) -> np.ndarray:
        return times.normalize().isin(days_off).astype(np.int8)

    def near_christmas(times: pd.DatetimeIndex) -> np.ndarray:
        day = times.dayofyear.to_numpy()
        return np.clip(np.where(day > 180, day - 359, day + 6), -15, 15).astype(np.int8)

    lags = SIZES[size]
    wide = ["day", "week", "month", "quarter"] if size == "wide" else []
    return MLForecast(
        models={"lightgbm": LGBMRegressor(**TREES, n_jobs=threads, random_state=0, force_row_wise=True, verbosity=-1)},
        freq="h",
        lags=list(lags.single),
        lag_transforms=lags.windows,
        date_features=["hour", "dayofweek", "dayofyear", is_holiday, near_christmas, *wide],
        target_transforms=[LocalStandardScaler()],
        num_threads=threads,
    )
