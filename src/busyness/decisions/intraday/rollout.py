"""Days run through with one policy: what each cost, and what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.actions import CALL, MOVE, SEND
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.simulator import Simulator

BESIDE = 500
"""Days that run beside each other: more would only take memory."""


@dataclass(frozen=True, eq=False)
class Ran:
    """What each day came to, ``[days]``: cost in all, labour (wages), minutes waited, visitors who came and who gave up,
    and how many people were moved, called in and sent home.
    """

    cost: NDArray[np.float64]
    labour: NDArray[np.float64]
    waited: NDArray[np.float64]
    came: NDArray[np.float64]
    gave_up: NDArray[np.float64]
    moves: NDArray[np.float64]
    calls: NDArray[np.float64]
    sends: NDArray[np.float64]


def run_days(problem: IntradayProblem, days: Days, *, policy: Policy) -> Ran:
    """This will run every day once with a policy. For the same days every policy meets the same visitors."""
    size = min(days.count, BESIDE)
    simulator = Simulator(problem, days, size=size)
    parts = [_run(simulator, np.arange(begin, begin + size) % days.count, policy) for begin in range(0, days.count, size)]
    joined = np.concatenate(parts, axis=1)[:, : days.count]
    return Ran(*joined)


def _run(simulator: Simulator, which: NDArray[np.int64], policy: Policy) -> NDArray[np.float64]:
    """This will run ``size`` days and return the eight numbers of each, ``[8, days]``."""
    view = simulator.reset(which)
    cost, paid, waited, gave_up, moves, calls, sends = np.zeros((7, simulator.size))
    kinds = simulator.actions.table[:, 0]
    done = False
    while not done:
        actions = policy.act(view, simulator.mask())
        for taken in actions.T:
            possible = np.where(np.take_along_axis(simulator.mask(), taken[:, None], axis=1)[:, 0], kinds[taken], 0)
            simulator.act(taken)
            moves += possible == MOVE
            calls += possible == CALL
            sends += possible == SEND
        stepped = simulator.advance()
        cost += stepped.cost
        paid += stepped.paid
        waited += stepped.waited.sum(axis=1)
        gave_up += stepped.gave_up.sum(axis=1)
        done = stepped.done
        if not done:
            view = simulator.view()
    came = simulator.days.arrivals[which].sum(axis=(1, 2))
    return np.stack([cost, paid * simulator.facts.wage, waited, came, gave_up, moves, calls, sends])
