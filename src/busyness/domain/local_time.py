"""Wall-clock time from UTC and back, for whole arrays, with the standard library's time zones.

Daylight saving makes a local day 23 or 25 hours long. Everything that repeats by the clock (the hour of the week, the
same hour a week ago, opening hours) is therefore looked up by wall clock, never by counting slots.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.slots import Times

_DAY = 86_400


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """This will return the time zone of that name, or raise an ``InputError`` that suggests one."""
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        hint = did_you_mean(str(name), zoneinfo.available_timezones()) or "Use a name such as America/Lima or UTC."
        raise InputError(f"'{name}' is not a time zone.", hint=hint) from None


def _offset(second: int, name: str) -> int:
    shift = datetime.fromtimestamp(second, UTC).astimezone(zone(name)).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def utc_offsets(times: Times, timezone: str) -> NDArray[np.int64]:
    """This will return local minus UTC time in seconds for each UTC time (any order, any shape).

    The offset is asked once a day and once more for every time on a day in which it changes.
    """
    seconds = np.asarray(times, dtype="datetime64[s]").astype(np.int64)
    if not seconds.size or timezone == "UTC":
        return np.zeros(seconds.shape, np.int64)
    day = seconds // _DAY
    first = int(day.min())
    edges = np.array([_offset(d * _DAY, timezone) for d in range(first, int(day.max()) + 2)], np.int64)
    offsets = edges[day - first]
    changing = offsets != edges[day - first + 1]
    if changing.any():
        unique, place = np.unique(seconds[changing], return_inverse=True)
        offsets[changing] = np.array([_offset(int(s), timezone) for s in unique], np.int64)[place]
    return offsets


def to_local(times: Times, timezone: str) -> Times:
    """This will return the wall-clock time (no zone attached) of each UTC time."""
    local: Times = np.asarray(times, dtype="datetime64[s]") + utc_offsets(times, timezone).astype("timedelta64[s]")
    return local


def to_utc(wall: Times, timezone: str) -> Times:
    """This will return the UTC time of each wall-clock time.

    A time that comes twice means its first occurrence; one that does not exist means the instant it would have been.
    """
    wall = np.asarray(wall, dtype="datetime64[s]")
    day = np.timedelta64(_DAY, "s")
    before = wall - utc_offsets(wall - day, timezone).astype("timedelta64[s]")
    after = wall - utc_offsets(wall + day, timezone).astype("timedelta64[s]")
    earlier, later = np.minimum(before, after), np.maximum(before, after)
    from_later = np.where(to_local(later, timezone) == wall, later, before)
    utc: Times = np.where(to_local(earlier, timezone) == wall, earlier, from_later)
    return utc
