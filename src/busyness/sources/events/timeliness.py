"""Times that cannot be: in the future, or long before all others."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from busyness.sources.events.sieve import Sieve, Written
from busyness.tables.events import Reason

QUIET_YEARS = 5
"""A time that so many years without any event separate from the others is the clock of a device that was reset."""


class Timeliness:
    """What one pass over a file knows of its years. Make one for each pass."""

    def __init__(self, now: datetime | None) -> None:
        self._now = now
        self._first_year: int | None = None

    def check(self, sieve: Sieve, times: pl.Series, *, value: Written) -> None:
        """This will reject times after now, and times more than ``QUIET_YEARS`` before all others.

        The others are those around the median of the first chunk, and what later chunks join to them without a gap.
        ``value`` shows the times as they were written.
        """
        if self._now is not None:
            sieve.reject(times > self._now, Reason.IN_FUTURE, value=value)
        good = times.filter(sieve.kept).drop_nulls()
        if not good.len():
            return
        years = good.dt.year()
        oldest = int(years.min())  # type: ignore[arg-type]
        if self._first_year is None:
            self._first_year = int(years.median())  # type: ignore[arg-type]
        if oldest >= self._first_year:
            return
        for year in years.unique().sort(descending=True):
            if year < self._first_year - QUIET_YEARS:
                break
            self._first_year = min(year, self._first_year)
        floor = datetime(self._first_year, 1, 1, tzinfo=UTC)
        sieve.reject(times < floor, Reason.TOO_OLD, value=value)
