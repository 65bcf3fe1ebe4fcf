"""The times of a file while it is read once: one date order, one zone, no times that cannot be."""

from __future__ import annotations

import polars as pl

from busyness.sources.events._base import EventLayout
from busyness.sources.events.instants import read_instants, written_times, zone_of
from busyness.sources.events.one_date_order import OneDateOrder
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.timeliness import Timeliness


class PassTimes:
    """What one pass over a file knows of its times. Make one for each pass."""

    def __init__(self, layout: EventLayout) -> None:
        self._layout = layout
        self._order = OneDateOrder(layout.day_first, layout.timezone)
        self._timeliness = Timeliness(layout.now)

    def read(self, sieve: Sieve, column: str, *, required: bool = True, after: pl.Series | None = None) -> pl.Series:
        """This will return the instants of an assigned column (see ``instants.read_instants``).

        Times in the future, or long before all others, are rejected as well.
        """
        times = written_times(sieve.frame, column)
        found = read_instants(
            sieve,
            times,
            timezone=zone_of(sieve.frame, self._layout.timezone),
            day_first=self._order.of(sieve, times if isinstance(times, pl.Series) else times[0]),
            required=required,
            after=after,
        )
        self._timeliness.check(sieve, found, value=times)
        return found
