"""Counts that were posted one by one, laid over what a file says: a posted one wins, and the history reaches to the last day
that was posted whole.

A count is taken to be known at the end of its slot, as in a file: the forecast begins where the counts end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.preparation.inferred_hours import never_counted
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times, wall_times


def slots_behind(panel: Panel, counts: pl.DataFrame) -> int:
    """This will return how many slots behind the history the last count lies, to the end of its day; 0: none does."""
    if counts.is_empty():
        return 0
    last = _seconds(counts).max()
    ends = start_times(panel.places, panel.slots)[:, panel.history].min()
    slots = int((last - ends) / panel.slots.length.step) + 1
    return slots + panel.slots.length.per_day if slots > 0 else 0


def counts_here(panel: Panel, counts: pl.DataFrame) -> int:
    """This will return how many counts are of a place and a slot of the panel."""
    return int((_cells(panel, counts)[1] >= 0).sum())


def with_posted(panel: Panel, counts: pl.DataFrame, *, until: date | None = None) -> tuple[Panel, tuple[str, ...]]:
    """This will return the panel with ``counts`` (``place, time, amount``: UTC starts of slots) in it, and what was done.

    ``until``: the last local day that may be read. Counts of a day that is not counted to its last open slot are left
    for later, and what lies after that day is future again.
    """
    row, slot = _cells(panel, counts)
    found = slot >= 0
    days = wall_times(panel.places[:1], panel.slots)[0].astype("datetime64[D]")
    if until is not None:
        found &= days[np.maximum(slot, 0)] <= np.datetime64(until)
    value = counts[c.AMOUNT].to_numpy().astype(np.float32)
    history = _reached(panel, days, last=int(slot[found].max(initial=-1)))
    early = found & (slot < history)
    row, slot, value = row[early], slot[early], value[early]
    demand = panel.demand.copy()
    changed = np.isfinite(demand[row, slot]) & (demand[row, slot] != value)
    demand[row, slot] = value
    known_from = panel.known_from
    if known_from is not None:
        known_from = known_from.copy()
        known_from[row, slot] = slot + 1
    joined = replace(panel, demand=demand, history=history, known_from=known_from)
    times = _seconds(counts)[early]
    left = (int((~found).sum()), int((found & ~early).sum()))
    return joined, _notes(times, changed=int(changed.sum()), lost=left[0], later=left[1])


def _cells(panel: Panel, counts: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row and the slot of each count; −1 as the slot of one that belongs to no place or begins no slot."""
    rows = {place: k for k, place in enumerate(panel.ids)}
    row = np.array([rows.get(place, -1) for place in counts[c.PLACE].to_list()], np.int64)
    times = _seconds(counts)
    slot = np.full(len(row), -1, np.int64)
    starts = start_times(panel.places, panel.slots).astype("datetime64[s]")
    zones = np.array([place.timezone for place in panel.places], dtype=object)
    for zone in sorted(set(zones)):
        mine = np.flatnonzero((row >= 0) & (zones[row] == zone))
        begins = starts[int(np.argmax(zones == zone))]
        at = np.minimum(np.searchsorted(begins, times[mine]), len(begins) - 1)
        slot[mine] = np.where(begins[at] == times[mine], at, -1)
    return row, slot


def _reached(panel: Panel, days: NDArray[np.datetime64], *, last: int) -> int:
    """The end of the last local day whose last open slot is counted; at least the end of the history."""
    opened = np.asarray((panel.open & ~never_counted(panel.sealed())).any(axis=0), np.bool_)
    reached = panel.history
    for day in np.unique(days[panel.history : last + 1]):
        slots = np.flatnonzero(days == day)
        wanted = slots[opened[slots]]
        if wanted.size and wanted[-1] > last:
            break
        reached = int(slots[-1]) + 1
    return reached


def _notes(times: NDArray[np.datetime64], *, changed: int, lost: int, later: int) -> tuple[str, ...]:
    said = []
    if len(times):
        first, last = (str(each).replace("T", " ")[:16] for each in (times.min(), times.max()))
        said.append(f"Posted counts read with the file: {len(times):,}, from {first} to {last} UTC.")
    if changed:
        said.append(f"Posted counts that took the place of the file's: {changed:,}.")
    if lost:
        said.append(f"Posted counts of no place and slot here, or after the end of the history: {lost:,}.")
    if later:
        said.append(f"Posted counts of a day that is not over, left for later: {later:,}.")
    return tuple(said)


def _seconds(counts: pl.DataFrame) -> NDArray[np.datetime64]:
    times = counts[c.TIME].dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return times.to_numpy().astype("datetime64[s]")
