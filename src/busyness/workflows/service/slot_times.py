"""When slots begin: in UTC, by the clock on the wall, and as text, zone by zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from busyness.domain.local_time import to_local, to_utc
from busyness.domain.slots import Slots, Times
from busyness.tables.panel import local_label


@dataclass(frozen=True)
class SlotTimes:
    """The slots of one zone: ``starts`` (UTC) and ``wall`` (local), ``datetime64[s]``; ``labels``, ISO text with offset."""

    starts: Times
    wall: Times
    labels: tuple[str, ...]

    @classmethod
    def of(cls, slots: Slots, timezone: str) -> SlotTimes:
        """This will lay the slots out by the clock of a zone; daily slots begin at its midnights."""
        times = slots.times()
        starts, wall = (to_utc(times, timezone), times) if slots.length.daily else (times, to_local(times, timezone))
        return cls(starts, wall, tuple(local_label(starts, timezone)))

    def between(self, start: np.datetime64 | None, end: np.datetime64 | None) -> slice:
        """This will return the slots that begin at or after ``start`` and before ``end`` (UTC; None: no limit)."""
        first = 0 if start is None else int(np.searchsorted(self.starts, start))
        stop = len(self.starts) if end is None else int(np.searchsorted(self.starts, end))
        return slice(first, max(first, stop))


def times_by_zone(slots: Slots, zones: Iterable[str]) -> dict[str, SlotTimes]:
    """This will lay the slots out for each zone."""
    return {zone: SlotTimes.of(slots, zone) for zone in dict.fromkeys(zones)}
