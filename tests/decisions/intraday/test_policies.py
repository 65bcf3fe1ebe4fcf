"""Threshold and look-ahead: allowed actions only, cheaper than the roster as it is, and right where the answer is plain."""

from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.actions import MOVE
from busyness.decisions.intraday.compare import paired
from busyness.decisions.intraday.level import Level
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.policies.threshold import Threshold
from busyness.decisions.intraday.problem import FlexPeople, Money, Notice
from busyness.decisions.intraday.queue_step import queue_step
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.simulator import Simulator

from .clusters import busy_days, cluster


def lookahead(problem, **changed) -> Lookahead:
    return Lookahead(problem, Level(20, 20, 1, 1), queue_step(problem, most_arrivals=40), **changed)


def test_both_save_money_on_days_they_have_not_seen() -> None:
    problem = cluster(steps=24)
    train, test = busy_days(problem, 100, seed=1), busy_days(problem, 300, seed=2)
    static = run_days(problem, test, policy=Static()).cost
    rule = run_days(problem, test, policy=Threshold.tuned(problem, train)).cost
    ahead = run_days(problem, test, policy=Lookahead.of(problem, train)).cost
    assert paired(static - rule)[1] > 0
    assert paired(rule - ahead)[1] > 0


@pytest.mark.parametrize("mean", [0.0, 0.4, 3.0, 8.0])
def test_the_tuned_rule_is_never_worse_than_nothing_on_its_own_days(mean: float) -> None:
    flex = FlexPeople((1, 1, 1), callable=2, sendable=2)
    problem = cluster(flex=flex, money=Money(15, 6, 0.2, (Notice(30, 20),), move=300, send_home=900))
    days = busy_days(problem, 40, mean=mean)
    static = run_days(problem, days, policy=Static()).cost.mean()
    rules = [Threshold.tuned(problem, days), Threshold(problem)]
    costs = [run_days(problem, days, policy=rule).cost.mean() for rule in rules]
    assert costs[0] <= static
    assert costs[1] == static


@pytest.mark.parametrize("moves", [1, 3])
def test_the_look_ahead_only_takes_what_can_be_taken(moves: int) -> None:
    problem = cluster(flex=FlexPeople((1, 0, 1), callable=1, sendable=1, moves_per_step=moves))
    simulator = Simulator(problem, busy_days(problem, 40, mean=10), size=40)
    policy, taken = lookahead(problem), 0
    view = simulator.view()
    for _ in range(problem.steps - 1):
        actions = policy.act(view, simulator.mask())
        assert actions.shape == (40, moves)
        for column in actions.T:
            assert np.take_along_axis(simulator.mask(), column[:, None], axis=1).all()
            simulator.act(column)
            taken += int((column > 0).sum())
        simulator.advance()
        view = simulator.view()
    assert taken > 40


def test_the_look_ahead_moves_who_is_idle_to_where_the_line_is() -> None:
    problem = cluster(2, 16, flex=FlexPeople((1, 0)))
    simulator = Simulator(problem, busy_days(problem, 1), size=1)
    quiet = simulator.view()
    busy = quiet._replace(waiting=np.array([[0, 14]]), busy=np.array([[0, 2]]))
    policy = lookahead(problem)
    assert policy.act(quiet, simulator.mask()).tolist() == [[0]]
    action = int(policy.act(busy, simulator.mask())[0, 0])
    assert simulator.actions.table[action].tolist() == [MOVE, 0, 1]
    values = policy.values(busy, simulator.mask())
    assert values[0, action] < 0 == values[0, 0]
    assert np.isinf(values[0][~simulator.mask()[0]]).all()


def test_the_rule_waits_for_its_thresholds() -> None:
    problem = cluster(2, 16, flex=FlexPeople((1, 0), callable=1, sendable=1))
    simulator = Simulator(problem, busy_days(problem, 1), size=1)
    rule = Threshold(problem, busy=2.0, calm=1.0, call=3.0, send=0.2)
    table = simulator.actions.table

    def does(waiting: list[int], busy: list[int]) -> list[int]:
        view = simulator.view()._replace(waiting=np.array([waiting]), busy=np.array([busy]))
        return table[rule.act(view, simulator.mask())[0, 0]].tolist()

    assert does([0, 0], [1, 1]) == [0, 0, 0]
    assert does([0, 3], [1, 2]) == [MOVE, 0, 1]
    assert does([8, 6], [3, 2])[0] == 2
    assert does([0, 0], [0, 0]) == [3, 0, 0]


def test_the_same_days_cost_the_same_again() -> None:
    problem = cluster()
    days = busy_days(problem, 30)
    one, again = (run_days(problem, days, policy=lookahead(problem)) for _ in range(2))
    assert (one.cost == again.cost).all()
    assert (one.came == days.arrivals.sum(axis=(1, 2))).all()
    assert (one.labour < one.cost).all()
