"""Proximal policy optimisation of a residual policy, in PyTorch: whole days at once, masked actions, one thread.

Source: Schulman et al., "Proximal policy optimization algorithms", 2017, with generalised advantages (Schulman et al.,
"High-dimensional continuous control using generalized advantage estimation", 2016).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.adam import Adam
from busyness.decisions.intraday.network import Network
from busyness.decisions.intraday.residual import Residual, Seen, Whole, drawn
from busyness.decisions.intraday.towers import Floats
from busyness.domain.errors import MissingExtraError

try:
    import torch
except ModuleNotFoundError:
    torch = None

_VALUE_SHARE = 0.5  # of the loss
_LAST_RATE = 0.1  # of the learning rate, reached at the end
_JUDGING = 1 << 30  # seeds of the days that candidates are compared on lie beyond those that are trained on


class Episodes(Protocol):
    """Days that many clusters go through side by side, all as long as each other."""

    def begin(self, seed: int) -> Seen:
        """This will start fresh days drawn by ``seed`` and return what is seen in their first step."""

    def step(self, actions: Whole) -> tuple[NDArray[np.float64], Seen | None]:
        """This will act in every row and return the rewards and what is seen next, None at the end of the day."""


@dataclass(frozen=True, slots=True)
class PpoSettings:
    """``rounds`` of fresh days, each gone over ``epochs`` times in batches of ``batch`` decisions, or fewer where the policy
    has moved by ``most_change`` (Kullback–Leibler) already. ``trace`` is λ of the advantages, a day has no discount.
    ``trying`` is how much an untrained policy tries (see ``Residual``). Every ``judged_every`` rounds the policy plays days
    of its own, and the best of them is kept.
    """

    rounds: int = 80
    epochs: int = 4
    batch: int = 2048
    learning_rate: float = 3e-3
    clip: float = 0.2
    trace: float = 0.95
    entropy: float = 0.01
    most_change: float = 0.03
    trying: float = 0.3
    width: int = 32
    judged_every: int = 10
    threads: int = 1
    seed: int = 0


class Round(NamedTuple):
    """One round: the ``reward`` of a day as the policy draws, the ``judged`` one as it chooses (NaN where it was not
    played), the ``change`` of the policy and its ``entropy``.
    """

    number: int
    reward: float
    judged: float
    change: float
    entropy: float


class Trained(NamedTuple):
    """The policy that was best on the judging days, and every round."""

    policy: Residual
    rounds: tuple[Round, ...]


class _Rollout(NamedTuple):
    situation: torch.Tensor
    about: torch.Tensor
    offsets: torch.Tensor
    actions: torch.Tensor
    likely: torch.Tensor
    advantages: torch.Tensor
    returns: torch.Tensor
    reward: float


def train(
    episodes: Episodes,
    settings: PpoSettings,
    *,
    start: Residual | None = None,
    progress: Callable[[Round], None] | None = None,
) -> Trained:
    """This will train a policy, from ``start`` or from the advice itself; the same seed gives the same weights.

    The advice takes part in the judging: what is returned was at least as good on the judging days. ``progress`` hears of
    every round.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """
    if torch is None:
        raise MissingExtraError("PyTorch", "intraday")
    threads = torch.get_num_threads()
    torch.set_num_threads(settings.threads)
    try:
        return _train(episodes, settings, start=start, progress=progress)
    finally:
        torch.set_num_threads(threads)


def _train(
    episodes: Episodes,
    settings: PpoSettings,
    *,
    start: Residual | None,
    progress: Callable[[Round], None] | None,
) -> Trained:
    rng = np.random.default_rng(settings.seed)
    policy = start or _scaled(episodes, settings)
    network = Network(dict(policy.weights))
    optimiser = Adam(list(network.parameters.values()))
    best, best_reward = policy, play(episodes, policy, seed=_JUDGING + settings.seed)
    unit, rounds = 0.0, []
    for number in range(settings.rounds):
        rollout = _roll(episodes, policy, rng=rng, trace=settings.trace, unit=unit)
        if not unit:  # the critic learns in units of the first days' spread
            unit = max(float(rollout.returns.std()), 1e-9)
            rollout = rollout._replace(returns=rollout.returns / unit)
        left = 1 - number / settings.rounds
        optimiser.rate = settings.learning_rate * (_LAST_RATE + (1 - _LAST_RATE) * left)
        change, entropy = _improve(network, optimiser, rollout, settings=settings, rng=rng)
        policy = replace(policy, weights=network.weights())
        judged = float("nan")
        if (number + 1) % settings.judged_every == 0 or number + 1 == settings.rounds:
            judged = play(episodes, policy, seed=_JUDGING + settings.seed)
            if judged > best_reward:
                best, best_reward = policy, judged
        rounds.append(Round(number, rollout.reward, judged, change, entropy))
        if progress is not None:
            progress(rounds[-1])
    return Trained(best, tuple(rounds))


def play(episodes: Episodes, policy: Residual, *, seed: int) -> float:
    """This will return the mean reward of a day if the policy takes its best action in every step."""
    seen: Seen | None = episodes.begin(seed)
    total = 0.0
    while seen is not None:
        reward, seen = episodes.step(policy.best(policy.inputs(seen)))
        total += float(reward.mean())
    return total


def _scaled(episodes: Episodes, settings: PpoSettings) -> Residual:
    """The untrained policy, scaled to a day on which the advice was followed."""
    seen: Seen | None = episodes.begin(settings.seed)
    days: list[Seen] = []
    while seen is not None:
        days.append(seen)
        _, seen = episodes.step(seen.advised)
    day = Seen(*(np.concatenate(parts) for parts in zip(*days, strict=True)))
    return Residual.untrained(day, width=settings.width, trying=settings.trying, seed=settings.seed)


def _roll(episodes: Episodes, policy: Residual, *, rng: np.random.Generator, trace: float, unit: float) -> _Rollout:
    """This will play days as the policy draws and return its decisions, flat over steps and rows."""
    seen: Seen | None = episodes.begin(int(rng.integers(_JUDGING)))
    kept: list[tuple[Floats, Floats, Floats, Whole, Floats]] = []
    rewards, values = [], []
    while seen is not None:
        inputs = policy.inputs(seen)
        chances = policy.probabilities(inputs)
        action = drawn(chances, rng)
        likely = np.log(np.take_along_axis(chances, action[:, None], axis=1)[:, 0]).astype(np.float32)
        kept.append((*inputs, action, likely))
        values.append(policy.values(inputs).astype(np.float64) * (unit or 1.0))
        earned, seen = episodes.step(action)
        rewards.append(earned)
    advantages, returns = _advantages(np.stack(rewards), np.stack(values), trace)
    scaled = (advantages - advantages.mean()) / (advantages.std() + 1e-9)
    situation, about, offsets, actions, before = (torch.from_numpy(np.concatenate(part)) for part in zip(*kept, strict=True))
    gained, coming = (torch.from_numpy(part.ravel().astype(np.float32)) for part in (scaled, returns / (unit or 1.0)))
    reward = float(np.stack(rewards).sum(axis=0).mean())
    return _Rollout(situation, about, offsets, actions, before, gained, coming, reward)


def _advantages(
    rewards: NDArray[np.float64], values: NDArray[np.float64], trace: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Generalised advantages and returns of whole days, ``[steps, rows]``; nothing is left after the last step."""
    advantages = np.zeros_like(rewards)
    after, coming = np.zeros(rewards.shape[1]), np.zeros(rewards.shape[1])
    for step in range(len(rewards) - 1, -1, -1):
        surprise = rewards[step] + coming - values[step]
        after = surprise + trace * after
        advantages[step], coming = after, values[step]
    return advantages, advantages + values


