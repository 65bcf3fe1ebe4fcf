"""Slots that follow each other, kept as spans from … to: a few numbers for each sensor and day, however many readings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Spans:
    """Grows chunk by chunk. Slots of one series come in order of time; microseconds, half-open.

    A slot belongs to the span before it where no more than ``gap`` lies between them. Spans shorter than ``shortest``
    are dropped.
    """

    def __init__(self, series: int, *, gap: int, shortest: int = 0) -> None:
        self._gap, self._shortest = gap, shortest
        self._start = np.zeros(series, np.int64)
        self._end = np.zeros(series, np.int64)
        self._open = np.zeros(series, bool)
        self._done: list[tuple[Ints, Ints, Ints]] = []

    def add(self, series: Ints, start: Ints, end: Ints) -> None:
        """This will take slots sorted by series and time."""
        if not len(series):
            return
        first = np.append(True, series[1:] != series[:-1])
        before = np.append(np.int64(0), end[:-1])
        before[first] = self._end[series[first]]
        begins = start - before > self._gap
        begins[first] |= ~self._open[series[first]]
        closing = first & begins & self._open[series]
        self._close(series[closing], self._start[series[closing]], self._end[series[closing]])
        heads = np.flatnonzero(first | begins)
        from_ = np.where(begins[heads], start[heads], self._start[series[heads]])
        lasts = np.append(heads[1:], len(series)) - 1
        final = np.append(series[heads][1:] != series[heads][:-1], True)
        self._close(series[heads[~final]], from_[~final], end[lasts[~final]])
        left = series[heads[final]]
        self._start[left], self._end[left], self._open[left] = from_[final], end[lasts[final]], True

    def all(self) -> tuple[Ints, Ints, Ints]:
        """This will return ``series, start, end`` of every span so far, by series and time."""
        still = np.flatnonzero(self._open)
        long = still[self._end[still] - self._start[still] >= self._shortest]
        parts = [*self._done, (long, self._start[long], self._end[long])]
        series, start, end = (np.concatenate([part[i] for part in parts]) for i in range(3))
        order = np.lexsort((start, series))
        return series[order], start[order], end[order]

    def _close(self, series: Ints, start: Ints, end: Ints) -> None:
        long = end - start >= self._shortest
        if long.any():
            self._done.append((series[long], start[long], end[long]))
