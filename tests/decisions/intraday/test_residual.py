"""The policy that corrects advice: it is the advice before training, obeys the mask always, and survives being stored."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.intraday.residual import Residual, Seen
from busyness.domain.errors import ArtifactError, InputError
from busyness.tables.parts import Parts

FEATURES, FACTS = 5, 4


def seen_of(seed: int, rows: int = 20, actions: int = 6) -> Seen:
    """Random observations, masks with at least the advice in them, and advice."""
    rng = np.random.default_rng(seed)
    advised = rng.integers(0, actions, rows)
    allowed = rng.random((rows, actions)) < 0.4
    allowed[np.arange(rows), advised] = True
    situation, about = (100 * rng.normal(size=shape) for shape in ((rows, FEATURES), (rows, actions, FACTS)))
    likely = 3 * rng.normal(size=(rows, actions))
    return Seen(situation.astype(np.float32), about.astype(np.float32), allowed, likely.astype(np.float32), advised)


def shaken(seen: Seen, seed: int, by: float) -> Residual:
    """A policy with random weights of this size."""
    rng = np.random.default_rng(seed)
    fresh = Residual.untrained(seen, width=8)
    weights = {name: (by * rng.normal(size=array.shape)).astype(np.float32) for name, array in fresh.weights.items()}
    return replace(fresh, weights=weights)


@given(seed=st.integers(0, 10_000), trying=st.floats(0.01, 0.4))
def test_before_training_it_is_the_advice(seed: int, trying: float) -> None:
    seen = seen_of(seed)
    policy = Residual.untrained(seen, width=8, trying=trying, seed=seed)
    looks = np.where(seen.allowed, np.exp(seen.likely), 0)
    mixed = trying * looks / looks.sum(axis=1, keepdims=True)
    mixed[np.arange(20), seen.advised] += 1 - trying
    assert np.allclose(policy.probabilities(policy.inputs(seen)), mixed, atol=1e-4)
    assert np.array_equal(policy.best(policy.inputs(seen)), seen.advised)


@given(seed=st.integers(0, 10_000), by=st.floats(0.1, 1000))
def test_what_is_not_allowed_has_no_probability_whatever_the_weights(seed: int, by: float) -> None:
    seen = seen_of(seed)
    policy = shaken(seen, seed, by)
    chances = policy.probabilities(policy.inputs(seen))
    assert (chances[~seen.allowed] == 0).all()
    assert np.allclose(chances.sum(axis=1), 1)
    assert seen.allowed[np.arange(20), policy.best(policy.inputs(seen))].all()


@given(seed=st.integers(0, 1000))
def test_the_best_action_is_the_likeliest(seed: int) -> None:
    seen = seen_of(seed)
    policy = shaken(seen, seed, 1.0)
    chances = policy.probabilities(policy.inputs(seen))
    assert np.allclose(chances[np.arange(20), policy.best(policy.inputs(seen))], chances.max(axis=1))


def test_stored_and_read_again_it_does_the_same() -> None:
    seen = seen_of(1)
    policy = shaken(seen, 1, 1.0)
    parts = policy.to_parts()
    again = Residual.from_parts(Parts(parts.kind, json.loads(json.dumps(dict(parts.facts))), {}, parts.arrays))
    assert np.array_equal(again.best(again.inputs(seen)), policy.best(policy.inputs(seen)))
    assert np.array_equal(again.probabilities(again.inputs(seen)), policy.probabilities(policy.inputs(seen)))
    assert np.array_equal(again.values(again.inputs(seen)), policy.values(policy.inputs(seen)))


def test_a_damaged_artifact_is_named() -> None:
    parts = shaken(seen_of(1), 1, 1.0).to_parts()
    with pytest.raises(ArtifactError, match=r"lacks actor\.0\.weight"):
        Residual.from_parts(replace(parts, arrays={k: v for k, v in parts.arrays.items() if k != "actor.0.weight"}))
    with pytest.raises(ArtifactError, match="cannot be read"):
        Residual.from_parts(replace(parts, facts={"format": 99}))


def test_another_cluster_is_refused() -> None:
    seen = seen_of(1)
    policy = Residual.untrained(seen)
    assert policy.best(policy.inputs(seen_of(2, actions=9))).shape == (20,)
    with pytest.raises(InputError, match="trained on 4 facts and 5 features"):
        policy.inputs(seen._replace(situation=seen.situation[:, :3]))
    with pytest.raises(InputError, match="probability"):
        Residual.untrained(seen_of(1), trying=1.0)


def test_using_it_takes_no_torch() -> None:
    code = "import sys; import busyness.decisions.intraday.residual; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
