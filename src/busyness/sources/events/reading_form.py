"""What kind of readings a file has: counts or counters, how far apart, and at which minute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.sources.events.sensor_rules import SensorRules
from busyness.tables import columns as c

MICROS_PER_MINUTE = 60_000_000
_FEW = 10  # fewer changes than this say nothing
_SELDOM = 0.2  # counters fall seldom (once a day, where they begin again every night); counts fall as often as they rise
_JITTER = 2 * MICROS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """``counters`` or counts, ``every`` so many minutes, at minutes that leave ``phase`` (microseconds) when divided."""

    counters: bool
    every: int
    phase: int
    notes: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """From one reading to the next, in microseconds."""
        return self.every * MICROS_PER_MINUTE

    def settled(self, time: NDArray[np.int64]) -> NDArray[np.int64]:
        """This will move times that are a little early or late (up to two minutes) to where they belong."""
        nearest = np.rint((time - self.phase) / self.step).astype(np.int64) * self.step + self.phase
        return np.where(np.abs(time - nearest) <= min(_JITTER, self.step // 10), nearest, time)


def tell_form(readings: pl.DataFrame, rules: SensorRules, name: str) -> ReadingForm:
    """This will tell the form from the first readings (``sensor, time, entries, exits``, in the file's order).

    Raises:
        InputError: the readings run backwards in time, or come at no regular distance.

    """
    since = (pl.col(c.TIME) - pl.col(c.TIME).shift(1)).over("sensor").dt.total_microseconds()
    gaps = readings.select(since.alias("gap")).to_series().drop_nulls()
    if gaps.len() and (gaps < 0).sum() * 2 > gaps.len():
        raise InputError(f"The readings of {name} run backwards in time.", hint="Sort them by time, the oldest first.")
    every = rules.every or _usual_gap(gaps, name)
    phase = _phase(readings[c.TIME], every)
    counters, note = _counters(readings, rules)
    notes = [] if rules.every else [f"The sensors were read every {every} minutes."]
    return ReadingForm(counters, every, phase, (*notes, note) if note else tuple(notes))


def _usual_gap(gaps: pl.Series, name: str) -> int:
    minutes = (gaps.filter(gaps > 0) / MICROS_PER_MINUTE).round(0).cast(pl.Int64).clip(lower_bound=1)
    counted = minutes.value_counts(sort=True, name="rows")
    if not counted.height or counted["rows"][0] * 2 < minutes.len():
        raise InputError(
            f"The readings of {name} come at no regular distance.", hint="Say how many minutes apart they are: every: 15."
        )
    return int(counted.row(0)[0])


def _phase(times: pl.Series, every: int) -> int:
    """The commonest minute within the interval; seconds early or late do not count."""
    if not times.len():
        return 0
    minute = (times.dt.epoch("us").cast(pl.Float64) / MICROS_PER_MINUTE).round(0).cast(pl.Int64) % every
    return int(minute.value_counts(sort=True).row(0)[0]) * MICROS_PER_MINUTE


def _counters(readings: pl.DataFrame, rules: SensorRules) -> tuple[bool, str]:
    if rules.form is not None:
        return rules.form == "counters", ""
    values = readings.sort("sensor", c.TIME, maintain_order=True)
    change = (pl.col("entries") - pl.col("entries").shift(1)).over("sensor")
    changes = values.drop_nulls("entries").select(change.alias("change")).to_series().drop_nulls()
    changes = changes.filter(changes != 0)
    if changes.len() < _FEW:
        return False, "There are too few readings to tell counts from counters; they were taken as counts."
    if (changes < 0).sum() <= _SELDOM * changes.len():
        return True, "The readings only go up, so they were taken as counters: what was counted is their difference."
    return False, "The readings go up and down, so each was taken as the count of its own interval."
