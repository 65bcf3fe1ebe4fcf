"""The learned policy: a network that corrects the look-ahead, in NumPy. Learning it takes ``ppo.py``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.question import Advisor, Question
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.view import View


@dataclass(frozen=True, eq=False)
class Learned:
    """Decides by ``residual`` over what ``advisor`` advises. Untrained it decides as the advisor does."""

    problem: IntradayProblem
    advisor: Advisor
    residual: Residual
    name: str = "learned"

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return the best actions of a step, ``[days, moves]``."""
        question = Question.of(self.problem, self.advisor, view=view, mask=mask)
        chosen: list[NDArray[np.int64]] = []
        for _ in range(self.problem.flex.moves_per_step):
            chosen.append(self.residual.best(self.residual.inputs(question.seen(chosen))))
        return np.stack(chosen, axis=1)
