"""Model-predictive: the rest of the day is foreseen from the day so far, and the change that saves most is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.level import Level
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.queue_step import QueueStep, queue_step
from busyness.decisions.intraday.rolling import Choices, Outlook, Prices, look_ahead
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.view import LOOK, View

HORIZONS = (8, 24, 48)
HURDLES = (0.0, 10.0, 25.0)
MOST_OVER = 3.0
"""Times the forecast's greatest step up to which queues are tabulated."""


@dataclass(frozen=True, eq=False)
class Lookahead:
    """Takes the change that saves most over the rest of the day, if it saves more than ``hurdle``.

    The day's level so far (``level``) scales the forecast; each place's queue then runs on by its mean (``queue``); a move
    is taken to last ``horizon`` steps, since it can be undone, calling in and sending home the rest of the day. Several
    moves a step are chosen one after the other. The policy believes the problem's travel and service, not what is real.
    """

    problem: IntradayProblem
    level: Level
    queue: QueueStep
    horizon: int = 12
    hurdle: float = 0.0
    name: str = "lookahead"

    @classmethod
    def of(cls, problem: IntradayProblem, days: Days) -> Lookahead:
        """This will fit level, horizon and hurdle on days of the forecast: the cheapest of a few, on these days."""
        most = MOST_OVER * float(days.expected.max())
        first = cls(problem, Level.fitted(days), queue_step(problem, most_arrivals=most))
        tries = [replace(first, horizon=horizon, hurdle=hurdle) for horizon in HORIZONS for hurdle in HURDLES]
        return min(tries, key=lambda policy: float(run_days(problem, days, policy=policy).cost.mean()))

    @cached_property
    def _actions(self) -> Actions:
        return Actions.of(self.problem)

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return the actions of each day, ``[days, moves]``."""
        outlook, left = self.outlook(view), mask.copy()
        flex = view.flex.copy()
        chosen = np.zeros((len(mask), self.problem.flex.moves_per_step), np.int64)
        for move in range(chosen.shape[1]):
            values = self._values(outlook, left, view.step)
            best = values.argmin(axis=1)
            chosen[:, move] = np.where(values.min(axis=1) < -self.hurdle, best, 0)
            if move + 1 < chosen.shape[1]:
                left[chosen[:, move] == 0] = False
                self._take(outlook, left, flex, chosen[:, move])
        return chosen

    def values(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """This will return what each action would change in the day's cost, ``[days, actions]``: nothing is 0, below saves;
        what cannot be taken is infinite.
        """
        return self._values(self.outlook(view), mask, view.step)

    def outlook(self, view: View) -> Outlook:
        """This will return the rest of the day as it now looks."""
        t, steps = view.step, self.problem.steps
        ratio = self.level.ratio(view.arrived, view.expected[:, :, :t])
        fade = self.level.fade ** np.arange(steps - t)
        arrivals = view.expected[:, :, t:] * (1 + (ratio[:, :, None] - 1) * fade)
        coming = view.coming[:, :, np.minimum(np.arange(steps - t), LOOK - 1)]
        heads = self.problem.heads[:, t:] + view.flex[:, :, None] + coming
        return Outlook(self.queue, arrivals, heads, (view.waiting + view.busy).astype(np.float64))

    def _values(self, outlook: Outlook, mask: NDArray[np.bool_], step: int) -> NDArray[np.float64]:
        values = np.full(mask.shape, np.inf)
        values[:, 0] = 0.0
        choices = Choices(self._actions.table, np.ascontiguousarray(mask), values)
        look_ahead(outlook, self._prices, choices)
        return values

    @cached_property
    def _prices(self) -> Prices:
        money, visits, step = self.problem.money, self.problem.visits, self.problem.step_minutes
        return Prices(
            waited=money.waiting_minute + money.lost_visitor / visits.patience_minutes,
            left=money.lost_visitor,
            move=money.move,
            premiums=np.array([notice.premium for notice in money.notices], np.float64),
            send_home=money.send_home,
            wage=money.wage * step / 60,
            travel=np.asarray(self.problem.travel, np.float64) / step,
            notices=np.array([notice.minutes / step for notice in money.notices], np.float64),
            horizon=self.horizon,
        )

    def _take(self, outlook: Outlook, left: NDArray[np.bool_], flex: NDArray[np.int64], chosen: NDArray[np.int64]) -> None:
        """This will put what was chosen into the outlook, and close what is no longer possible."""
        ahead = np.arange(outlook.heads.shape[2])
        table = self._actions.table
        for d in np.flatnonzero(chosen).tolist():
            kind, i, j = table[chosen[d]]
            if kind in {MOVE, SEND}:
                outlook.heads[d, i] -= 1
                flex[d, i] -= 1
                if not flex[d, i]:
                    left[d] &= ~(np.isin(table[:, 0], (MOVE, SEND)) & (table[:, 1] == i))
            if kind == MOVE:
                outlook.heads[d, j] += np.clip(ahead + 1 - self._prices.travel[i, j], 0, 1)
            elif kind == CALL:
                outlook.heads[d, i] += np.clip(ahead + 1 - self._prices.notices[j], 0, 1)
            if kind in {CALL, SEND}:
                left[d] &= table[:, 0] != kind  # one of each a step: how many are left is checked before the step
