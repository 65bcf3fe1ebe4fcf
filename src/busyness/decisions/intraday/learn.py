"""A learned policy for one cluster, from the look-ahead and simulated days."""

from __future__ import annotations

from collections.abc import Callable

from busyness.decisions.intraday.advised_days import AdvisedDays
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.ppo import PpoSettings, Round, train
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.question import Advisor
from busyness.decisions.intraday.residual import Residual

BESIDE = 256
"""Days that are learned on side by side."""


def learn(
    problem: IntradayProblem,
    days: Days,
    *,
    advisor: Advisor,
    settings: PpoSettings | None = None,
    start: Residual | None = None,
    progress: Callable[[Round], None] | None = None,
) -> Learned:
    """This will return a policy trained on ``days``, from the advice itself or from an earlier policy (``start``).

    Judge it on other days. The same seed in ``settings`` gives the same policy.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """
    episodes = AdvisedDays(problem, days, advisor=advisor, size=BESIDE)
    trained = train(episodes, settings or PpoSettings(), start=start, progress=progress)
    return Learned(problem, advisor, trained.policy)
