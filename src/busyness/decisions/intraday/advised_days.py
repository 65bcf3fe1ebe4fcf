"""Simulated days to learn on: the reward is what a step costs less than it does where the advice is followed.

The advice is played on every day once. What a step cost there does not depend on what is learned, so taking it off changes
no optimum; but it takes most of the day's own luck out of the reward, because both meet the same visitors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.environment import step_days
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.question import Advisor, Question
from busyness.decisions.intraday.residual import Seen, Whole
from busyness.decisions.intraday.simulator import Simulator

Numbers = NDArray[np.float64]


class AdvisedDays:
    """``size`` of the ``days`` beside each other, for ``ppo.train``; ``begin`` draws which. A move is a step of learning."""

    def __init__(self, problem: IntradayProblem, days: Days, *, advisor: Advisor, size: int) -> None:
        self._problem, self._advisor = problem, advisor
        self._simulator = Simulator(problem, days, size=min(size, days.count))
        self._usual = self._advised_costs(days.count)
        self._which = np.zeros(self._simulator.size, np.int64)
        self._chosen: list[Whole] = []
        self._question = self._ask()

    def begin(self, seed: int) -> Seen:
        """This will start days drawn by ``seed``, none of them twice, and return what is seen first."""
        size = self._simulator.size
        self._which = np.random.default_rng(seed).permutation(self._simulator.days.count)[:size]
        self._simulator.reset(self._which)
        self._chosen = []
        self._question = self._ask()
        return self._question.seen(self._chosen)

    def step(self, actions: Whole) -> tuple[Numbers, Seen | None]:
        """This will choose one move in every day; after the last move of a step the step passes."""
        self._chosen.append(actions)
        if len(self._chosen) < self._problem.flex.moves_per_step:
            return np.zeros(len(actions)), self._question.seen(self._chosen)
        usual = self._usual[self._which, self._simulator.step]
        stepped = step_days(self._simulator, np.stack(self._chosen, axis=1))
        self._chosen = []
        if stepped.done:
            return usual - stepped.cost, None
        self._question = self._ask()
        return usual - stepped.cost, self._question.seen(self._chosen)

    def _ask(self) -> Question:
        view, mask = self._simulator.view(), self._simulator.mask()
        return Question.of(self._problem, self._advisor, view=view, mask=mask)

    def _advised_costs(self, count: int) -> Numbers:
        """What each step of each day costs where the advice is followed, ``[days, steps]``."""
        size, costs = self._simulator.size, np.zeros((count, self._problem.steps))
        for first in range(0, count, size):
            which = np.arange(first, first + size) % count
            view, done = self._simulator.reset(which), False
            while not done:
                step, mask = self._simulator.step, self._simulator.mask()
                stepped = step_days(self._simulator, self._advisor.act(view, mask)[:, : self._problem.flex.moves_per_step])
                costs[which, step], done = stepped.cost, stepped.done
                if not done:
                    view = self._simulator.view()
        return costs
