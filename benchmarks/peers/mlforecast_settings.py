"""mlforecast + LightGBM as a careful user would set them up for hourly counts; README says how they were chosen."""

from __future__ import annotations

from typing import Any

import holidays
import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.target_transforms import LocalStandardScaler

LAGS = [1, 2, 3, 24, 48, 72, 168, 336, 504, 672]
ROLLING = {1: [24, 168], 24: [24, 168], 168: [24, 168]}
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


def public_holidays(country: str, region: str | None) -> pd.DatetimeIndex:
    """This will return the days of the public holidays of 2011 to 2026."""
    return pd.DatetimeIndex(sorted(holidays.country_holidays(country, subdiv=region or None, years=range(2011, 2027))))


def forecaster(
    days_off: pd.DatetimeIndex,
    threads: int,
    *,
    lags: list[int] = LAGS,
    rolling: dict[int, list[int]] = ROLLING,
    trees: dict[str, Any] | None = None,
    scaled: bool = True,
) -> MLForecast:
    """This will return the model, not fitted."""

    def is_holiday(times: pd.DatetimeIndex) -> np.ndarray:
        return times.normalize().isin(days_off).astype(np.int8)

    def near_christmas(times: pd.DatetimeIndex) -> np.ndarray:
        day = times.dayofyear.to_numpy()
        return np.clip(np.where(day > 180, day - 359, day + 6), -15, 15).astype(np.int8)

    settings = {**TREES, **(trees or {})}
    return MLForecast(
        models={"lightgbm": LGBMRegressor(**settings, n_jobs=threads, random_state=0, force_row_wise=True, verbosity=-1)},
        freq="h",
        lags=lags,
        lag_transforms={int(lag): [RollingMean(width) for width in widths] for lag, widths in rolling.items()},
        date_features=["hour", "dayofweek", "dayofyear", is_holiday, near_christmas],
        target_transforms=[LocalStandardScaler()] if scaled else None,
        num_threads=threads,
    )
