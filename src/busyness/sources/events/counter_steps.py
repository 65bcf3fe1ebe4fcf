"""Counters that only go up → what was counted in each interval, across resets and roll-overs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESET, ROLLOVER, NEGATIVE, JUMP = 1, 2, 3, 4
"""What a step can be besides an ordinary one (0)."""
MICROS_PER_MINUTE = 60_000_000
_ROLLS = np.sort(np.array([2.0**16, 2.0**32, *(10.0**k for k in range(4, 10))]))
_NEAR = 50.0  # a counter that fell to at most this has begun again, whatever it stood at
_LIKE_BEFORE = 3.0  # a step across a roll-over is at most this many times the step before it, and ten more

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steps:
    """One entry for each reading but the first of its series: ``at`` is its position among the readings given.

    ``start`` of the interval (microseconds), ``amount`` counted in it (NaN: not to be believed), ``what`` it was.
    """

    at: Ints
    start: Ints
    amount: Floats
    what: NDArray[np.uint8]


class Counters:
    """Remembers the last reading of each series. ``rolls_over_at`` (NaN: not told) is where its counter begins again."""

    def __init__(self, series: int, *, every: int, most: float, rolls_over_at: Floats) -> None:
        self._every, self._most, self._rolls = every * MICROS_PER_MINUTE, most, rolls_over_at
        self._value = np.full(series, np.nan)
        self._time = np.zeros(series, np.int64)
        self._step = np.zeros(series)

    def steps(self, series: Ints, time: Ints, value: Floats) -> Steps:
        """This will take readings sorted by series and time; a blank reading (NaN) has a blank step.

        A fall to near zero is a reset: what was counted since then is taken. A fall near a power the counter may roll
        over at, about as far as it went before, is a roll-over. Any other fall, a step of more than ``most``, and what
        was counted during a silence (nobody knows in which interval) are not to be believed.
        """
        read = np.flatnonzero(~np.isnan(value))
        blank = np.flatnonzero(np.isnan(value))
        at, start, amount, what = self._read(read, series[read], time[read], value[read])
        at = np.concatenate([at, blank])
        order = np.argsort(at, kind="stable")
        start = np.concatenate([start, time[blank] - self._every])
        amount = np.concatenate([amount, np.full(len(blank), np.nan)])
        what = np.concatenate([what, np.zeros(len(blank), np.uint8)])
        return Steps(at[order], start[order], amount[order], what[order])

    def _read(self, at: Ints, series: Ints, time: Ints, value: Floats) -> tuple[Ints, Ints, Floats, NDArray[np.uint8]]:
        if not len(at):
            return at, time, value, np.zeros(0, np.uint8)
        first = np.append(True, series[1:] != series[:-1])
        before, since = np.append(np.nan, value[:-1]), np.append(np.int64(0), time[:-1])
        before[first], since[first] = self._value[series[first]], self._time[series[first]]
        rise = value - before
        slots = np.maximum(np.rint((time - since) / self._every), 1)
        usual = np.append(0.0, rise[:-1] / slots[:-1])
        usual[first] = self._step[series[first]]
        amount, what = self._judged(series, value, before, np.maximum(np.nan_to_num(usual), 0.0))
        silent = time - since > 1.5 * self._every
        amount[silent & (amount > 0)] = np.nan
        last = np.append(first[1:], True)
        self._value[series[last]], self._time[series[last]] = value[last], time[last]
        self._step[series[last]] = (rise / slots)[last]
        known = ~np.isnan(before)
        start = time - np.minimum(time - since, self._every)
        return at[known], start[known], amount[known], what[known]

    def _judged(self, series: Ints, value: Floats, before: Floats, usual: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        amount = value - before
        what = np.zeros(len(value), np.uint8)
        fell = np.flatnonzero(amount < 0)
        if len(fell):
            new, old, like = value[fell], before[fell], usual[fell]
            told = self._rolls[series[fell]]
            across = np.where(np.isnan(told), _across(new, old, like), told - old + new)
            rolled = (across >= 0) & (across <= np.where(np.isnan(told), np.inf, self._most))
            reset = ~rolled & (new >= 0) & (new <= np.maximum(np.maximum(old / 2, _LIKE_BEFORE * like), _NEAR))
            amount[fell] = np.where(rolled, across, np.where(reset, new, np.nan))
            what[fell] = np.where(rolled, ROLLOVER, np.where(reset, RESET, NEGATIVE))
        jumped = amount > self._most
        amount[jumped], what[jumped] = np.nan, JUMP
        return amount, what


def _across(new: Floats, old: Floats, like: Floats) -> Floats:
    """What was counted if the counter rolled over at the nearest power above it; NaN where that is not likely."""
    place = np.minimum(np.searchsorted(_ROLLS, old, side="right"), len(_ROLLS) - 1)
    across = _ROLLS[place] - old + new
    return np.where((across >= 0) & (across <= _LIKE_BEFORE * like + 10), across, np.nan)
