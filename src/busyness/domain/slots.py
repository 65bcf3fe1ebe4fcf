"""Steps of time. A slot is half-open, ``[start, end)``; a panel's slots are equally long and have no gaps.

Slots shorter than a day are counted in UTC. A daily slot is a local day: its start is the wall-clock midnight, kept
without a zone, because the same date begins at different instants in different places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError

MINUTES_PER_DAY = 1440
_UNITS = {"min": 1, "m": 1, "t": 1, "h": 60, "hour": 60, "hours": 60, "d": MINUTES_PER_DAY, "day": MINUTES_PER_DAY}

Times: TypeAlias = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, order=True)
class SlotLength:
    """How long a slot is, in whole minutes that divide a day (or one day itself)."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1 or MINUTES_PER_DAY % self.minutes:
            raise InputError(
                f"A slot of {self.minutes} minutes does not divide a day.", hint="Use for example 15min, 30min, 1h or 1d."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """This will read ``15min``, ``1h``, ``1d``.

        >>> SlotLength.parse("1h").minutes
        60
        """
        found = re.fullmatch(r"\s*(\d*)\s*([a-zA-Z]+)\s*", text)
        unit = _UNITS.get(found.group(2).lower()) if found else None
        if not found or unit is None:
            raise InputError(f"'{text}' is not a slot length.", hint="Use for example 15min, 30min, 1h or 1d.")
        return cls(int(found.group(1) or 1) * unit)

    @property
    def daily(self) -> bool:
        """Whether a slot is a whole local day."""
        return self.minutes == MINUTES_PER_DAY

    @property
    def per_day(self) -> int:
        """Slots in a day of 24 hours."""
        return MINUTES_PER_DAY // self.minutes

    @property
    def per_week(self) -> int:
        """Slots in seven days: the season of every model here."""
        return 7 * self.per_day

    @property
    def step(self) -> np.timedelta64:
        """The length as a numpy step in seconds."""
        return np.timedelta64(self.minutes * 60, "s")

    def __str__(self) -> str:
        if self.daily:
            return "1d"
        return f"{self.minutes // 60}h" if self.minutes % 60 == 0 else f"{self.minutes}min"


@dataclass(frozen=True, slots=True)
class Slots:
    """``count`` equal slots from ``start`` on (seconds; UTC, or a local midnight when daily)."""

    start: np.datetime64
    length: SlotLength
    count: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", np.asarray(self.start, dtype="datetime64[s]")[()])
        if self.count < 0:
            raise InputError(f"A span of {self.count} slots is not possible.")

    @property
    def end(self) -> np.datetime64:
        """The end of the last slot (exclusive)."""
        return self.start + self.count * self.length.step

    def times(self, begin: int = 0, stop: int | None = None) -> Times:
        """This will return the starts of slots ``begin`` to ``stop``, ``datetime64[s]``."""
        stop = self.count if stop is None else stop
        return self.start + np.arange(begin, stop, dtype=np.int64) * self.length.step

    def index(self, time: np.datetime64 | datetime | Times) -> NDArray[np.int64]:
        """This will return the slot that holds each time (floor); it may lie outside ``[0, count)``."""
        seconds = (np.asarray(time, dtype="datetime64[s]") - self.start).astype(np.int64)
        return np.asarray(np.floor_divide(seconds, self.length.minutes * 60))

    def extended(self, count: int) -> Slots:
        """This will return the same slots with ``count`` more at the end."""
        return Slots(self.start, self.length, self.count + count)
