"""A series taken apart into trend, season and the rest, robustly (STL; MSTL where it repeats by day and by week)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, MissingExtraError, TooLittleHistoryError
from busyness.preparation.order_statistics import around, median

try:
    from statsmodels.tsa.seasonal import MSTL, STL
except ImportError:  # the core works without it; who decomposes is told what to install
    MSTL = STL = None

_CYCLES = 2
_DAYS_PER_WEEK = 7
_ROBUST_ROUNDS = 5
_TAME_WEEKS = 4
_TAME_DEVIATIONS = 8 * 1.4826
_DAY_WINDOW, _WEEK_WINDOW = 15, 35
"""Over how many days, or weeks, a season may change. In narrower windows an outlier passes for a change of season."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """``series`` = ``trend`` + ``seasonal`` + ``residual``, each float64 ``[slots]``, NaN where the series has no value."""

    series: NDArray[np.float64]
    trend: NDArray[np.float64]
    seasonal: NDArray[np.float64]
    residual: NDArray[np.float64]

    @property
    def detrended(self) -> NDArray[np.float64]:
        """The series without its trend, ``[slots]``."""
        return self.series - self.trend


def decompose(series: NDArray[np.floating], per_day: int, *, robust: bool = True) -> Decomposition:
    """This will decompose one place's demand, ``[slots]`` of ``per_day`` a day, with seasons of a day and of a week.

    A season counts when the series is longer than two of it. Missing values are interpolated before, and NaN after.

    Raises:
        MissingExtraError: statsmodels is not installed.
        TooLittleHistoryError: the series is no longer than two seasons, or has fewer than two values.

    Source: R. B. Cleveland et al., STL (1990); K. Bandara et al., MSTL (2021).
    """
    if STL is None:
        raise MissingExtraError("statsmodels", "decomposition")
    values = np.asarray(series, np.float64)
    if values.ndim != 1 or per_day < 1:
        raise InputError(f"A series of shape {values.shape} with {per_day} slots a day cannot be decomposed.")
    there = np.isfinite(values)
    # a season of one slot is none, so days have only weeks
    lengths = sorted({length for length in (per_day, _DAYS_PER_WEEK * per_day) if length > 1})
    periods = [length for length in lengths if len(values) > _CYCLES * length]
    if not periods or there.sum() < 2:
        raise TooLittleHistoryError(
            f"A series of {len(values)} slots with {int(there.sum())} values is too short to decompose.",
            hint=f"It takes more than {_CYCLES * lengths[0]} slots.",
        )
    slots = np.arange(len(values))
    whole = np.interp(slots, slots[there], values[there])
    tame = _tamed(whole, _DAYS_PER_WEEK * per_day) if robust else whole
    jump = max(1, per_day // 4)  # loess at every fourth of a day and lines between: the same to 0.1 %, six times faster
    steps = {"robust": robust, "trend_jump": jump, "low_pass_jump": jump}
    rounds = {"inner_iter": 2, "outer_iter": _ROBUST_ROUNDS if robust else 0}
    windows = [_DAY_WINDOW if length == per_day else _WEEK_WINDOW for length in periods]
    if len(periods) == 1:
        fit = STL(tame, period=periods[0], seasonal=windows[0], **steps).fit(**rounds)
    else:
        fit = MSTL(tame, periods=tuple(periods), windows=tuple(windows), stl_kwargs={**steps, **rounds}).fit()
    seasonal = np.asarray(fit.seasonal, np.float64).reshape(len(values), -1).sum(axis=1)
    trend = np.asarray(fit.trend, np.float64)
    parts = (np.where(there, part, np.nan) for part in (whole, trend, seasonal, whole - trend - seasonal))
    return Decomposition(*parts)


def _tamed(whole: NDArray[np.float64], per_week: int) -> NDArray[np.float64]:
    """The series with wild values brought to the edge of what is usual at that hour of the week.

    STL's own robustness fails on few weeks: a wild value drags its hour of the week along, all weeks of that hour lose
    their weight, and the season then follows the wild value.
    """
    weeks = -(-len(whole) // per_week)
    weekly = np.full(weeks * per_week, np.nan, np.float32)
    weekly[: len(whole)] = whole
    usual = median(around(weekly.reshape(1, weeks, per_week), _TAME_WEEKS)).ravel()[: len(whole)].astype(np.float64)
    apart = np.abs(whole - usual)
    apart = apart[apart > 0]
    if not len(apart):
        return whole
    reach = _TAME_DEVIATIONS * float(np.median(apart))
    return np.clip(whole, usual - reach, usual + reach)
