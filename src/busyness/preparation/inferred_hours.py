"""Opening hours nobody gave: hours of the week in which a place that is counted regularly never has a count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.preparation.week_grid import WeekGrid
from busyness.tables.panel import SealedPanel

_WEEKS = 8
_REGULAR = 0.6  # of the weeks, the share in which a usual hour of the week has a count


def infer_hours(panel: SealedPanel) -> SealedPanel:
    """This will close places without opening hours in the hours of the week that were never counted lately.

    Told by the last eight weeks before the origin, of which at least two must have been counted; a place counted so
    irregularly that an empty hour says nothing stays open. Slots of days are left alone.
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
    begin = max(0, panel.origin - _WEEKS * slots.length.per_week)
    counted[:, begin : panel.origin] = np.isfinite(panel.demand[:, begin:])
    seen = np.nan_to_num(grid.arranged(counted)).sum(axis=1)
    weeks = seen.max(axis=1)
    ever = seen > 0
    share = seen.sum(axis=1) / np.maximum(ever.sum(axis=1) * weeks, 1)
    tells = without & (weeks >= 2) & (share >= _REGULAR)
    never = ~ever & tells[:, None]
    if never.any():
        repeated = np.broadcast_to(never[:, None, :], (len(places), grid.weeks, grid.per_week))
        closed = grid.slotted(np.asarray(repeated, np.float32)) > 0
    return closed
