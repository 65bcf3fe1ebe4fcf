"""Another policy judged from a log: planted truths, and when nothing can be said."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.intraday.off_policy import (
    DOUBLY_ROBUST,
    JUDGED_SCHEMA,
    LEAST_EFFECTIVE_DAYS,
    LOGGED,
    WEIGHTED,
    Decisions,
    judge,
)
from busyness.domain.errors import InputError

from .planted_log import behaving, logged, truth

STEPS, WORLDS = 4, 160


@pytest.fixture(scope="module")
def judged() -> pl.DataFrame:
    """What is said of the planted policy in many worlds."""
    tables = [judge(logged(seed, 200, STEPS), draws=300, seed=seed) for seed in range(100, 100 + WORLDS)]
    return pl.concat(tables)


@pytest.mark.parametrize("estimator", [WEIGHTED, DOUBLY_ROBUST])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(judged: pl.DataFrame, estimator: str) -> None:
    rows, true = judged.filter(pl.col("estimator") == estimator), truth(STEPS)
    held = ((rows["low"] <= true) & (rows["high"] >= true)).mean()
    assert 0.88 <= held <= 0.99
    change = true - truth(STEPS, behaving)
    held = ((rows["change_low"] <= change) & (rows["change_high"] >= change)).mean()
    assert 0.87 <= held <= 0.99


def test_doubly_robust_has_no_bias_and_less_noise(judged: pl.DataFrame) -> None:
    by = {name: judged.filter(pl.col("estimator") == name)["cost"] for name in (LOGGED, WEIGHTED, DOUBLY_ROBUST)}
    true = truth(STEPS)
    error = by[DOUBLY_ROBUST].std() / np.sqrt(WORLDS)
    assert abs(by[DOUBLY_ROBUST].mean() - true) < 3 * error
    assert abs(by[LOGGED].mean() - true) > 10 * error
    assert by[DOUBLY_ROBUST].std() < by[WEIGHTED].std()


def test_a_hopeless_value_model_leaves_it_without_bias() -> None:
    blind = [logged(seed, 200, STEPS) for seed in range(120)]
    costs = []
    for seed, world in enumerate(blind):
        noise = np.random.default_rng(seed).normal(size=(*world.cost.shape, 2))
        nothing = Decisions(world.action, world.propensity, world.cost, noise, world.judged)
        costs.append(judge(nothing, draws=2, seed=seed).filter(pl.col("estimator") == DOUBLY_ROBUST)["cost"][0])
    assert abs(np.mean(costs) - truth(STEPS)) < 3 * np.std(costs) / np.sqrt(len(costs))


def test_the_policy_in_charge_is_judged_as_it_did() -> None:
    table = judge(logged(5, 80, STEPS, policy=behaving), draws=50)
    assert table.schema == pl.Schema(JUDGED_SCHEMA)
    assert table["cost"][1] == pytest.approx(table["cost"][0])
    assert table["effective_days"].to_list() == pytest.approx([80, 80, 80])
    assert table["judged"].all()


def test_too_little_evidence_is_said() -> None:
    few = judge(logged(3, 120, 48), draws=50).filter(pl.col("estimator") == WEIGHTED)
    assert few["effective_days"][0] < LEAST_EFFECTIVE_DAYS
    assert not few["judged"][0]
    assert few["reason"][0].startswith("Cannot be judged")
    enough = judge(logged(3, 120, 48), memory=3, draws=50).filter(pl.col("estimator") == WEIGHTED)
    assert enough["judged"][0]


@given(memory=st.integers(1, 8), seed=st.integers(0, 50))
def test_evidence_is_never_worth_more_than_the_days(memory: int, seed: int) -> None:
    world = logged(seed, 30, 8)
    worth = judge(world, memory=memory, draws=2)["effective_days"][1]
    assert 0 < worth <= 30 + 1e-9
    assert memory < 8 or judge(world, draws=2)["effective_days"][1] == worth


def test_the_same_seed_judges_the_same() -> None:
    assert judge(logged(1, 50, 3), seed=4).equals(judge(logged(1, 50, 3), seed=4))


def test_what_cannot_be_judged_is_named() -> None:
    world = logged(0, 10, 3)
    none = world.propensity.copy()
    none[4, 1] = 0
    with pytest.raises(InputError, match="Step 1 of day 4"):
        Decisions(world.action, none, world.cost, world.state, world.judged)
    with pytest.raises(InputError, match="add up to 1"):
        Decisions(world.action, world.propensity, world.cost, world.state, world.judged / 2)
    with pytest.raises(InputError, match="do not fit"):
        Decisions(world.action, world.propensity, world.cost[:5], world.state, world.judged)
    with pytest.raises(InputError, match="One day"):
        judge(logged(0, 1, 3))
