"""When a place is open: hours of each weekday, and dates on which they differ. Known ahead, by wall clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength, Times

Interval: TypeAlias = tuple[int, int]
"""Minutes after midnight, half-open; an end past 1440 reaches into the next day."""

_TIME = r"(\d{1,2}):(\d{2})"
_HINT = "Write 08:00-22:00, 09:00-13:00,15:00-20:00 or closed; 20:00-02:00 ends on the next day."


def parse_intervals(text: str) -> tuple[Interval, ...]:
    """This will read ``08:00-22:00``, several of them joined by commas, ``closed`` or ``24h``.

    An end at or before the start means the next day.

    >>> parse_intervals("09:00-13:00, 15:00-20:30")
    ((540, 780), (900, 1230))
    """
    words = text.strip().lower()
    if words in {"closed", "cerrado", "-", ""}:
        return ()
    if words in {"24h", "always", "00:00-24:00"}:
        return ((0, MINUTES_PER_DAY),)
    intervals = []
    for part in words.split(","):
        found = re.fullmatch(rf"\s*{_TIME}\s*[-–]\s*{_TIME}\s*", part)
        hours = [int(g) for g in found.groups()] if found else []
        if not hours or hours[1] > 59 or hours[3] > 59:
            raise InputError(f"'{text}' are no opening hours.", hint=_HINT)
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(start, end) > MINUTES_PER_DAY:
            raise InputError(f"'{text}' are no opening hours: a day ends at 24:00.", hint=_HINT)
        intervals.append((start, end if end > start else end + MINUTES_PER_DAY))
    return tuple(sorted(intervals))


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """``weekly[0]`` is Monday's hours; ``exceptions`` replace the hours of a date."""

    weekly: tuple[tuple[Interval, ...], ...]
    exceptions: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise InputError(f"Opening hours need seven weekdays; {len(self.weekly)} were given.")

    def minutes(self, day: date) -> tuple[Interval, ...]:
        """This will return the hours of one local date."""
        return self.exceptions.get(day, self.weekly[day.weekday()])

    def open_at(self, wall: Times, length: SlotLength) -> NDArray[np.bool_]:
        """This will say for each slot (its wall-clock start) whether the place is open in any part of it."""
        seconds = np.asarray(wall, dtype="datetime64[s]").astype(np.int64)
        day, minute = seconds // 86_400, seconds % 86_400 // 60
        past_midnight = np.maximum(minute + length.minutes - MINUTES_PER_DAY, 0)  # in zones off by half an hour
        days, where = np.unique(np.concatenate([day, day + (past_midnight > 0)]), return_inverse=True)
        first, last = where[: len(day)], where[len(day) :]
        by_day = np.zeros((len(days), MINUTES_PER_DAY), bool)
        for row, number in enumerate(days):
            today = date.fromordinal(int(number) + 719_163)
            yesterday = date.fromordinal(int(number) + 719_162)
            for start, end in self.minutes(today):
                by_day[row, start : min(end, MINUTES_PER_DAY)] = True
            for start, end in self.minutes(yesterday):
                by_day[row, max(start - MINUTES_PER_DAY, 0) : max(end - MINUTES_PER_DAY, 0)] = True
        opened = np.concatenate([np.zeros((len(days), 1), np.int64), np.cumsum(by_day, axis=1)], axis=1)
        stop = np.minimum(minute + length.minutes, MINUTES_PER_DAY)
        return np.asarray((opened[first, stop] > opened[first, minute]) | (opened[last, past_midnight] > 0))
