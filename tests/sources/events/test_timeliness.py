"""Times that cannot be."""

from datetime import UTC, datetime

import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.timeliness import Timeliness
from busyness.tables.events import Reason


def judged(timeliness: Timeliness, *years: int | None) -> list[str | None]:
    times = pl.Series([year and datetime(year, 6, 1, tzinfo=UTC) for year in years], dtype=pl.Datetime("us", "UTC"))
    sieve = Sieve(RawChunk(times.to_frame("t"), pl.Series(range(len(years)), dtype=pl.Int64)))
    timeliness.check(sieve, times, value=times)
    reasons = dict(sieve.rejected().select("line", "reason").iter_rows())
    return [reasons.get(row) for row in range(len(years))]


def test_a_clock_that_was_reset_and_a_time_to_come() -> None:
    timeliness = Timeliness(datetime(2025, 1, 1, tzinfo=UTC))
    assert judged(timeliness, 2014, 1970, 2014, 2026, None) == [None, Reason.TOO_OLD, None, Reason.IN_FUTURE, None]
    assert judged(timeliness, 1970, 1970) == [Reason.TOO_OLD] * 2


def test_a_long_history_is_not_old() -> None:
    timeliness = Timeliness(None)
    assert judged(timeliness, *range(1980, 2020, 4)) == [None] * 10
    newest_first = Timeliness(None)
    assert judged(newest_first, 2020, 2018) == [None, None]
    assert judged(newest_first, 2014, 2010, 2001) == [None, None, Reason.TOO_OLD]


def test_without_now_nothing_is_in_the_future_and_no_rows_are_no_trouble() -> None:
    assert judged(Timeliness(None), 2100) == [None]
    assert judged(Timeliness(None)) == []
