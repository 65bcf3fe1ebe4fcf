"""What no trip is: shorter, longer, farther or faster than this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from busyness.geo.distance import metres_between
from busyness.sources.events.sieve import Sieve, Written
from busyness.sources.events.trip_units import KILOMETRES, SECONDS, checked_unit
from busyness.tables import columns as c
from busyness.tables.events import Reason

_STEPS = (86_400, 3600, 1800, 900, 600, 300, 60, 1)
"""Seconds that published times are rounded to, the coarsest first."""


@dataclass(frozen=True, slots=True)
class TripLimits:
    """Trips outside are rejected with the reason; the defaults are those that public bike shares clean their files by.

    Under ``shortest`` somebody undocked a vehicle and thought better of it; over ``longest`` it was lost, or the end
    was not recorded. ``farthest_km`` is the straight line from start to end, and the distance as measured. A trip
    is too far as well where its straight line is longer than ``coarse_km`` plus what ``fastest_kmh`` allows in its time;
    published positions may be centres of neighbourhoods, hence ``coarse_km``. Units are found where they are not said:
    seconds, minutes, hours or milliseconds; kilometres, miles, metres or feet. ``remembered`` trips are asked whether
    an id comes again, 8 bytes each; with 0, only within a chunk.
    """

    shortest: timedelta = timedelta(seconds=60)
    longest: timedelta = timedelta(hours=24)
    farthest_km: float = 100.0
    fastest_kmh: float = 120.0
    coarse_km: float = 10.0
    duration_unit: str | None = None
    distance_unit: str | None = None
    remembered: int = 100_000_000

    def __post_init__(self) -> None:
        checked_unit(self.duration_unit, SECONDS)
        checked_unit(self.distance_unit, KILOMETRES)


def judge_duration(sieve: Sieve, seconds: pl.Series, *, limits: TripLimits, value: Written) -> None:
    """This will reject trips whose duration (seconds) is negative, too short or too long."""
    sieve.reject(seconds < 0, Reason.ENDS_FIRST, value=value)
    sieve.reject(seconds < limits.shortest.total_seconds(), Reason.TOO_SHORT, value=value)
    sieve.reject(seconds > limits.longest.total_seconds(), Reason.TOO_LONG, value=value)


def judge_elapsed(
    sieve: Sieve, elapsed: pl.Series, duration: pl.Series | None, *, limits: TripLimits, step: float, value: Written
) -> None:
    """This will reject trips that end before they start; and, where no duration is known, too short and too long ones.

    ``elapsed`` is end − start, ``duration`` what is written (both seconds). Times are rounded to the ``step``: a trip may
    have lasted nearly that much longer than its clock times say.
    """
    sieve.reject(elapsed < 0, Reason.ENDS_FIRST, value=value)
    sure = elapsed if duration is None else _where(elapsed, duration.is_null())
    sieve.reject(sure + step <= limits.shortest.total_seconds(), Reason.TOO_SHORT, value=value)
    sieve.reject(sure > limits.longest.total_seconds(), Reason.TOO_LONG, value=value)


def judge_line(sieve: Sieve, line: pl.Series, seconds: pl.Series | None, *, limits: TripLimits, value: Written) -> None:
    """This will reject trips whose straight line (kilometres) is too long, or too long for their time."""
    sieve.reject(line > limits.farthest_km, Reason.TOO_FAR, value=value)
    if seconds is not None:
        reach = limits.coarse_km + limits.fastest_kmh / 3600 * seconds
        sieve.reject(line > reach, Reason.TOO_FAR, value=value)


def straight_line(start: pl.DataFrame, end: pl.DataFrame) -> pl.Series:
    """This will return the kilometres from start to end, null where either position is missing."""
    degrees = [frame[name].to_numpy() for frame in (start, end) for name in (c.LATITUDE, c.LONGITUDE)]
    metres = metres_between(degrees[0], degrees[1], to_latitude=degrees[2], to_longitude=degrees[3])
    return pl.Series("line", metres / 1000).fill_nan(None)


def clock_step(*times: pl.Series | None) -> float:
    """This will return the seconds that all these times are rounded to: 900 where each is on a quarter of an hour."""
    micros = [time.drop_nulls().to_physical() for time in times if time is not None]
    for step in _STEPS:
        if all((values % (step * 1_000_000) == 0).all() for values in micros):
            return float(step)
    return 0.0


def _where(values: pl.Series, mask: pl.Series) -> pl.Series:
    return pl.select(pl.when(mask).then(values)).to_series()
