"""A forecast of two models while a trial's lot decides: each local day of a place is said by one of them, whole.

It is put together once, when the pair is loaded. What anyone asks is answered from these arrays as from any others, and a
day is said by the same model whenever it is asked for.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.quantiles import interpolate_levels
from busyness.registry.lots import CHALLENGER, CHAMPION, Arm, Design
from busyness.registry.trials import Trial
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.service.past import days_of
from busyness.workflows.service.snapshot import Lot, Snapshot

SAID_BY = "said_by"
"""The column that says which model said it: ``champion``, ``challenger``, or ``both`` where a period has days of each."""
_ARMS = np.array([CHAMPION, CHALLENGER], dtype=object)
_BLOCK = 64  # places at a time: no second cube in memory

Cells = NDArray[np.bool_]


def by_lot(champion: Snapshot, challenger: Snapshot, trial: Trial) -> Snapshot:
    """This will return the champion's snapshot with the challenger's forecast on the places and local days of its lot.

    A day that the challenger's forecast does not cover whole stays the champion's, as does a place that it does not know.
    Where the lot gives it nothing, the champion's snapshot itself comes back.

    Raises:
        InputError: the slots of the two do not lie side by side.

    """
    said, other = champion.forecast, challenger.forecast
    if said.slots.length != other.slots.length or (said.slots.start - other.slots.start) % said.slots.length.step:
        raise InputError("The slots of its forecast begin at other times than the champion's.", hint="Make it again.")
    row = np.array([challenger.rows.get(place, -1) for place in said.ids], np.int64)
    column = np.arange(said.slots.count) + int(other.slots.index(said.slots.start))
    cells = _whole_days(said, trial.plan.design, there=(row >= 0)[:, None] & (column >= 0) & (column < other.slots.count))
    if not cells.any():
        return champion
    forecast = _joined(said, other, cells, row=row, column=np.clip(column, 0, other.slots.count - 1))
    mark = hashlib.sha256(f"{champion.etag}/{challenger.etag}/{trial.id}".encode()).hexdigest()[:16]
    peaks = forecast.peaks() if said.slots.length.daily else None
    joined = replace(champion, forecast=forecast, etag=mark, lot=Lot(trial.id, challenger, cells))
    return replace(joined, peaks=_peaks(joined, challenger) if peaks is None else _in_utc(peaks))


def who_said(snapshot: Snapshot, place: str, time: datetime) -> Snapshot:
    """This will return the snapshot whose model said the slot of ``place`` in which ``time`` (aware) lies."""
    row, found = snapshot.place(place)
    starts = snapshot.times[found.timezone].starts
    moment = np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")
    return snapshot.sayer(row, max(int(np.searchsorted(starts, moment, side="right")) - 1, 0))


def said_by(snapshot: Snapshot, row: int, span: slice) -> Cells | None:
    """This will say of one place's slots which are the challenger's; None where the champion says all there is."""
    return None if snapshot.lot is None else snapshot.lot.cells[row, span]


def arm_names(cells: Cells) -> list[Arm]:
    """This will name who said each cell."""
    names: list[Arm] = _ARMS[cells.astype(np.intp)].tolist()
    return names


def peaks_said_by(snapshot: Snapshot, peaks: pl.DataFrame) -> Cells:
    """This will say of rows of ``place, time`` (UTC) which lie in cells of the challenger."""
    if snapshot.lot is None or not peaks.height:
        return np.zeros(peaks.height, bool)
    row = peaks[c.PLACE].replace_strict(snapshot.rows, return_dtype=pl.Int64).to_numpy()
    slots, places = snapshot.forecast.slots, snapshot.forecast.places
    times = peaks[c.TIME].dt.epoch("s").to_numpy().astype("datetime64[s]")
    column = slots.index(days_of(times, row, places) if slots.length.daily else times)
    there = (column >= 0) & (column < slots.count)
    return np.asarray(there & snapshot.lot.cells[row, np.clip(column, 0, slots.count - 1)])


def _whole_days(said: Forecast, design: Design, *, there: Cells) -> Cells:
    """The cells of days that are the challenger's by lot, of which it has every slot."""
    wall = wall_times(said.places, said.slots).astype("datetime64[D]")
    cells = np.zeros(wall.shape, bool)
    for day in np.unique(wall):
        of_day = wall == day
        date = day.item()
        drawn = np.array([design.arm(place, date) == CHALLENGER for place in said.ids])
        cells |= of_day & (drawn & (there | ~of_day).all(axis=1))[:, None]
    return cells


def _joined(said: Forecast, other: Forecast, cells: Cells, *, row: NDArray[np.int64], column: NDArray[np.int64]) -> Forecast:
    """The champion's arrays with the challenger's in its cells, at the champion's levels.

    Templates of joint paths are paired by their number; where one model has fewer, they come round again.
    """
    quantiles, mean, opened = np.empty(said.quantiles.shape, np.float32), said.mean.copy(), said.open.copy()
    many = max(len(said.ranks), len(other.ranks))
    ranks = said.ranks[np.arange(many) % len(said.ranks)]
    again = np.arange(many) % len(other.ranks)
    for begin in range(0, len(row), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        quantiles[block] = said.quantiles[block]
        mine = cells[block]
        theirs = row[block][:, None], column[None, :]
        told = other.quantiles[theirs][mine]
        quantiles[block][mine] = told if said.levels == other.levels else interpolate_levels(other.levels, told, said.levels)
        mean[block][mine] = other.mean[theirs][mine]
        opened[block][mine] = other.open[theirs][mine]
        ranks[:, block][:, mine] = other.ranks[again[:, None, None], theirs[0], theirs[1]][:, mine]
    return replace(said, quantiles=quantiles, mean=mean, open=opened, ranks=ranks)


def _peaks(joined: Snapshot, challenger: Snapshot) -> pl.DataFrame:
    """Each day's peaks from whoever says the day."""
    theirs = challenger.peaks.filter(pl.col(c.PLACE).is_in(list(joined.rows)))
    kept = joined.peaks.filter(~peaks_said_by(joined, joined.peaks))
    return pl.concat([kept, theirs.filter(peaks_said_by(joined, theirs))], how="diagonal_relaxed").sort(c.PLACE, c.TIME)


def _in_utc(peaks: pl.DataFrame) -> pl.DataFrame:
    return peaks.with_columns(pl.col(c.TIME).dt.replace_time_zone("UTC")).sort(c.PLACE, c.TIME)
