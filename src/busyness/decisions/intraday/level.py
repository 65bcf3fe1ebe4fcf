"""The day so far set against the morning's forecast: how much more, or less, the rest of the day will bring."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days

PRIORS = (5.0, 20.0, 80.0, 1e9)
MEMORIES = (0.8, 0.9, 0.97, 1.0)
FADES = (0.9, 0.97, 1.0)
AHEAD = 8


@dataclass(frozen=True)
class Level:
    """How a day's level is learned. A visitor counts ``memory`` times as much with each step that passes; the forecast
    weighs as much as ``cluster`` visitors for all places together, and all places' level as much as ``place`` visitors for
    each; a difference fades by ``fade`` with each step ahead.

    It is the mean of gamma levels after Poisson counts: (prior + came) / (prior + expected).
    """

    cluster: float
    place: float
    memory: float
    fade: float

    def ratio(self, arrived: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
        """This will return visitors over forecast as now believed, ``[days, places]``, from those so far and what was
        expected of the same steps, both ``[days, places, steps so far]``.
        """
        weight = self.memory ** np.arange(arrived.shape[2] - 1, -1, -1)
        return self._ratio(arrived @ weight, expected @ weight)

    def _ratio(self, came: NDArray[np.float64], thought: NDArray[np.float64]) -> NDArray[np.float64]:
        together = (self.cluster + came.sum(axis=1, keepdims=True)) / (self.cluster + thought.sum(axis=1, keepdims=True))
        return np.asarray((self.place * together + came) / (self.place + thought))

    @classmethod
    def fitted(cls, days: Days) -> Level:
        """This will choose the numbers that would have foretold the next ``AHEAD`` steps of these days best (squares)."""
        grid = [cls(*numbers) for numbers in product(PRIORS, PRIORS[:3], MEMORIES, FADES)]
        return min(grid, key=lambda level: level._error(days))

    def _error(self, days: Days) -> float:
        came, thought = np.zeros((2, *days.arrivals.shape[:2]))
        fade = self.fade ** np.arange(AHEAD)
        error = 0.0
        for step in range(days.arrivals.shape[2] - 1):
            came = self.memory * came + days.arrivals[:, :, step]
            thought = self.memory * thought + days.expected[:, :, step]
            ahead = days.expected[:, :, step + 1 : step + 1 + AHEAD]
            real = days.arrivals[:, :, step + 1 : step + 1 + AHEAD].sum(axis=2)
            more = (self._ratio(came, thought) - 1) * (ahead @ fade[: ahead.shape[2]])
            error += float(((ahead.sum(axis=2) + more - real) ** 2).sum())
        return error
