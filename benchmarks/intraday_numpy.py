"""The peer of the intraday simulator: the same day, visitor by visitor, in plain NumPy over all days and places at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import IntradayProblem

ROOM = 128  # visitors in line at one place


class NumpyDays:
    """Runs the static roster: the i-th visitor of every place of every day is served, or not, in one stroke."""

    def __init__(self, problem: IntradayProblem, days: Days) -> None:
        self.problem, self.days = problem, days
        self.rng = np.random.default_rng(0)
        people = np.repeat((problem.heads[:, 0] + np.array(problem.flex.at_start))[None], days.count, axis=0).ravel()
        self.free_at = np.where(np.arange(problem.most_people) < people[:, None], 0.0, np.inf)
        self.line = np.full((3, len(people), ROOM), np.inf)
        self.step = 0

    def advance(self) -> NDArray[np.float64]:
        """This will run one step of all days and return what it cost, ``[days]``."""
        problem, step = self.problem, self.problem.step_minutes
        begin, end = self.step * step, (self.step + 1) * step
        people = np.isfinite(self.free_at).sum(axis=1)
        arrived, until, minutes = np.concatenate([self.line, self._visitors(begin)], axis=2)
        waited, gave_up = np.zeros((2, len(arrived)))
        kept, lanes = np.zeros(arrived.shape, bool), np.arange(len(arrived))
        for k in np.flatnonzero(np.isfinite(arrived).any(axis=0)):
            who = self.free_at.argmin(axis=1)
            since = np.maximum(arrived[:, k], begin)
            begins = np.maximum(self.free_at[lanes, who], since)
            here = np.isfinite(arrived[:, k])
            served = here & (begins < end) & (begins <= until[:, k])
            lost = here & ~served & (until[:, k] <= end)
            kept[:, k] = here & ~served & ~lost
            left = np.where(served, begins, np.minimum(until[:, k], end))
            waited += np.where(here, left - np.where(here, since, 0), 0)
            gave_up += lost
            self.free_at[lanes[served], who[served]] = (begins + minutes[:, k])[served]
        order = np.argsort(~kept, axis=1, kind="stable")[:, :ROOM]
        stay = np.take_along_axis(kept, order, axis=1)
        self.line = np.stack(
            [np.where(stay, np.take_along_axis(what, order, axis=1), np.inf) for what in (arrived, until, minutes)]
        )
        self.step += 1
        if self.step == problem.steps:
            gave_up += stay.sum(axis=1)
        else:
            self._follow_roster(end)
        money = problem.money
        cost = money.waiting_minute * waited + money.lost_visitor * gave_up + money.wage * step / 60 * people
        return np.asarray(cost.reshape(self.days.count, -1).sum(axis=1))

    def _visitors(self, begin: float) -> NDArray[np.float64]:
        counts = self.days.arrivals[:, :, self.step].ravel()
        shape = (len(counts), int(counts.max()))
        visits = self.problem.visits
        arrived = self.rng.random(shape) * self.problem.step_minutes + begin
        arrived = np.sort(np.where(np.arange(shape[1]) < counts[:, None], arrived, np.inf), axis=1)
        patience = self.rng.standard_exponential(shape) * visits.patience_minutes
        return np.stack([arrived, arrived + patience, self.rng.standard_exponential(shape) * visits.service_minutes])

    def _follow_roster(self, now: float) -> None:
        change = np.tile(np.diff(self.problem.heads, axis=1)[:, self.step - 1], self.days.count)
        for more in range(int(np.abs(change).max())):
            come, go = np.flatnonzero(change > more), np.flatnonzero(change < -more)
            self.free_at[come, self.free_at[come].argmax(axis=1)] = now
            self.free_at[go, self.free_at[go].argmin(axis=1)] = np.inf
