from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.clairvoyant import clairvoyant
from busyness.decisions.intraday.compare import paired
from busyness.decisions.intraday.level import Level
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.problem import FlexPeople, Reality, Visits
from busyness.decisions.intraday.queue_step import queue_step
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.view import View

from .clusters import busy_days, cluster, random_actions


class Wild:
    """Takes anything that can be taken."""

    name = "wild"

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def act(self, view: View, mask: np.ndarray) -> np.ndarray:
        return random_actions(mask, self.rng, often=0.2)[:, None]


@pytest.mark.parametrize("mean", [2.0, 8.0, 16.0])
@pytest.mark.parametrize(
    "reality", [Reality(), Reality(travel_factor=0.5, service_factor=0.8, slower=0.3, slower_minutes=30)]
)
def test_no_policy_undercuts_the_bound_in_the_mean(mean: float, reality: Reality) -> None:
    heads = np.random.default_rng(1).integers(0, 4, (3, 16))
    problem = cluster(heads=heads, reality=reality, visits=Visits(5, 12, "lognormal", 0.8))
    days = busy_days(problem, 60, mean=mean)
    ahead = Lookahead(problem, Level(20, 20, 1, 1), queue_step(problem, most_arrivals=40))
    ran = [run_days(problem, days, policy=policy).cost for policy in (Static(), ahead, Wild())]
    bound = clairvoyant(problem, days, reached=np.min(ran, axis=0))
    for cost in ran:
        assert paired(cost - bound)[1] > 0
    assert bound.mean() > 0.4 * ran[1].mean()


def test_where_nobody_works_the_bound_is_what_giving_up_costs() -> None:
    problem = cluster(heads=np.zeros((3, 16), int), flex=FlexPeople((0, 0, 0)))
    days = busy_days(problem, 400)
    static = run_days(problem, days, policy=Static()).cost
    bound = clairvoyant(problem, days, reached=static)
    _, low, high = paired(static - bound)
    assert low < 0 < high
    assert bound.mean() == pytest.approx(static.mean(), rel=0.005)


def test_where_there_are_plenty_the_bound_is_the_wages_and_who_must_stay() -> None:
    problem = cluster(heads=np.full((3, 16), 30), flex=FlexPeople((0, 0, 0)))
    days = busy_days(problem, 20)
    static = run_days(problem, days, policy=Static()).cost
    assert static == pytest.approx(np.full(20, 3 * 30 * 4 * 15.0))
    assert clairvoyant(problem, days, reached=static + 1) == pytest.approx(static, rel=1e-3)


def test_more_rounds_only_make_the_bound_better() -> None:
    problem = cluster()
    days = busy_days(problem, 1)
    reached = run_days(problem, days, policy=Static()).cost
    bounds = [clairvoyant(problem, days, reached=reached, rounds=rounds)[0] for rounds in (1, 5, 20, 60)]
    assert bounds == sorted(bounds)
    assert bounds[0] < bounds[-1] < reached[0]
