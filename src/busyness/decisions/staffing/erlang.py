"""The queue with impatient customers (Erlang-A), exactly: a birth–death process in each interval, its steady state.

Arrivals are Poisson, service and patience exponential. Patience without end makes it Erlang-C. A customer who finds
``q`` others waiting waits a sum of exponentials with rates ``nμ + jθ``, ``j = 0 … q``, so that ``exp(−θ·wait)`` is
Beta-distributed with parameters ``nμ/θ`` and ``q + 1`` (each factor ``exp(−θ·Exp(nμ + jθ))`` is Beta(``nμ/θ + j``, 1)); the
share served within a time is therefore a finite sum. See Garnett, Mandelbaum and Reiman (2002) for the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from busyness.domain.errors import InputError

Floats = NDArray[np.float64]

_TAIL = 1e-13
_MOST_STATES = 200_000
_MOST_HEADS = 2_000


@dataclass(frozen=True, slots=True)
class Queue:
    """``service`` and ``patience`` are means in minutes; a patience of ``inf`` never ends."""

    service: float
    patience: float = np.inf

    def __post_init__(self) -> None:
        if not (self.service > 0 and self.patience > 0):
            raise InputError(
                f"A queue with {self.service} minutes of service and {self.patience} of patience cannot be.",
                hint="Both are minutes above 0.",
            )


@dataclass(frozen=True, slots=True)
class Waits:
    """What customers meet: the share that has to ``wait``, that is ``lost`` to impatience, and that is served ``within`` the
    time asked for; ``minutes`` is the mean wait of all."""

    wait: Floats
    lost: Floats
    within: Floats
    minutes: Floats


def waits(queue: Queue, arrivals: ArrayLike, heads: ArrayLike, *, within: float = 0.0) -> Waits:
    """This will solve the queue for arrivals a minute and heads (whole numbers), elementwise; ``within`` is in minutes.

    Where more arrive than can be served and nobody gives up, everybody waits for ever.
    """
    rate, servers = np.broadcast_arrays(np.asarray(arrivals, np.float64), np.asarray(heads, np.int64))
    shape, rate, servers = rate.shape, rate.reshape(-1), servers.reshape(-1)
    mu, theta = 1 / queue.service, 1 / queue.patience
    nobody_comes, nobody_serves = rate <= 0, (rate > 0) & (servers <= 0)
    endless = (rate > 0) & (servers * mu <= rate) & (theta == 0)
    solved = ~(nobody_comes | nobody_serves | endless)
    there = _steady(rate[solved], servers[solved], mu=mu, theta=theta, within=within)
    answers = []
    never = np.inf if theta == 0 else queue.patience
    for values, alone in zip(
        there, ((1.0, 1.0), (0.0 if theta == 0 else 1.0, 0.0), (0.0, 0.0), (never, np.inf)), strict=True
    ):
        whole = np.where(nobody_serves, alone[0], np.where(endless, alone[1], 0.0))
        whole[solved] = values
        answers.append(whole)
    answers[2][nobody_comes] = 1.0
    return Waits(*(each.reshape(shape) for each in answers))


def _steady(
    rate: Floats, servers: NDArray[np.int64], *, mu: float, theta: float, within: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """``Waits`` of queues that have a steady state; weights are relative to the state with as many customers as heads."""
    below, weight = np.zeros(len(rate)), np.ones(len(rate))
    for less in range(int(servers.max(initial=0))):
        there = less < servers
        weight = np.where(there, weight * (servers - less) * mu / rate, 0.0)
        below += weight
    capacity, weight = servers * mu, np.ones(len(rate))
    waiting, length, soon = np.zeros(len(rate)), np.zeros(len(rate)), np.zeros(len(rate))
    span = within if theta == 0 else -np.expm1(-theta * within) / theta
    term = np.exp(-(capacity + theta) * within)
    later = term.copy()  # the chance that the place behind q others is reached only after the time, patience permitting
    for q in range(_MOST_STATES):
        out = capacity + (q + 1) * theta
        waiting += weight
        length += q * weight
        soon += weight * capacity / out * np.maximum(1 - later, 0.0)
        weight = weight * rate / out
        term = term * span * out / (q + 1)
        later += term
        if (weight * (q + 1) <= _TAIL * waiting).all():
            break
    total = below + waiting
    mean = length / total
    return waiting / total, theta * mean / rate, (below + soon) / total, mean / rate


def heads_for(queue: Queue, arrivals: ArrayLike, *, share: float, within: float) -> NDArray[np.int64]:
    """This will return the fewest heads with which at least ``share`` of arrivals is served ``within`` minutes.

    Raises:
        InputError: the share cannot be reached with two thousand heads.

    """
    rate = np.asarray(arrivals, np.float64)
    each, where = np.unique(rate, return_inverse=True)
    heads = np.where(each > 0, 1, 0)
    for _ in range(_MOST_HEADS):
        short = (each > 0) & (waits(queue, each, heads, within=within).within < share)
        if not short.any():
            return np.asarray(heads[where].reshape(rate.shape), np.int64)
        heads[short] += 1
    raise InputError(
        f"No number of heads serves {share:.0%} of customers within {within:g} minutes.", hint="Ask for a lower share."
    )
