"""Scores of the busiest slot of each day: was it named, and was its size right?

Rows are slots. ``day`` numbers the day of each row, one number per place and local day (and origin); within a day rows
stand in time order. A day counts if at least four of its slots and 80 % of its open ones were observed and they differ:
a flat day has no peak. Only observed slots compete, for the forecast too: nobody knows what came in the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from busyness.domain.errors import InputError
from busyness.metrics.scored import Numbers, mean_of, ratio

NEEDED_SHARE = 0.8
NEEDED_SLOTS = 4


@dataclass(frozen=True, slots=True)
class DailyPeaks:
    """One entry per day that counts.

    ``row`` is the row of the day's busiest slot (the first of equals), ``distance`` how many slots lie between the slot
    predicted as busiest (the first of equals) and the nearest busiest one, ``observed`` and ``predicted`` the largest
    demand of the day that came and that was forecast, per slot.
    """

    row: NDArray[np.int64]
    distance: NDArray[np.int64]
    observed: Numbers
    predicted: Numbers


def peak_hit(
    observed: ArrayLike,
    predicted: ArrayLike,
    day: ArrayLike,
    *,
    tolerance: int = 1,
    slot: ArrayLike | None = None,
    opened: ArrayLike | None = None,
) -> float:
    """This will return the share of days whose predicted busiest slot lies within ±``tolerance`` slots of a busiest one.

    All arrays are ``[rows]``; 0 … 1, NaN if no day counts. For ``slot`` and ``opened`` see ``daily_peaks``.

    >>> peak_hit([1, 5, 2, 1, 3, 1, 2, 9], [1, 4, 6, 1, 8, 1, 2, 3], [0, 0, 0, 0, 1, 1, 1, 1])
    0.5
    """
    days = daily_peaks(observed, predicted, day, slot=slot, opened=opened)
    return mean_of(np.asarray(days.distance <= tolerance, np.float64))


def peak_size_error(observed: ArrayLike, predicted: ArrayLike, day: ArrayLike, *, opened: ArrayLike | None = None) -> float:
    """This will return the absolute error of the days' largest demand, as a share of it, 0 … ∞ (a WAPE of peaks).

    >>> peak_size_error([1, 5, 2, 1, 3, 1, 2, 10], [1, 4, 6, 1, 8, 1, 2, 3], [0, 0, 0, 0, 1, 1, 1, 1])
    0.2
    """
    days = daily_peaks(observed, predicted, day, opened=opened)
    return ratio(float(np.abs(days.predicted - days.observed).sum()), float(np.abs(days.observed).sum()))


def daily_peaks(
    observed: ArrayLike,
    predicted: ArrayLike,
    day: ArrayLike,
    *,
    slot: ArrayLike | None = None,
    opened: ArrayLike | None = None,
) -> DailyPeaks:
    """This will return the peaks of the days that count, in the order of ``day``. A prediction of NaN is no peak.

    ``slot`` numbers the slots by time, so that rows left out do not bring others nearer (None: every row is the next
    slot). ``opened`` says which slots were open (None: all rows). Raises ``InputError`` where lengths differ.
    """
    truth, answer, label = np.asarray(observed), np.asarray(predicted), np.asarray(day)
    step = np.arange(truth.size) if slot is None else np.asarray(slot)
    due = np.ones(truth.shape, bool) if opened is None else np.asarray(opened, bool)
    if truth.ndim != 1 or not truth.shape == answer.shape == label.shape == step.shape == due.shape:
        raise InputError("Peaks need arrays of one row each, all of one length.")
    if not truth.size:
        return DailyPeaks(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    if not bool((label[1:] < label[:-1]).any()):
        return _peaks(truth, answer, label=label, step=step, due=due)
    row = np.argsort(label, kind="stable")
    step = step if slot is None else step[row]
    peaks = _peaks(truth[row], answer[row], label=label[row], step=step, due=due[row])
    return replace(peaks, row=row[peaks.row])


def _peaks(
    truth: NDArray[Any], answer: NDArray[Any], *, label: NDArray[Any], step: NDArray[Any], due: NDArray[np.bool_]
) -> DailyPeaks:
    """This will find the peaks of rows whose equal labels stand together."""
    begin = np.concatenate([[0], np.flatnonzero(label[1:] != label[:-1]) + 1])
    length = np.diff(begin, append=label.size)
    seen = ~np.isnan(truth)
    truth = np.where(seen, truth, -np.inf)
    answer = np.where(seen & ~np.isnan(answer), answer, -np.inf)
    came = np.add.reduceat(seen, begin, dtype=np.int64)
    possible = np.add.reduceat(seen | due, begin, dtype=np.int64)
    most, told = np.maximum.reduceat(truth, begin), np.maximum.reduceat(answer, begin)
    busiest = np.flatnonzero(seen & (truth == np.repeat(most, length)))
    named = np.flatnonzero(answer == np.repeat(told, length))
    first = np.searchsorted(busiest, begin)
    equals = np.diff(first, append=busiest.size)
    guess = step[named[np.searchsorted(named, begin)]]
    away = np.abs(step[busiest] - np.repeat(guess, equals))
    distance = np.zeros(begin.size, np.int64)
    distance[equals > 0] = np.minimum.reduceat(away, first[equals > 0]) if away.size else 0
    counts = (came >= NEEDED_SLOTS) & (came >= NEEDED_SHARE * possible) & (equals < came) & (told > -np.inf)
    return DailyPeaks(
        busiest[first[counts]],
        distance[counts],
        np.asarray(most[counts], np.float64),
        np.asarray(told[counts], np.float64),
    )
