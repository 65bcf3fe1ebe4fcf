from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import FlexPeople, Reality, Visits
from busyness.decisions.intraday.simulator import Simulator
from busyness.domain.errors import InputError

from .clusters import busy_days, cluster, random_actions
from .day_by_events import DayByEvents

SHAPES = [Visits(5, 12), Visits(5, 8, "erlang", 0.5), Visits(4, 20, "lognormal", 1.5)]
REALITIES = [Reality(), Reality(travel_factor=2.0, service_factor=1.2), Reality(slower=0.6, slower_minutes=40)]


@pytest.mark.parametrize("visits", SHAPES, ids=lambda visits: visits.shape)
@pytest.mark.parametrize("reality", REALITIES, ids=["as believed", "slow", "learning"])
def test_every_step_costs_what_the_same_day_event_by_event_costs(visits: Visits, reality: Reality) -> None:
    rng = np.random.default_rng(3)
    problem = cluster(heads=rng.integers(0, 4, (3, 16)), visits=visits, reality=reality)
    days = busy_days(problem, 6)
    simulator = Simulator(problem, days, size=6)
    slow = [DayByEvents(problem, days, day) for day in range(6)]
    for _ in range(problem.steps):
        for _ in range(2):
            actions = random_actions(simulator.mask(), rng)
            simulator.act(actions)
            for day, action in zip(slow, actions.tolist(), strict=True):
                day.act(action)
        stepped = simulator.advance()
        assert stepped.cost == pytest.approx([day.advance() for day in slow], rel=1e-9)
        assert simulator.state.waiting.tolist() == [[len(place.line) for place in day.places] for day in slow]
    assert stepped.done


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), mean=st.floats(0, 25), moves=st.integers(0, 3))
def test_nobody_appears_or_vanishes(seed: int, mean: float, moves: int) -> None:
    rng = np.random.default_rng(seed)
    problem = cluster(heads=rng.integers(0, 4, (3, 16)))
    days = busy_days(problem, 8, mean=mean, seed=seed)
    simulator = Simulator(problem, days, size=8)
    state = simulator.state
    came = served = gave_up = 0
    for step in range(problem.steps):
        for _ in range(moves):
            mask = simulator.mask()
            assert mask[:, 0].all()
            simulator.act(random_actions(mask, rng, often=0.8))
        assert (state.flex.sum(axis=1) == 3 + state.called - state.sent).all()
        assert (state.people == state.flex + problem.heads[:, step]).all()
        assert (state.called <= 2).all()
        assert (state.sent <= 2).all()
        stepped = simulator.advance()
        came += days.arrivals[:, :, step].sum(axis=1)
        served += stepped.served.sum(axis=1)
        gave_up += stepped.gave_up.sum(axis=1)
        assert (came == served + gave_up + state.waiting.sum(axis=1)).all()
        for counts in (state.flex, state.waiting, stepped.waited, stepped.paid, stepped.cost):
            assert (counts >= 0).all()
    assert not state.waiting.any()


def test_what_cannot_be_taken_does_nothing() -> None:
    problem = cluster(flex=FlexPeople((0, 0, 0), callable=1, sendable=1))
    simulator = Simulator(problem, busy_days(problem, 4), size=4)
    mask = simulator.mask()
    assert [simulator.actions.table[k, 0] for k in np.flatnonzero(mask[0])] == [0] + [2] * 6
    impossible = np.flatnonzero(~mask[0])
    for action in impossible.tolist():
        simulator.act(np.full(4, action))
    assert not simulator.state.flex.any()
    assert simulator.advance().cost == pytest.approx(_untouched(problem, simulator.days))


def _untouched(problem, days) -> np.ndarray:
    return Simulator(problem, days, size=4).advance().cost


def test_a_day_brings_the_same_visitors_whatever_is_decided_and_beside_whomever_it_runs() -> None:
    problem = cluster()
    days = busy_days(problem, 10)
    alone, among = Simulator(problem, days, size=1), Simulator(problem, days, size=3)
    alone.reset([7])
    among.reset([2, 7, 7])
    for _ in range(problem.steps):
        one, three = alone.advance(), among.advance()
        assert one.cost[0] == three.cost[1] == three.cost[2]
        assert one.cost[0] != three.cost[0]


def test_givings_up_are_those_of_an_erlang_a_queue() -> None:
    """One place, 3 people, 36 visitors an hour of 6 minutes, patience 9: the stationary birth–death queue says how many."""
    heads, rate, serve, leave = 3, 36 / 60, 1 / 6, 1 / 9
    weight, probability = 1.0, [1.0]
    for n in range(1, 200):
        weight *= rate / (min(n, heads) * serve + max(n - heads, 0) * leave)
        probability.append(weight)
    line = sum(max(n - heads, 0) * p for n, p in enumerate(probability)) / sum(probability)
    problem = cluster(1, 96, heads=np.full((1, 96), 3), flex=FlexPeople((0,)), visits=Visits(6, 9))
    arrivals = np.random.default_rng(0).poisson(9, (300, 1, 96))
    simulator = Simulator(problem, Days(arrivals, np.full(arrivals.shape, 9.0)), size=300)
    steps = [simulator.advance() for _ in range(96)][8:-1]
    waited = sum(step.waited.sum() for step in steps) / (300 * len(steps) * 15)
    gave_up = sum(step.gave_up.sum() for step in steps) / (300 * len(steps) * 15)
    assert waited == pytest.approx(line, rel=0.02)
    assert gave_up == pytest.approx(leave * line, rel=0.02)


def test_a_day_that_is_over_and_days_that_do_not_fit_are_refused() -> None:
    problem = cluster(steps=2)
    days = busy_days(problem, 3)
    simulator = Simulator(problem, days, size=3)
    simulator.advance()
    assert simulator.advance().done
    with pytest.raises(InputError, match="over"):
        simulator.advance()
    with pytest.raises(InputError, match="days 0 to 2"):
        simulator.reset([0, 1, 3])
    with pytest.raises(InputError, match="do not fit a roster"):
        Simulator(cluster(steps=3), days, size=1)
