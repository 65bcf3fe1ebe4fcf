"""Numbers of years, months, days, hours → microseconds since 1970, with impossible dates told apart."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

NO_TIME = np.iinfo(np.int32).min
"""Stands where there is no number."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Times outside are slips of the pen: no one has counted visitors then."""
MICROS_PER_DAY = 86_400_000_000

_Ints = NDArray[np.int64]


def within_years(column: str) -> pl.Expr:
    """This will blank times outside the years in which anything is counted."""
    year = pl.col(column).dt.year()
    return pl.when(year.is_between(FIRST_YEAR, LAST_YEAR)).then(pl.col(column))


def day_number(year: _Ints, month: _Ints, day: _Ints) -> _Ints:
    """This will return days since 1970-01-01, ``NO_TIME`` where there is no such date (30 February, month 13)."""
    fits = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + np.where(fits, day - 1, 0)
    fits &= dates.astype("datetime64[M]") == months
    return np.where(fits, dates.astype(np.int64), NO_TIME)


def instants(day: _Ints, parts: _Ints) -> _Ints:
    """This will return microseconds since 1970 from days and ``[hour, minute, second, fraction, half]``.

    Hour 24 (with no minutes) is the next midnight. Half 1 is p.m., 0 is a.m., by the twelve-hour clock.
    """
    hour, minute, second, fraction = (np.where(parts[:, i] == NO_TIME, 0, parts[:, i]) for i in range(4))
    half = parts[:, 4]
    hour = np.where((half == 1) & (hour < 12), hour + 12, np.where((half == 0) & (hour == 12), 0, hour))
    second = np.minimum(second, 60)
    midnight = (hour == 24) & (minute == 0) & (second == 0) & (fraction == 0)
    fits = (day != NO_TIME) & ((hour < 24) | midnight) & (minute < 60) & (second < 60)
    micros = day * MICROS_PER_DAY + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction
    return np.where(fits, micros, NO_TIME)
