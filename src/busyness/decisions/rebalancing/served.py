"""What n vehicles are expected to serve at a place, from the draws of demand: concave in n, so that flows can price it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ServedTrips:
    """Knows E[min(T, turns × n)] of every cell exactly, as a mean over the draws of its trips T.

    A cell is a place in a period, numbered ``place × periods + period``. ``rising`` are its draws in order, offset so that
    all cells make one rising line; ``summed`` the sums of its smallest 0, 1, 2 … draws.
    """

    rising: Floats  # [cells × draws]
    summed: Floats  # [cells, draws + 1]
    most: Floats  # [cells], the greatest draw
    turns: Floats  # [cells]

    @classmethod
    def of(cls, started: NDArray[np.float32], turns: Floats) -> Self:
        """This will read draws ``[draws, places, periods]``; ``turns`` is ``[places]``."""
        draws, places, periods = started.shape
        drawn = np.sort(started.reshape(draws, -1).T.astype(np.float64), axis=1)
        summed = np.concatenate([np.zeros((places * periods, 1)), np.cumsum(drawn, axis=1)], axis=1)
        step = drawn.max(initial=0) + 1
        rising = (drawn + step * np.arange(len(drawn))[:, None]).reshape(-1)
        return cls(rising, summed, drawn[:, -1], np.repeat(turns, periods))

    @property
    def wanted(self) -> Floats:
        """The expected trips of every cell, ``[cells]``."""
        return np.asarray(self.summed[:, -1] / (self.summed.shape[1] - 1))

    def by(self, vehicles: Counts, cells: Counts) -> Floats:
        """This will return the trips that so many vehicles are expected to serve in these cells."""
        draws = self.summed.shape[1] - 1
        offset = (self.most.max(initial=0) + 1) * cells
        could = np.minimum(self.turns[cells] * vehicles, self.most[cells])
        below = np.searchsorted(self.rising, offset + could, side="right") - cells * draws
        return np.asarray((self.summed[cells, below] + (draws - below) * could) / draws)

    def unmet(self, vehicles: Counts, cells: Counts) -> Floats:
        """This will return the trips that so many vehicles are expected not to serve in these cells."""
        return np.maximum(self.wanted[cells] - self.by(vehicles, cells), 0)

    def useful(self, most: int) -> Counts:
        """This will return how many vehicles at most can have anything to do, ``[cells]``, no more than ``most``."""
        return np.minimum(np.ceil(self.most / self.turns), most).astype(np.int64)


def marginal_costs(served: ServedTrips, useful: Counts, *, unmet: float, idle: float) -> tuple[Counts, Counts, Floats]:
    """This will price every further vehicle of every cell: ``(cell, its number from 1, what it adds to the cost)``.

    A cell with n vehicles is expected to cost ``unmet × (wanted − served(n)) + idle × (n − served(n) / turns)``, so the n-th
    adds ``idle − (unmet + idle / turns) × (served(n) − served(n − 1))``: rising in n, because served is concave. It is
    ``idle`` beyond the ``useful`` ones.
    """
    cell = np.repeat(np.arange(len(useful)), useful)
    first = np.cumsum(useful) - useful
    number = np.arange(len(cell)) - first[cell] + 1
    reached = served.by(number, cell)
    more = np.diff(reached, prepend=0.0)
    more[number == 1] = reached[number == 1]
    cost = idle - (unmet + idle / served.turns[cell]) * more
    return cell, number, np.asarray(cost)
