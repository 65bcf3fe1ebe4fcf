"""A rule of thumb, tuned: people go from where it is calm to where it is busy; they come in, or go home."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.view import View

BUSY = (1.2, 1.6, 2.2, 3.0, math.inf)
CALM = (0.7, 1.0, 1.3)
CALLS = (1.2, 1.5, 2.0, 3.0, math.inf)
SENDS = (-math.inf, 0.0, 0.5, 0.65, 0.8)


@dataclass(frozen=True, eq=False)
class Threshold:
    """How busy a place is: visitors there (in line or served) for each person there or on the way.

    One person a step is called in to the busiest place, at the shortest
    notice, where all places together are at ``call`` or above; else one moves from the calmest place that has a flex person,
    if it is at ``calm`` or below, to the busiest, if at ``busy`` or above; else one goes home from the calmest, where all
    together are at ``send`` or below.
    """

    problem: IntradayProblem
    busy: float = math.inf
    calm: float = 1.0
    call: float = math.inf
    send: float = -math.inf
    name: str = "threshold"

    @classmethod
    def tuned(cls, problem: IntradayProblem, days: Days) -> Threshold:
        """This will find the cheapest thresholds of a coarse grid on some days, one kind of action after the other.

        Never to act is one of each kind, so that on these days the rule is never worse than the roster as it is.
        """

        def cost(policy: Threshold) -> float:
            return float(run_days(problem, days, policy=policy).cost.mean())

        best = cls(problem)
        best = min((replace(best, busy=busy, calm=calm) for busy in BUSY for calm in CALM), key=cost)
        if problem.flex.callable:
            best = min((replace(best, call=call) for call in CALLS), key=cost)
        if problem.flex.sendable:
            best = min((replace(best, send=send) for send in SENDS), key=cost)
        return best

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return one action of each day, ``[days, 1]``."""
        people = view.heads + view.coming[:, :, -1]
        there = view.waiting + view.busy
        load = np.where(people > 0, there / np.maximum(people, 1), np.where(there > 0, np.inf, 0))
        together = there.sum(axis=1) / np.maximum(people.sum(axis=1), 1)
        busiest = load.argmax(axis=1)
        calmest = np.where(view.flex > 0, load, np.inf).argmin(axis=1)
        row = np.arange(len(mask))
        move = (load[row, busiest] >= self.busy) & (load[row, calmest] <= self.calm)
        chosen = np.zeros(len(mask), np.int64)
        for wish, action in (
            (together >= self.call, self._number(CALL, busiest, self._shortest)),
            (move, self._number(MOVE, calmest, busiest)),
            (together <= self.send, self._number(SEND, calmest, np.zeros_like(calmest))),
        ):
            chosen = np.where((chosen == 0) & wish & mask[row, action], action, chosen)
        return chosen[:, None]

    @property
    def _shortest(self) -> NDArray[np.int64]:
        minutes = [notice.minutes for notice in self.problem.money.notices] or [0.0]
        return np.array([int(np.argmin(minutes))])

    def _number(self, kind: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """This will return the number of an action of each day; 0, nothing, where there is no such action."""
        table = Actions.of(self.problem).table
        wanted = np.stack(np.broadcast_arrays(kind, first, second), axis=-1)
        same = (table[None] == wanted[:, None]).all(axis=2)
        return np.asarray(same.argmax(axis=1))
