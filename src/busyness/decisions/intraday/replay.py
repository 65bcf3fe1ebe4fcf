"""A day that has passed, once more in the simulator: its own visitors, and what was done on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.environment import step_days
from busyness.decisions.intraday.observation import observation_of
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.simulator import Simulator

DRAWS = 64
"""How often a day is replayed: when in a step visitors came, for how long and how patient, is drawn each time."""

Numbers = NDArray[np.float64]


class Replayed(NamedTuple):
    """Means over the draws: ``waited`` minutes, visitors ``served`` and ``gave_up``, and minutes ``worked``, all ``[places,
    steps]``; what each step cost the cluster beside waits and lost visitors (``shared`` ``[steps]``) and the day in all
    (``cost``); and one draw's ``observed`` numbers ``[steps, numbers]``, as a policy would have seen them.
    """

    waited: Numbers
    served: Numbers
    gave_up: Numbers
    worked: Numbers
    shared: Numbers
    cost: float
    observed: Numbers


def same_day(came: NDArray[np.int64], expected: Numbers, *, draws: int = DRAWS, seed: int = 0) -> Days:
    """This will return one day's visitors ``[places, steps]`` as ``draws`` days whose visitors come at other moments."""
    shape = (draws, *came.shape)
    return Days(np.broadcast_to(came, shape), np.broadcast_to(np.asarray(expected, np.float64), shape), seed)


def replay(problem: IntradayProblem, days: Days, actions: NDArray[np.int64]) -> Replayed:
    """This will play ``days`` (of ``same_day``) with the same ``actions`` ``[steps, moves]`` in each.

    What cannot be done does nothing.
    """
    simulator, money = Simulator(problem, days, size=days.count), problem.money
    means, shared, observed = [], [], []
    cost = 0.0
    for step in range(problem.steps):
        observed.append(observation_of(problem, simulator.view())[0])
        stepped = step_days(simulator, np.broadcast_to(actions[step], (days.count, actions.shape[1])))
        own = money.waiting_minute * stepped.waited + money.lost_visitor * stepped.gave_up
        shared.append(float((stepped.cost - own.sum(axis=1)).mean()))
        cost += float(stepped.cost.mean())
        means.append([part.mean(axis=0) for part in (stepped.waited, stepped.served, stepped.gave_up, stepped.worked)])
    waited, served, gave_up, worked = np.array(means, np.float64).transpose(1, 2, 0)
    return Replayed(waited, served, gave_up, worked, np.array(shared), cost, np.array(observed, np.float64))
