"""Policies of one cluster: tuned on some random days, learned where that is asked for, and compared on others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.compare import LOOKAHEAD, bound_of, run_policies
from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.learn import learn
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.policies.threshold import Threshold
from busyness.decisions.intraday.ppo import PpoSettings
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.rollout import Ran
from busyness.decisions.intraday.takeover import LEARNED
from busyness.workflows.intraday.cluster import Cluster
from busyness.workflows.progress import Progress

_TRAINING_DAYS, _LEARNING_DAYS = 100, 4096
_BOUND_DAYS = 60  # the bound takes far longer than a policy, and is a mean


@dataclass(frozen=True)
class Effort:
    """On how many common ``days`` policies are compared, and in how many ``rounds`` one is learned (0: none is)."""

    days: int
    rounds: int = 0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Compared:
    """What each policy came to on the common days, by name, the clairvoyant ``bound`` of the first of them, and the policies
    themselves.
    """

    ran: Mapping[str, Ran]
    bound: NDArray[np.float64]
    policies: Mapping[str, Policy]
    lookahead: Lookahead
    learned: Learned | None

    @property
    def saved(self) -> NDArray[np.float64]:
        """What the learned policy saves beside the look-ahead, ``[days]``."""
        return np.asarray(self.ran[LOOKAHEAD].cost - self.ran[LEARNED].cost)


def compared(cluster: Cluster, *, burst: float, effort: Effort, start: Residual | None, progress: Progress) -> Compared:
    """This will tune, learn (from ``start`` on, where there is one) and compare the policies of a cluster."""
    problem = cluster.problem

    def drawn(count: int, seed: int) -> Days:
        paths, expected = cluster.day.paths, cluster.day.expected
        return draw_days(paths, expected, count=count, burst=burst, seed=effort.seed + seed)

    progress.step("Tuning policies")
    train = drawn(_TRAINING_DAYS, 1)
    lookahead = Lookahead.of(problem, train)
    policies: list[Policy] = [Static(), Threshold.tuned(problem, train), lookahead]
    learned = None if start is None else Learned(problem, lookahead, start)
    if effort.rounds:
        progress.step("Learning")
        settings = PpoSettings(rounds=effort.rounds, seed=effort.seed)
        learned = learn(problem, drawn(_LEARNING_DAYS, 2), advisor=lookahead, settings=settings, start=start)
    if learned is not None:
        policies.append(learned)
    progress.step("Comparing on common days")
    days = drawn(effort.days, 3)
    ran = run_policies(problem, days, policies=policies)
    bound = bound_of(problem, days.part(slice(0, _BOUND_DAYS)), ran=ran)
    return Compared(ran, bound, {policy.name: policy for policy in policies}, lookahead, learned)