def _improve(
    network: Network, optimiser: Adam, rollout: _Rollout, *, settings: PpoSettings, rng: np.random.Generator
) -> tuple[float, float]:
    """This will take the epochs' steps and return how far the policy moved and its entropy."""
    count, change, entropy = len(rollout.actions), 0.0, 0.0
    for _ in range(settings.epochs):
        order, changes, entropies = rng.permutation(count), [], []
        for first in range(0, count, settings.batch):
            rows = torch.from_numpy(order[first : first + settings.batch])
            loss, moved, spread = _loss(network, rollout, rows, settings=settings)
            optimiser.step(loss)
            changes.append(moved)
            entropies.append(spread)
        change, entropy = float(np.mean(changes)), float(np.mean(entropies))
        if change > settings.most_change:
            break
    return change, entropy


def _loss(
    network: Network, rollout: _Rollout, rows: torch.Tensor, *, settings: PpoSettings
) -> tuple[torch.Tensor, float, float]:
    logs = torch.log_softmax(network.logits(rollout.about[rows]) + rollout.offsets[rows], dim=1)
    moved = logs.gather(1, rollout.actions[rows, None])[:, 0] - rollout.likely[rows]
    ratio = moved.exp()
    gained = rollout.advantages[rows]
    clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
    surrogate = torch.minimum(ratio * gained, clipped * gained).mean()
    entropy = -(logs.exp() * logs).sum(dim=1).mean()
    missed = (network.value(rollout.situation[rows]) - rollout.returns[rows]).square().mean()
    loss = _VALUE_SHARE * missed - surrogate - settings.entropy * entropy
    return loss, float((ratio - 1 - moved).detach().mean()), float(entropy.detach())
