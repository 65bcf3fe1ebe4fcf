"""The last slots up to the running one: what was seen, and the band in which it had been expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_local, to_utc
from busyness.domain.place import Place
from busyness.domain.quantiles import interpolate_levels
from busyness.domain.slots import Times
from busyness.tables import columns as c
from busyness.workflows.service.ask_forecast import as_utc
from busyness.workflows.service.past import Past, past_of
from busyness.workflows.service.snapshot import Snapshot

Floats = NDArray[np.float32]
_LOOK_BACK_DAYS = 2
_LOOK_BACK_DAILY = 7


@dataclass(frozen=True, eq=False)
class Recent:
    """Arrays ``[places, slots]``, the running slot last: ``starts`` (UTC), what was ``observed`` (NaN: not), the ``mean``
    and 80 % band that had been said (NaN: nothing was), whether the place was ``open`` as far as is known, and which slots
    the ``challenger`` of a trial had said.
    """

    places: tuple[Place, ...]
    starts: Times
    observed: Floats
    mean: Floats
    low: Floats
    high: Floats
    open: NDArray[np.bool_]
    challenger: NDArray[np.bool_]

    @property
    def side(self) -> NDArray[np.int8]:
        """1 where more was seen than the band holds, -1 where less, 0 within it or where one is not known."""
        return (self.observed > self.high).astype(np.int8) - (self.observed < self.low).astype(np.int8)


def recent_of(snapshot: Snapshot, places: Sequence[str], *, now: datetime, posted: pl.DataFrame | None = None) -> Recent:
    """This will gather the last two days (a week of daily slots) of these places up to ``now``, an aware time.

    ``posted`` are later counts, ``place, time`` (UTC)``, demand``; they win over the folder's history.
    """
    rows = np.array([snapshot.place(name)[0] for name in places], np.int64)
    chosen = tuple(snapshot.forecast.places[row] for row in rows)
    slots, length = snapshot.forecast.slots, snapshot.forecast.slots.length
    count = 1 + (_LOOK_BACK_DAILY if length.daily else _LOOK_BACK_DAYS * length.per_day)
    running = np.array([int(slots.index(_clock(now, place.timezone, daily=length.daily))) for place in chosen], np.int64)
    number = running[:, None] + np.arange(1 - count, 1)
    mean, low, high = _said(snapshot, rows, number)
    ahead = (number >= 0) & (number < slots.count)
    opened = snapshot.forecast.open[rows[:, None], np.clip(number, 0, slots.count - 1)]
    fresh = None
    if posted is not None and posted.height:
        fresh = past_of(posted, (c.DEMAND,), places=snapshot.forecast.places, length=length)
    observed = _gathered(snapshot, fresh, c.DEMAND, rows=rows, number=number)
    for past, name in ((snapshot.history, c.DEMAND), (snapshot.replayed, c.OBSERVED)):
        observed = np.where(np.isnan(observed), _gathered(snapshot, past, name, rows=rows, number=number), observed)
    return Recent(
        chosen,
        _starts(snapshot, chosen, number),
        observed,
        mean,
        low,
        high,
        np.where(ahead, opened, np.isnan(mean) | (mean > 0) | (observed > 0)),
        _by_challenger(snapshot, rows, number),
    )


def _by_challenger(snapshot: Snapshot, rows: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.bool_]:
    if snapshot.lot is None:
        return np.zeros(number.shape, bool)
    cells = snapshot.lot.cells
    ahead = (number >= 0) & (number < cells.shape[1])
    return np.asarray(ahead & cells[rows[:, None], np.clip(number, 0, cells.shape[1] - 1)])


def _clock(now: datetime, zone: str, *, daily: bool) -> np.datetime64:
    return to_local(np.array([as_utc(now)]), zone)[0] if daily else as_utc(now)


def _starts(snapshot: Snapshot, places: Sequence[Place], number: NDArray[np.int64]) -> Times:
    slots = snapshot.forecast.slots
    times = slots.start + number * slots.length.step
    if slots.length.daily:
        zones = np.array([place.timezone for place in places], dtype=object)
        for zone in set(zones.tolist()):
            times[zones == zone] = to_utc(times[zones == zone], zone)
    return times


def _said(snapshot: Snapshot, rows: NDArray[np.int64], number: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Mean, low and high: of the forecast where it reaches, before it of what the replay had said."""
    forecast = snapshot.forecast
    cell = rows[:, None], np.clip(number, 0, forecast.slots.count - 1)
    band = interpolate_levels(forecast.levels, forecast.quantiles[cell], (0.1, 0.9))
    there = (number >= 0) & (number < forecast.slots.count)
    replayed = (_gathered(snapshot, snapshot.replayed, name, rows=rows, number=number) for name in (c.MEAN, "q10", "q90"))
    ahead = (forecast.mean[cell], band[..., 0], band[..., 1])
    mean, low, high = (np.where(there, new, old) for new, old in zip(ahead, replayed, strict=True))
    return mean, low, high


def _gathered(
    snapshot: Snapshot, past: Past | None, name: str, *, rows: NDArray[np.int64], number: NDArray[np.int64]
) -> Floats:
    """A cube's values at slots that are counted from the forecast's start; NaN outside it."""
    if past is None:
        return np.full(number.shape, np.nan, np.float32)
    column = number - int(snapshot.forecast.slots.index(past.slots.start))
    there = (column >= 0) & (column < past.slots.count)
    values = past[name][rows[:, None], np.clip(column, 0, past.slots.count - 1)]
    return np.where(there, values, np.float32(np.nan))
