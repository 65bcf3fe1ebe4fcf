"""Where riders take the vehicles: on average, and how differently in every draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.riding import ride_through
from busyness.decisions.rebalancing.whole import shared_out

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scatter:
    """``drift`` ``[places, periods]`` is how many vehicles more (less, below 0) riders leave at each place, on average.

    It is whole, and every period adds up to exactly 0. ``wanted`` ``[draws, places, periods]`` is the demand that is left
    for the vehicles of the average: where a draw's riders have brought k vehicles more than on average, these serve their
    ``turns × k`` trips first; where they have brought fewer, as many more are wanted.
    """

    drift: Counts
    wanted: NDArray[np.float32]

    @classmethod
    def of(cls, problem: RebalancingProblem, moves: Moves) -> Self:
        """This will let people ride while ``moves`` are made: where they find no vehicle they take none along."""
        drift = np.zeros((len(problem.places), problem.periods), np.int64)
        if problem.demand.ended is None or problem.periods == 1:
            return cls(drift, problem.demand.started)
        wanted = problem.demand.started.copy()
        for number, period in enumerate(ride_through(problem, moves, demand=problem.demand)):
            brought = period.out - period.out.mean(axis=0)
            wanted[:, :, number] = np.maximum(period.started - problem.turns_of_places * brought, 0)
            net = (period.after - period.out).mean(axis=0)
            coming, leaving = np.maximum(net, 0), np.maximum(-net, 0)
            total = round(float(coming.sum()))
            drift[:, number] = shared_out(coming, total) - shared_out(leaving, total)
        return cls(drift, wanted)
