"""Outliers: values unlike those of the same hour of the week at the same place. Flagged, never changed.

A day on which many places are unlike themselves at once is an event of the city, which a forecast should know of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import Slots
from busyness.preparation.outlier_bands import usual_band
from busyness.preparation.outlier_rule import OutlierRule
from busyness.preparation.week_grid import WeekGrid
from busyness.tables.panel import SealedPanel

_CITY_PLACES = 3
_CHUNK_BYTES = 32_000_000


def flag_outliers(panel: SealedPanel, rule: OutlierRule) -> NDArray[np.bool_]:
    """This will say which observed values of open slots are outliers, bool ``[places, origin]``.

    Only what the sealed panel shows is looked at, so every origin has outliers of its own.
    """
    demand, opened = panel.demand, panel.open[:, : panel.origin]
    flags = np.zeros(demand.shape, bool)
    if rule.method == "none" or not demand.size:
        return flags
    grid = WeekGrid(panel.places, Slots(panel.slots.start, panel.slots.length, panel.origin))
    flagged_days = np.zeros(grid.weeks * 7, np.int64)
    seen_days = np.zeros(grid.weeks * 7, np.int64)
    chunk = max(1, _CHUNK_BYTES // (4 * rule.weeks * grid.weeks * grid.per_week))
    for begin in range(0, len(demand), chunk):
        rows = slice(begin, begin + chunk)
        values = np.where(opened[rows], demand[rows], np.float32(np.nan))
        low, high = usual_band(grid.arranged(values, begin), grid.per_day, rule)
        flags[rows] = (values < grid.slotted(low, begin)) | (values > grid.slotted(high, begin))
        days = grid.days(begin, len(values))
        flagged_days += _places_by_day(flags[rows], days, len(flagged_days))
        seen_days += _places_by_day(np.isfinite(values), days, len(seen_days))
    spared = (flagged_days >= _CITY_PLACES) & (flagged_days >= rule.city * seen_days)
    if rule.spare_holidays:
        dates = np.array([np.datetime64(day, "D") for day in panel.holidays], "datetime64[D]")
        spared |= np.isin(grid.first_day + np.arange(len(spared)), dates)
    if spared.any():
        for begin in range(0, len(flags), chunk):
            there = flags[begin : begin + chunk]
            there &= ~spared[grid.days(begin, len(there))]
    return flags


def _places_by_day(where: NDArray[np.bool_], days: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """At how many places something is true at some time of each local day."""
    row, slot = np.nonzero(where)
    true = np.zeros((len(where), count), bool)
    true[row, days[row, slot]] = True
    return np.asarray(true.sum(axis=0), np.int64)
