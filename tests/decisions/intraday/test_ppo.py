"""Learning: a toy problem's optimum is found, only what is allowed is done, and the same seed learns the same."""

from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday import network, ppo
from busyness.decisions.intraday.ppo import PpoSettings, Round, Trained, play, train
from busyness.domain.errors import MissingExtraError

from .toy_days import ToyDays

pytest.importorskip("torch")

SETTINGS = PpoSettings(rounds=60, batch=512, width=32, learning_rate=1e-2, most_change=0.1, trying=0.4, entropy=0.002)
SHORT = PpoSettings(rounds=3, batch=256, width=16, judged_every=1)


@pytest.fixture(scope="module")
def learned() -> tuple[ToyDays, Trained]:
    """A policy that was trained on the toy."""
    days = ToyDays()
    return days, train(days, SETTINGS)


def test_the_optimum_is_found(learned: tuple[ToyDays, Trained]) -> None:
    days, trained = learned
    reward = play(days, trained.policy, seed=77)
    assert days.best > 2
    assert reward > 0.95 * days.best


def test_what_is_not_allowed_is_never_done(learned: tuple[ToyDays, Trained]) -> None:
    assert learned[0].taken_forbidden == 0


def test_every_round_is_told() -> None:
    heard: list[Round] = []
    trained = train(ToyDays(32), SHORT, progress=heard.append)
    assert trained.rounds == tuple(heard)
    assert [row.number for row in heard] == [0, 1, 2]
    assert all(np.isfinite(row.reward) and row.entropy >= 0 for row in heard)


def test_the_same_seed_learns_the_same_and_another_does_not() -> None:
    first, again = (train(ToyDays(32), SHORT).policy.weights for _ in range(2))
    other = train(ToyDays(32), PpoSettings(rounds=3, batch=256, width=16, judged_every=1, seed=1)).policy.weights
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first)


def test_training_can_go_on_from_a_policy(learned: tuple[ToyDays, Trained]) -> None:
    days = ToyDays(64)
    before = play(days, learned[1].policy, seed=SHORT.seed + (1 << 30))
    on = train(days, SHORT, start=learned[1].policy)
    assert play(days, on.policy, seed=SHORT.seed + (1 << 30)) >= before


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ppo, "torch", None)
    with pytest.raises(MissingExtraError, match="intraday"):
        train(ToyDays(4), SHORT)
    monkeypatch.setattr(network, "torch", None)
    with pytest.raises(MissingExtraError, match="intraday"):
        network.Network({})
