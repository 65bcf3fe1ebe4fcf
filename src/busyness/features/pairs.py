"""Places and origins: what is the same for all rows of one place seen from one origin is worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.features.history import History, mean_of

_SPARSE = 1.5  # a grid with more cells than so many per row is not worth filling


class Pairs:
    """The places × origins among some rows, as a grid where they fill one, else row by row.

    There is at least one row; ``origin`` counts wall-clock columns. What is asked comes as ``[pairs]``; ``spread`` hands
    it to the rows.
    """

    def __init__(self, history: History, place: NDArray[np.int32], origin: NDArray[np.int32]) -> None:
        self.history = history
        self._cubes = (history.sums, history.counts, history.opens)
        self._at: dict[int, tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]] = {}
        self._first, self._last = int(place.min()), int(place.max())
        origins, by_origin = _distinct(origin)
        height = self._last - self._first + 1
        self.where: NDArray[np.int32] | None = None
        self._place, self._origin = place, origin
        if height * len(origins) <= _SPARSE * len(place):
            self._origin = origins
            self.where = (place - np.int32(self._first)) * np.int32(len(origins)) + by_origin
        self.count = len(place) if self.where is None else height * len(origins)

    def mean(self, begin: int, stop: int) -> NDArray[np.float32]:
        """This will return the mean demand from ``begin`` to ``stop`` columns before the origin; see ``History.mean``."""
        far, near = self._running(begin), self._running(stop)
        return mean_of(near[0] - far[0], near[1] - far[1], possible=near[2] - far[2], need=0.5)

    def before(self, back: int) -> NDArray[np.float32]:
        """This will return the mean demand of the 28 days that end ``back`` columns before the origin."""
        return self._read(self.history.trailing, back)

    def around(self, neighbours: NDArray[np.int32], windows: Sequence[int]) -> NDArray[np.float32]:
        """This will return the recent demand of the places around over their usual one, ``[windows, pairs]``.

        ``neighbours`` are rows of places ``[places, k]``, -1 for none. Recent is the mean of the last so many columns
        before the origin, usual that of the 28 days before it. Neighbours of whom either is not known, or whose clock is
        another (it may not have come so far), are left out; NaN is where that leaves none.
        """
        recent, usual = np.zeros((2, len(windows), self.count), np.float32)
        places, origins = self._each()
        zone = self.history.clock.zone_of
        for others in neighbours[places].T:
            there = (others >= 0) & (zone[others] == zone[places])
            level = self.history.before(np.where(there, others, 0), origins)
            for k, window in enumerate(windows):
                lately = self.history.mean(np.where(there, others, 0), origins - np.int32(window), origins)
                known = there & ~np.isnan(level) & ~np.isnan(lately)
                recent[k] += np.where(known, lately, np.float32(0))
                usual[k] += np.where(known, level, np.float32(0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(usual > 0, recent / usual, np.float32(np.nan))

    def _each(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The place and the origin of every pair."""
        if self.where is None:
            return self._place, self._origin
        places = np.arange(self._first, self._last + 1, dtype=np.int32)
        return np.repeat(places, len(self._origin)), np.tile(self._origin, len(places))

    def gathered(self, of_rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """This will return by pair what rows of one pair share; pairs without a row are 1."""
        if self.where is None:
            return of_rows
        values = np.ones(self.count, np.float32)
        values[self.where] = of_rows
        return values

    def spread(self, table: NDArray[np.float32], out: NDArray[np.float32]) -> None:
        """This will write ``[features, pairs]`` to the rows' ``[rows, features]``."""
        for values, column in zip(table, out.T, strict=True):
            column[:] = values if self.where is None else values.take(self.where)

    def _running(self, back: int) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]:
        if back not in self._at:
            sums, counts, opens = self._cubes
            self._at[back] = (self._read(sums, back), self._read(counts, back), self._read(opens, back))
        return self._at[back]

    def _read(self, cube: NDArray[Any], back: int) -> NDArray[Any]:
        columns = np.maximum(self._origin - np.int32(back), 0)
        if self.where is None:
            return np.asarray(cube.reshape(-1).take(self._place * np.int64(cube.shape[1]) + columns))
        return np.asarray(cube[self._first : self._last + 1].take(columns, axis=1).reshape(-1))


def _distinct(values: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The distinct values and each row's number among them, by counting instead of sorting."""
    low = values.min()
    there = np.zeros(int(values.max() - low) + 1, bool)
    there[values - low] = True
    numbers = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return (np.flatnonzero(there) + low).astype(np.int32), numbers.take(values - low)
