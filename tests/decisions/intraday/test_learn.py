"""The learned policy in the simulator: the look-ahead before training, possible moves only, reproducible, and stored."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.intraday.advised_days import AdvisedDays
from busyness.decisions.intraday.learn import learn
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.ppo import PpoSettings
from busyness.decisions.intraday.residual import Residual, Seen
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.simulator import Simulator
from busyness.tables.parts import Parts

from .small_world import days, lookahead, problem

pytest.importorskip("torch")
pytest.importorskip("numba")

SHORT = PpoSettings(rounds=2, batch=512, width=8, judged_every=2)


def shaken(moves: int, seed: int, by: float) -> Learned:
    """A policy with random weights."""
    seen = AdvisedDays(problem(moves), days(8), advisor=lookahead(moves), size=8).begin(0)
    fresh = Residual.untrained(seen, width=8)
    rng = np.random.default_rng(seed)
    weights = {name: (by * rng.normal(size=array.shape)).astype(np.float32) for name, array in fresh.weights.items()}
    return Learned(problem(moves), lookahead(moves), replace(fresh, weights=weights))


@pytest.mark.parametrize("moves", [1, 3])
def test_before_training_it_decides_as_the_look_ahead(moves: int) -> None:
    believed, advisor = problem(moves), lookahead(moves)
    seen = AdvisedDays(believed, days(8), advisor=advisor, size=8).begin(0)
    untrained = run_days(believed, days(60, seed=2), policy=Learned(believed, advisor, Residual.untrained(seen)))
    followed = run_days(believed, days(60, seed=2), policy=advisor)
    assert followed.moves.sum() > 0
    assert np.array_equal(untrained.cost, followed.cost)


@pytest.mark.parametrize("moves", [1, 3])
def test_following_the_advice_earns_nothing(moves: int) -> None:
    episodes = AdvisedDays(problem(moves), days(20), advisor=lookahead(moves), size=10)
    seen: Seen | None = episodes.begin(3)
    taken = 0
    while seen is not None:
        reward, seen = episodes.step(seen.advised)
        assert np.abs(reward).max() < 1e-9
        taken += 1
    assert taken == problem(moves).steps * moves


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), by=st.floats(0.5, 50))
def test_only_what_is_possible_is_decided_whatever_the_weights(seed: int, by: float) -> None:
    policy = shaken(3, seed, by)
    simulator = Simulator(problem(3), days(8), size=8)
    view, done = simulator.reset(np.arange(8)), False
    while not done:
        actions = policy.act(view, simulator.mask())
        for taken in actions.T:
            assert simulator.mask()[np.arange(8), taken].all()
            simulator.act(taken)
        done = simulator.advance().done
        view = view if done else simulator.view()


def test_the_same_seed_learns_the_same_and_stored_it_decides_the_same() -> None:
    first, again = (learn(problem(), days(64), advisor=lookahead(), settings=SHORT) for _ in range(2))
    for name, array in first.residual.weights.items():
        assert np.array_equal(array, again.residual.weights[name])
    moved = shaken(1, 1, 1.0)
    parts = moved.residual.to_parts()
    stored = Parts(parts.kind, json.loads(json.dumps(dict(parts.facts))), {}, parts.arrays)
    read = replace(moved, residual=Residual.from_parts(stored))
    costs = [run_days(problem(), days(30, seed=4), policy=policy).cost for policy in (moved, read)]
    assert np.array_equal(*costs)


def test_training_tells_and_never_leaves_a_worse_policy_on_its_judging_days() -> None:
    heard: list[float] = []
    learn(problem(), days(64), advisor=lookahead(), settings=SHORT, progress=lambda row: heard.append(row.reward))
    assert len(heard) == SHORT.rounds
