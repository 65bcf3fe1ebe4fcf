"""Wall-clock times → instants, a million of them in a moment: days on which no clock changes need no second look."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import utc_offsets
from busyness.domain.slots import Times
from busyness.sources.files.dates import MICROS_PER_DAY
from busyness.sources.files.local_times import LATER, SKIPPED, UTC_TIME, to_instants
from busyness.sources.files.times import OFFSET, WALL

INSTANT = pl.Datetime("us", "UTC")
_DAY = np.timedelta64(86_400, "s")


def to_many_instants(times: pl.DataFrame, timezone: str | pl.Series) -> pl.DataFrame:
    """This will return ``utc, later, skipped`` of ``wall, offset, dated``, as ``files.local_times.to_instants`` does."""
    if isinstance(timezone, pl.Series):
        return to_instants(times, timezone).select(UTC_TIME, LATER, SKIPPED)
    there = times[WALL].is_not_null()
    local = there & times[OFFSET].is_null()
    micros = times[WALL].to_physical()
    if not local.any():
        utc, odd = micros - times[OFFSET].cast(pl.Int64) * 1_000_000, local
    else:
        filled = micros.fill_null(int(micros.filter(local)[0])).to_numpy()
        shift, steady = _shifts(filled, timezone)
        utc = pl.Series(filled - shift)
        odd = there & (~local | ~pl.Series(steady))
    answer = pl.DataFrame(
        {
            UTC_TIME: pl.select(pl.when(there).then(utc)).to_series().cast(INSTANT),
            LATER: pl.Series([None], dtype=INSTANT).new_from_index(0, times.height),
            SKIPPED: pl.Series([False]).new_from_index(0, times.height),
        }
    )
    rows = odd.arg_true()
    if not rows.len():
        return answer
    asked = to_instants(times[rows], timezone)
    return pl.DataFrame([answer[name].scatter(rows, asked[name]) for name in answer.columns])


def _shifts(micros: NDArray[np.int64], timezone: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Local minus UTC time in microseconds, and whether the clock keeps still from the day before to the day after."""
    day = micros // MICROS_PER_DAY
    first = int(day.min())
    day -= first
    present = np.flatnonzero(np.bincount(day))
    midnights: Times = (present + first).astype("datetime64[D]").astype("datetime64[s]")
    before: Times = midnights - _DAY
    after: Times = midnights + 2 * _DAY
    offsets = utc_offsets(before, timezone)
    shift, steady = np.zeros(int(present[-1]) + 1, np.int64), np.zeros(int(present[-1]) + 1, bool)
    shift[present], steady[present] = offsets * 1_000_000, offsets == utc_offsets(after, timezone)
    return shift[day], steady[day]
