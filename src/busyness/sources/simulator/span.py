"""The days and steps a world is simulated on, and the random streams its parts draw from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import MINUTES_PER_DAY, Times


@dataclass(frozen=True)
class Span:
    """``days`` local days from ``start`` on, ``ahead`` more that are only planned, in steps of ``step_minutes`` (≤ 60).

    Visitors are drawn per step; a step divides both the hour and the slot that is reported, so that opening hours,
    weather and slots all fall on its borders.
    """

    start: date
    days: int
    ahead: int
    step_minutes: int

    @cached_property
    def dates(self) -> Times:
        """The local dates with visitors, ``datetime64[D] [days]``."""
        return self.planned_dates[: self.days]

    @cached_property
    def planned_dates(self) -> Times:
        """The local dates for which plans exist, ``datetime64[D] [days + ahead]``."""
        return np.datetime64(self.start, "D") + np.arange(self.days + self.ahead)

    @cached_property
    def weekdays(self) -> NDArray[np.int64]:
        """Monday is 0; ``[days + ahead]``."""
        return (self.planned_dates.astype(np.int64) + 3) % 7

    @cached_property
    def minutes(self) -> NDArray[np.int64]:
        """Minutes after midnight at which the steps of a day begin, ``[steps of a day]``."""
        return np.arange(0, MINUTES_PER_DAY, self.step_minutes)

    @cached_property
    def times(self) -> Times:
        """Wall-clock start of every step, ``datetime64[m] [days × steps of a day]``."""
        steps = self.dates.astype("datetime64[m]")[:, None] + self.minutes.astype("timedelta64[m]")
        return np.asarray(steps.reshape(-1))

    @cached_property
    def day_of_year(self) -> NDArray[np.int64]:
        """1 January is 0; ``[days + ahead]``."""
        first = self.planned_dates.astype("datetime64[Y]").astype("datetime64[D]")
        return np.asarray((self.planned_dates - first).astype(np.int64))

    @property
    def years(self) -> float:
        """Length of the observed part in years."""
        return self.days / 365.25


def stream(seed: int, part: str) -> np.random.Generator:
    """This will return the random stream of one part of a world, so that a change in one part leaves the others alone."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def drift(draw: np.random.Generator, rows: int, days: int, *, spread: float, memory: float) -> NDArray[np.float64]:
    """This will return noise that remembers yesterday, ``[rows, days]``: AR(1) around 0 with that standard deviation."""
    shocks = draw.normal(0, spread, (days, rows))
    shocks[1:] *= np.sqrt(1 - memory**2)
    for day in range(1, days):
        shocks[day] += memory * shocks[day - 1]
    return shocks.T
