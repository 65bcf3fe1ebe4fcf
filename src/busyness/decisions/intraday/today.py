"""The day so far, as tables: visitors counted in each step, and who waits and works where now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.view import LOOK, View
from busyness.domain.errors import ColumnMissingError, InputError, UnknownPlaceError
from busyness.tables import columns as c

WAITING = "waiting"  # visitors in line now
BUSY = "busy"  # people who serve somebody now
FLEX = "flex"  # flex people there now, who may be moved or sent home
COMING = "coming"  # people under way who are there in the next step


def view_of_today(
    problem: IntradayProblem, day: DayAhead, *, so_far: pl.DataFrame | None = None, now: pl.DataFrame | None = None
) -> View:
    """This will return what is known at the start of the next step, for one day.

    ``so_far`` has ``place, time, observed``: visitors of each step that is over; where a place's count is missing, the
    forecast stands in. ``now`` has ``place`` and any of ``waiting, busy, flex, coming``; without it nobody waits, everybody
    rostered is busy where visitors were, and flex people are where they began.

    Raises:
        ColumnMissingError: a table lacks a column.
        UnknownPlaceError: a row names no place of the cluster.
        InputError: a time lies outside the day, or a number is below 0.

    """
    counts = np.full(problem.heads.shape, np.nan)
    step = 0
    if so_far is not None:
        for place, time, observed in _rows(so_far, (c.PLACE, c.TIME, c.OBSERVED), problem):
            if time.tzinfo is None:
                raise InputError(f"The time {time} has no time zone.", hint="Give aware times, such as UTC.")
            at = int((time - day.start) / timedelta(minutes=problem.step_minutes))
            if time < day.start or at >= problem.steps:
                raise InputError(f"{time} lies outside the day that opens at {day.start:%Y-%m-%d %H:%M}.")
            counts[place, at] = observed
            step = max(step, at + 1)
    if step >= problem.steps:
        raise InputError("The day is over: there is no step left to decide.", hint="Give the visitors so far.")
    arrived = np.where(np.isnan(counts), np.rint(day.expected), counts)[:, :step].astype(np.int64)
    heads = problem.heads[:, step]
    stand = {WAITING: np.zeros(len(heads)), BUSY: heads.astype(float), FLEX: np.array(problem.flex.at_start, float)}
    stand[COMING] = np.zeros(len(heads))
    for name in [name for name in stand if now is not None and name in now.columns]:
        assert now is not None
        for place, value in _rows(now, (c.PLACE, name), problem):
            stand[name][place] = value
    return View(
        step=step,
        expected=day.expected[None],
        arrived=arrived[None],
        waiting=_whole(stand[WAITING]),
        busy=_whole(stand[BUSY]),
        heads=_whole(heads + stand[FLEX]),
        flex=_whole(stand[FLEX]),
        coming=np.repeat(stand[COMING][None, :, None], LOOK, axis=2),
        called=np.zeros(1, np.int64),
        sent=np.zeros(1, np.int64),
    )


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.rint(values)[None], np.int64)


def _rows(table: pl.DataFrame, names: tuple[str, ...], problem: IntradayProblem) -> list[tuple[Any, ...]]:
    """This will return the rows with the number of their place first; rows without a value are left out."""
    for name in names:
        if name not in table.columns:
            raise ColumnMissingError(name, table.columns)
    rows = []
    for place, *rest in table.select(names).drop_nulls().iter_rows():
        if place not in problem.places:
            raise UnknownPlaceError(str(place), problem.places)
        if rest[-1] < 0:
            raise InputError(f"'{place}' has {rest[-1]:g} as {names[-1]}.", hint="Count 0 or more.")
        rows.append((problem.places.index(place), *rest))
    return rows
