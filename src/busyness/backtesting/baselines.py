"""What anyone would have used: the values of the same local hour of the week, in the weeks before the origin.

The season is seven days, for slots of any length. Weeks are counted by the wall clock: over a change to daylight saving
"the same hour last week" lies 167 or 169 hours back. An hour that the clocks skipped counts as not observed, of one
that came twice the first is read. Nothing at or after the origin is read; values that came late are read when they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local, to_utc
from busyness.domain.slots import Slots
from busyness.tables.panel import SealedPanel

SEASONS_AVERAGED = 4

_WEEKS_AT_ONCE = 8
_ROWS_AT_ONCE = 256
_WEEK = np.timedelta64(7 * 86_400, "s")


def seasonal_naive(
    panel: SealedPanel, origins: Sequence[int] | NDArray[np.int64], horizon: int, *, weeks: int | None = None
) -> NDArray[np.float32]:
    """This will return the last observed value of each slot's local hour of the week, ``[origins, places, horizon]``.

    It is read from the latest week before the origin; where that was not observed, from one week further back, and so
    on through ``weeks`` weeks (None: the whole history); NaN where none was. In demand per slot. ``origins`` are slot
    numbers. Raises ``LeakError`` for an origin after the panel's own, ``InputError`` for one before its first slot.
    """
    answers = np.full((len(origins), len(panel.places), horizon), np.nan, np.float32)
    for number, origin, zone, rows in _lookups(panel, origins):
        open_rows = rows
        most = origin // panel.slots.length.per_week + 1 if weeks is None else weeks
        for begin in range(0, most, _WEEKS_AT_ONCE):  # nearly always the first eight weeks answer everything
            back = np.arange(begin, min(begin + _WEEKS_AT_ONCE, most))
            values = _values(panel.until(origin), open_rows, horizon=horizon, back=back, zone=zone)
            so_far = answers[number, open_rows]
            answers[number, open_rows] = np.where(np.isnan(so_far), _first_observed(values), so_far)
            open_rows = rows[np.isnan(answers[number, rows]).any(axis=1)]
            if not len(open_rows):
                break
    return answers


def seasonal_mean(panel: SealedPanel, origins: Sequence[int] | NDArray[np.int64], horizon: int) -> NDArray[np.float32]:
    """This will return the mean of the last four values of each slot's local hour of the week, as ``seasonal_naive``.

    The four latest weeks before the origin count, those of them that were observed: for the first seven days, one to
    four weeks before the slot itself. NaN where none was observed.
    """
    answers = np.full((len(origins), len(panel.places), horizon), np.nan, np.float32)
    for number, origin, zone, rows in _lookups(panel, origins):
        values = _values(panel.until(origin), rows, horizon=horizon, back=np.arange(SEASONS_AVERAGED), zone=zone)
        answers[number, rows] = _mean_observed(values)
    return answers


def seasonal_scales(panel: SealedPanel) -> dict[str, float]:
    """This will return each place's mean absolute change from one week to the next, by id: the scale of its MASE.

    That is the in-sample error of the seasonal naive, in demand per slot, over all slots before the origin that were
    observed a week before too; NaN where there is none.
    """
    scales = np.full(len(panel.places), np.nan)
    for zone, rows in _zones(panel):
        before = _weeks_before(panel.slots, np.arange(panel.origin), weeks=np.array([[1]]), zone=zone)[0]
        later = np.flatnonzero(before >= 0)
        for block in np.array_split(rows, -(-len(rows) // _ROWS_AT_ONCE)) if len(later) else ():
            change = np.abs(panel.demand[np.ix_(block, later)] - panel.demand[np.ix_(block, before[later])])
            known = ~np.isnan(change)
            total, count = np.where(known, change, 0).sum(1, dtype=np.float64), known.sum(1)
            scales[block] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return dict(zip(panel.ids, scales.tolist(), strict=True))


def _lookups(
    panel: SealedPanel, origins: Sequence[int] | NDArray[np.int64]
) -> Iterator[tuple[int, int, str, NDArray[np.int64]]]:
    """This will return every origin with its number, and every time zone with the rows of its places."""
    zones = list(_zones(panel))
    for number, origin in enumerate(int(origin) for origin in origins):
        if origin < 0:
            raise InputError(f"Origin {origin} lies before the panel's first slot.")
        for zone, rows in zones:
            yield number, origin, zone, rows


def _zones(panel: SealedPanel) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """This will return every time zone with the rows of its places."""
    zones = np.array([place.timezone for place in panel.places], dtype=object)
    for zone in sorted(set(zones)):
        yield zone, np.flatnonzero(zones == zone)


def _values(
    seen: SealedPanel, rows: NDArray[np.int64], *, horizon: int, back: NDArray[np.int64], zone: str
) -> NDArray[np.float32]:
    """This will return what came in the same local hour, ``[rows, back, horizon]``; ``back`` 0 is the latest week seen."""
    slots = _latest_weeks(seen.slots, seen.origin, horizon=horizon, back=back, zone=zone)
    if not seen.origin:
        return np.full((len(rows), *slots.shape), np.nan, np.float32)
    values = seen.demand[np.ix_(rows, np.maximum(slots, 0).reshape(-1))].reshape(len(rows), *slots.shape)
    return np.where(slots >= 0, values, np.float32(np.nan))


def _latest_weeks(slots: Slots, origin: int, *, horizon: int, back: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """This will return the slots of the same local hour in the weeks before the origin, ``[back, horizon]``; −1: none."""
    targets = np.arange(origin, origin + horizon)
    nearest = np.arange(1, -(-horizon // slots.length.per_week) + 2)[:, None]
    # the last week that is not over yet, not how many there are: one in between may lack the hour
    too_late = np.where(_weeks_before(slots, targets, weeks=nearest, zone=zone) >= origin, nearest, 0).max(axis=0)
    return _weeks_before(slots, targets, weeks=1 + too_late + back[:, None], zone=zone)


def _weeks_before(slots: Slots, targets: NDArray[np.int64], *, weeks: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """This will return the slot of the same local time ``weeks`` (``[some, targets]``) before each target; −1: none."""
    times = slots.start + targets * slots.length.step
    if slots.length.daily:
        return np.maximum(slots.index(times - weeks * _WEEK), -1)
    wall = to_local(times, zone) - weeks * _WEEK
    utc = to_utc(wall, zone)
    found = slots.index(utc)
    return np.where((found >= 0) & (to_local(utc, zone) == wall), found, -1)


def _first_observed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    first = np.argmax(~np.isnan(values), axis=1)
    return np.take_along_axis(values, first[:, None], axis=1)[:, 0]


def _mean_observed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0).sum(axis=1, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
