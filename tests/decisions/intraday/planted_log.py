"""Days in a small world in which the cost of any policy is known."""

from __future__ import annotations

import numpy as np

from busyness.decisions.intraday.off_policy import Decisions

ACTIONS = 3


def behaving(state: np.ndarray) -> np.ndarray:
    """What is in charge: leans on help when the queue is long, and tries everything now and then."""
    return chances(state, lean=0.6)


def judged(state: np.ndarray) -> np.ndarray:
    """What is judged: calls help more readily."""
    return chances(state, lean=1.4)


def chances(state: np.ndarray, lean: float) -> np.ndarray:
    logits = np.stack([np.zeros_like(state), lean * state - 0.3, -0.2 - 0.1 * state], axis=-1)
    raw = np.exp(logits)
    return 0.15 / ACTIONS + 0.85 * raw / raw.sum(axis=-1, keepdims=True)


def days(seed: int, count: int, steps: int, policy=behaving):
    """This will play days: states, actions, the chances these had, and costs."""
    rng = np.random.default_rng(seed)
    queue = rng.gamma(2.0, 0.5, count)
    states, taken, odds, costs = (np.zeros((count, steps)) for _ in range(4))
    for step in range(steps):
        chance = policy(queue)
        action = (rng.random((count, 1)) > chance.cumsum(axis=1)[:, :-1]).sum(axis=1)
        states[:, step], taken[:, step] = queue, action
        odds[:, step] = np.take_along_axis(chance, action[:, None], 1)[:, 0]
        costs[:, step] = queue + 0.3 * (action == 1) + 0.1 * (action == 2) + 0.3 * rng.normal(size=count)
        queue = np.maximum(0.7 * queue + rng.gamma(2.0, 0.25, count) - 0.5 * (action == 1) - 0.1 * (action == 2), 0)
    return states, taken.astype(np.int64), odds, costs


def logged(seed: int, count: int, steps: int, policy=judged) -> Decisions:
    """This will log days of the policy in charge, to judge another one from."""
    states, taken, odds, costs = days(seed, count, steps)
    features = np.stack([states, states**2, np.broadcast_to(np.arange(steps), states.shape)], axis=2)
    return Decisions(taken, odds, costs, features, policy(states))


def truth(steps: int, policy=judged) -> float:
    """What the judged policy costs a day, played itself."""
    return float(days(1, 400_000, steps, policy)[3].sum(axis=1).mean())
