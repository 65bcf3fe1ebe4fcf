"""Filling gaps, as a choice. Models here see missing values as missing, so the usual choice is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.slots import Slots
from busyness.preparation.order_statistics import around, median
from busyness.preparation.week_grid import WeekGrid
from busyness.tables.panel import SealedPanel

Imputation: TypeAlias = Literal["none", "seasonal", "mean", "forward", "backward", "linear"]

_REACH = 4
_CHUNK_BYTES = 32_000_000


def impute(panel: SealedPanel, method: Imputation) -> SealedPanel:
    """This will fill the gaps of every place between its first and last observation, where it is open.

    ``seasonal`` takes the median of the same hour of the week up to four weeks before and after, ``mean`` the mean of
    all the same hours of the week, ``forward`` the last value before, ``backward`` the next one after, ``linear`` the
    straight line between the two. All of them see what the sealed panel shows and nothing else; where it shows
    nothing to fill with, the gap stays.

    Raises:
        InputError: there is no such method.

    """
    if method not in get_args(Imputation):
        hint = did_you_mean(method, get_args(Imputation)) or f"Use one of {', '.join(get_args(Imputation))}."
        raise InputError(f"'{method}' is no way of filling gaps.", hint=hint)
    demand = panel.demand
    if method == "none" or not demand.size:
        return panel
    missing = np.isnan(demand)
    gaps = missing & panel.open[:, : panel.origin]
    gaps &= np.maximum.accumulate(~missing, axis=1)
    gaps &= np.maximum.accumulate(~missing[:, ::-1], axis=1)[:, ::-1]
    filled = demand.copy()
    if method in _BY_WEEK:
        _fill_by_week(filled, gaps, panel, _BY_WEEK[method])
    else:
        _fill_between(filled, gaps, method)
    return panel.filled(filled)


def _seasonal(weekly: NDArray[np.float32]) -> NDArray[np.float32]:
    return median(around(weekly, _REACH, own=False))


def _mean(weekly: NDArray[np.float32]) -> NDArray[np.float32]:
    there = np.isfinite(weekly)
    count = there.sum(axis=1, keepdims=True)
    total = np.where(there, weekly, 0).sum(axis=1, keepdims=True, dtype=np.float64)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    return np.broadcast_to(mean, weekly.shape)


_BY_WEEK: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {"seasonal": _seasonal, "mean": _mean}


def _fill_by_week(
    filled: NDArray[np.float32],
    gaps: NDArray[np.bool_],
    panel: SealedPanel,
    usual: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> None:
    """Fill from the same hours of the week on the local clock, a few places at a time to bound memory."""
    grid = WeekGrid(panel.places, Slots(panel.slots.start, panel.slots.length, panel.origin))
    chunk = max(1, _CHUNK_BYTES // (8 * _REACH * grid.weeks * grid.per_week))
    for begin in range(0, len(filled), chunk):
        rows = slice(begin, begin + chunk)
        if gaps[rows].any():
            expected = grid.slotted(usual(grid.arranged(filled[rows], begin)), begin)
            np.copyto(filled[rows], expected, where=gaps[rows])


def _fill_between(filled: NDArray[np.float32], gaps: NDArray[np.bool_], method: Imputation) -> None:
    """Fill from the nearest values before and after, which every gap has."""
    slots = np.arange(filled.shape[1], dtype=np.int32)
    there = np.isfinite(filled)
    row, slot = np.nonzero(gaps)
    before = np.maximum.accumulate(np.where(there, slots, 0), axis=1)[row, slot]
    after = np.minimum.accumulate(np.where(there, slots, slots[-1])[:, ::-1], axis=1)[:, ::-1][row, slot]
    share = {"forward": np.float64(0), "backward": np.float64(1)}.get(
        method, (slot - before) / np.maximum(after - before, 1)
    )
    filled[row, slot] = (1 - share) * filled[row, before] + share * filled[row, after]
