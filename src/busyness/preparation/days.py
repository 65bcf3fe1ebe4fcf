"""Hours to days: what is known of a day from the hours of it that were seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import MINUTES_PER_DAY, SlotLength, Slots
from busyness.tables.panel import Panel, wall_times

LEAST_SEEN = 0.25
"""A day of which a smaller part of its usual demand was seen is not observed."""

_DAY = np.timedelta64(1, "D")


def in_days(panel: Panel) -> Panel:
    """This will add a panel of shorter slots up to local days, future ones too.

    A missing slot is taken to have had its usual share of the day: the day is what was seen, divided by the part of a
    usual day that the seen slots are, by what was known when it ended. Days that were seen in no open slot, or in too
    few, are NaN. Covariates are not carried over; add them afterwards.
    """
    day = wall_times(panel.places, panel.slots).astype("datetime64[D]")
    first, last = day[:, 0].min(), day[:, -1].max()
    count = int((last - first) / _DAY) + 1
    passed = int((day[:, panel.history - 1].max() - first) / _DAY) + 1 if panel.history else 0
    which = ((day - first) / _DAY).astype(np.int64)
    number = which + np.arange(len(panel.places))[:, None] * count
    shape = (len(panel.places), count)

    def added(values: NDArray[np.float32] | NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(number.ravel(), weights=values.ravel(), minlength=shape[0] * count)
        return sums.astype(np.float64).reshape(shape)

    seen = np.isfinite(panel.demand)
    usual = _usual(panel, seen, day=which)
    part = added(usual * seen) / np.maximum(added(usual * (panel.open | seen)), 1e-9)
    total = added(np.where(seen, panel.demand, 0))
    known = (part >= LEAST_SEEN) & (added(seen) > 0)
    demand = np.where(known, total / np.maximum(part, LEAST_SEEN), np.nan).astype(np.float32)
    demand[:, passed:] = np.nan
    return replace(
        panel,
        slots=Slots(first.astype("datetime64[s]"), SlotLength(MINUTES_PER_DAY), count),
        history=passed,
        demand=demand,
        open=added(panel.open) > 0,
        outlier=np.zeros(shape, bool),
        known={},
        past={},
        known_from=None,
        vintages=None,
    )


def _usual(panel: Panel, seen: NDArray[np.bool_], *, day: NDArray[np.int64]) -> NDArray[np.float32]:
    """Each slot's usual share of its day, ``[places, slots]``: the chain's mean by time of day, up to that day."""
    wall = wall_times(panel.places, panel.slots)
    minutes = (wall - wall.astype("datetime64[D]")).astype("timedelta64[m]").astype(np.int64)
    step, per_day = minutes // panel.slots.length.minutes, panel.slots.length.per_day
    cell = (day * per_day + step)[seen]
    size = (int(day.max()) + 1) * per_day
    total = np.bincount(cell, weights=panel.demand[seen], minlength=size).reshape(-1, per_day).cumsum(axis=0)
    times = np.bincount(cell, minlength=size).reshape(-1, per_day).cumsum(axis=0)
    overall = total.sum(axis=1, keepdims=True) / np.maximum(times.sum(axis=1, keepdims=True), 1)
    shape = np.where(times > 0, total / np.maximum(times, 1), overall) + 1e-6
    return np.asarray(shape[day, step], np.float32)
