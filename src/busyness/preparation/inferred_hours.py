"""Opening hours nobody gave: hours of the week in which a place that is counted regularly never has a count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.preparation.week_grid import WeekGrid
from busyness.tables.panel import SealedPanel

_WEEKS = 8
_DAYS = 3
_REGULAR = 0.6  # of the weeks, the share in which a usual hour of the week has a count


def infer_hours(panel: SealedPanel) -> SealedPanel:
    """This will close places without opening hours in the hours of the week that were never counted lately.

    Told by the last eight weeks in which the place was counted before the origin, of which at least two must have been
    counted; a younger place is closed when all others that tell are, and where none tells, in hours of the day that
    it never had in three days or more. A place counted so irregularly that an empty hour says nothing stays open.
    Slots of days are left alone.
    """
    closed = never_counted(panel)
    return panel.opened(panel.open & ~closed) if closed.any() else panel


def never_counted(panel: SealedPanel) -> NDArray[np.bool_]:
    """This will say of every place and slot, the future's too, whether its hour of the week is never counted."""
    places, slots = panel.places, panel.slots
    closed = np.zeros((len(places), slots.count), bool)
    without = np.array([place.opening_hours is None for place in places], bool)
    if slots.length.daily or not panel.origin or not without.any():
        return closed
    grid = WeekGrid(places, slots)
    counted = np.zeros(closed.shape, np.float32)
    seen_slots = np.isfinite(panel.demand)
    last = panel.origin - 1 - seen_slots[:, ::-1].argmax(axis=1)  # a store that is silent tells its hours by when it was not
    lately = np.arange(panel.origin) > last[:, None] - _WEEKS * slots.length.per_week
    counted[:, : panel.origin] = seen_slots & lately
    weekly = np.nan_to_num(grid.arranged(counted))
    seen = weekly.sum(axis=1)
    weeks = seen.max(axis=1)
    ever = seen > 0
    regular = seen.sum(axis=1) / np.maximum(ever.sum(axis=1) * weeks, 1) >= _REGULAR
    tells = without & (weeks >= 2) & regular
    never = ~ever & tells[:, None]
    if tells.any():
        never |= ~ever & (without & ~tells)[:, None] & ~ever[tells].any(axis=0)  # a new store has the hours of the chain
    else:
        never |= without[:, None] & _never_that_hour(weekly, slots.length.per_day)
    if never.any():
        repeated = np.broadcast_to(never[:, None, :], (len(places), grid.weeks, grid.per_week))
        closed = grid.slotted(np.asarray(repeated, np.float32)) > 0
    return closed


def _never_that_hour(weekly: NDArray[np.float32], per_day: int) -> NDArray[np.bool_]:
    """Hours of the week whose hour of the day was never counted, where at least three days were counted regularly."""
    by_day = weekly.reshape(len(weekly), -1, per_day) > 0
    days = by_day.any(axis=2).sum(axis=1)
    hours = by_day.any(axis=1)
    share = by_day.sum(axis=(1, 2)) / np.maximum(days * hours.sum(axis=1), 1)
    tells = (days >= _DAYS) & (share >= _REGULAR)
    return np.tile(~hours & tells[:, None], 7)
