"""Rows added up into a cube of places × slots, by one bincount, with what is incomplete kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_local
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import start_times

_MICRO = 1_000_000
_LARGEST_BITMAP = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Events as arrays, one entry a row.

    ``place`` int64 (row of the panel), ``slot`` int64, ``time`` int64 (microseconds, UTC), ``amount`` float64 (NaN:
    asked for but not observed).
    """

    place: NDArray[np.int64]
    slot: NDArray[np.int64]
    time: NDArray[np.int64]
    amount: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counted:
    """``demand`` float32 ``[places, slots]``, NaN where not observed; ``set_aside`` is the amount of incomplete slots.

    ``listed`` (bool) says where there were rows at all; ``incomplete`` counts the slots whose rows were set aside.
    """

    demand: NDArray[np.float32]
    listed: NDArray[np.bool_]
    set_aside: float
    incomplete: int


def count(rows: Rows, places: Sequence[Place], slots: Slots, *, part: SlotLength | None) -> Counted:
    """This will add rows up by place and slot.

    ``part`` is the length the rows have where they are counts per slot; a slot is then observed when each of its
    parts in which the place is open has a value. Without it a slot is observed when none of its rows lacks a value.
    """
    shape = (len(places), slots.count)
    cells = shape[0] * shape[1]
    flat = rows.place * slots.count + rows.slot
    there = np.isfinite(rows.amount)
    valued = flat if there.all() else flat[there]
    amount = rows.amount if there.all() else rows.amount[there]
    total = np.bincount(valued, weights=amount, minlength=cells).astype(np.float64, copy=False)  # of nothing: integers
    observed = np.bincount(valued, minlength=cells) > 0
    listed = observed.copy()
    listed[flat[~there]] = True
    if part is not None and part < slots.length:
        complete = _complete(rows, places, slots, part)
    else:
        complete = np.ones(cells, bool)
        complete[flat[~there]] = False
    partial = observed & ~complete
    set_aside = float(total[partial].sum())
    total[~(observed & complete)] = np.nan
    demand = total.astype(np.float32).reshape(shape)
    return Counted(demand, listed.reshape(shape), set_aside, int(partial.sum()))


def _complete(rows: Rows, places: Sequence[Place], slots: Slots, part: SlotLength) -> NDArray[np.bool_]:
    """Where each open part of a slot has a value, flat ``[places × slots]``."""
    schedule_of, examples = by_schedule(places)
    starts = start_times(examples, slots.extended(1)).astype("datetime64[s]").astype(np.int64)
    due = _due(examples, starts, part)
    width = due.shape[2]
    schedule = schedule_of[rows.place]
    since = rows.time - starts[schedule, rows.slot] * _MICRO
    nth = np.minimum(since // (part.minutes * 60 * _MICRO), width - 1)
    awaited = due[schedule, rows.slot, nth]
    there = np.isfinite(rows.amount)
    flat = rows.place * slots.count + rows.slot
    cells = len(places) * slots.count
    arrived = _distinct(flat[there & awaited] * width + nth[there & awaited], cells, width)
    complete = arrived == due.sum(axis=2)[schedule_of].ravel()
    complete[flat[~there & awaited]] = False  # a part that came twice, once without a value
    return np.asarray(complete, bool)


def _distinct(keys: NDArray[np.int64], cells: int, width: int) -> NDArray[np.int64]:
    """How many different parts each cell has; ``keys`` are cell × width + part."""
    if cells * width <= _LARGEST_BITMAP:
        seen = np.zeros(cells * width, bool)
        seen[keys] = True
        return np.asarray(seen.reshape(cells, width).sum(axis=1), np.int64)
    unique = pl.Series(keys).unique().to_numpy()
    return np.bincount(unique // width, minlength=cells)


def by_schedule(places: Sequence[Place]) -> tuple[NDArray[np.int64], tuple[Place, ...]]:
    """This will return which example each place is like, and one example place for each time zone and opening hours.

    Opening hours are looked up date by date; a chain of a thousand stores mostly shares a handful of them.
    """
    numbers: dict[object, int] = {}
    examples: list[Place] = []
    like = np.empty(len(places), np.int64)
    for row, place in enumerate(places):
        hours = place.opening_hours
        dates = (place.opened, place.closed)
        key = (place.timezone, dates, hours and (hours.weekly, tuple(sorted(hours.exceptions.items()))))
        if key not in numbers:
            numbers[key] = len(examples)
            examples.append(place)
        like[row] = numbers[key]
    return like, tuple(examples)


def _due(examples: Sequence[Place], starts: NDArray[np.int64], part: SlotLength) -> NDArray[np.bool_]:
    """Which parts of each slot must have a value, ``[examples, slots, parts]``: those that exist and are open.

    A local day has parts for 23, 24 or 25 hours.
    """
    step = part.minutes * 60
    held = np.diff(starts, axis=1) // step
    width = int(held.max())
    nth = np.arange(width)
    due = nth < held[..., None]
    for row, place in enumerate(examples):
        if place.opening_hours is not None:
            times = (starts[row, :-1, None] + nth * step).astype("datetime64[s]")
            due[row] &= place.opening_hours.open_at(to_local(times.ravel(), place.timezone), part).reshape(times.shape)
    return due
