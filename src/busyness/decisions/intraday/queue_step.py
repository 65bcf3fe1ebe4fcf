"""What one step does to a queue on average: an Erlang-A queue over a quarter of an hour, from any start, tabulated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.compiled import compiled
from busyness.decisions.intraday.problem import IntradayProblem

RATES = 49
MOST_PRESENT = 400


class QueueStep(NamedTuple):
    """``waited`` and ``end`` float64 ``[heads, rates, present]``: minutes that visitors wait in one step, and visitors
    present (in line and being served) at its end, for 0, 1, … heads, arrivals of 0, ``grain``, … a step, and 0, 1, …
    present at first.
    """

    grain: float
    waited: NDArray[np.float64]
    end: NDArray[np.float64]


def queue_step(problem: IntradayProblem, *, most_arrivals: float) -> QueueStep:
    """This will tabulate a step of the problem's queue for up to ``most_arrivals`` a step.

    Service and patience are taken as exponential. With n visitors present, the expected value v(n, s) of what is left of the
    step follows Kolmogorov's backward equation dv/ds = λ (v(n+1) − v(n)) + (min(n, c) μ + max(n − c, 0) θ) (v(n−1) − v(n)),
    plus max(n − c, 0) for minutes waited; it is integrated in small Euler steps.
    """
    visits, step = problem.visits, problem.step_minutes
    most = max(most_arrivals, 1.0)
    present = min(problem.most_people + int(1.5 * most / step * visits.patience_minutes) + 10, MOST_PRESENT)
    shape = (problem.most_people + 2, RATES, present)
    made = QueueStep(most / (RATES - 1), np.zeros(shape), np.zeros(shape))
    rates = np.array([step, 1 / visits.service_minutes, 1 / visits.patience_minutes])
    _fill(made, rates)
    return made


@compiled
def _fill(made: QueueStep, rates: NDArray[np.float64]) -> None:
    """This will write the table; ``rates`` are minutes a step, services and givings-up a minute."""
    step, serve, leave = rates
    heads, many, present = made.waited.shape
    wait, left = np.empty(present), np.empty(present)
    for c in range(heads):
        for k in range(many):
            arrive = k * made.grain / step
            fastest = arrive + c * serve + present * leave
            parts = int(np.ceil(step * fastest / 0.5)) + 1
            h = step / parts
            for n in range(present):
                wait[n], left[n] = 0.0, n
            for _ in range(parts):
                below_wait, below_left = wait[0], left[0]  # of n - 1, before this small step
                for n in range(present):
                    here_wait, here_left = wait[n], left[n]
                    up = n + 1 if n + 1 < present else n
                    down = min(n, c) * serve + max(n - c, 0) * leave
                    wait[n] = here_wait + h * (
                        arrive * (wait[up] - here_wait) + down * (below_wait - here_wait) + max(n - c, 0)
                    )
                    left[n] = here_left + h * (arrive * (left[up] - here_left) + down * (below_left - here_left))
                    below_wait, below_left = here_wait, here_left
            made.waited[c, k] = wait
            made.end[c, k] = left
