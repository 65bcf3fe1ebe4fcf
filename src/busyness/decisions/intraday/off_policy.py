"""Judging another policy from the log of the one that was in charge, with an interval, or saying that it cannot be done.

Each logged cost is weighed by how much likelier the judged policy was than the logged one to make the decisions before it
(importance sampling), or only what a fitted value model got wrong is weighed so (doubly robust). Weights multiply from
decision to decision: over a whole day few days are left that say anything. ``memory`` keeps the last decisions only, and
then the answer is what the policy would do from where the logged one had brought the day. Sources: Precup, Sutton & Singh,
"Eligibility traces for off-policy policy evaluation", 2000; Jiang & Li, "Doubly robust off-policy value evaluation for
reinforcement learning", 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday.value_model import fitted_values
from busyness.domain.errors import InputError

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

LOGGED, WEIGHTED, DOUBLY_ROBUST = "as logged", "weighted importance sampling", "doubly robust"

LEAST_EFFECTIVE_DAYS = 30.0
"""Fewer days' worth of evidence than this say nothing reliable of another policy."""

JUDGED_SCHEMA = {
    "estimator": pl.String,
    "cost": pl.Float64,  # a day
    "low": pl.Float64,  # of the interval
    "high": pl.Float64,
    "change": pl.Float64,  # a day, against what the log cost; below 0 is cheaper
    "change_low": pl.Float64,
    "change_high": pl.Float64,
    "days": pl.Int64,
    "effective_days": pl.Float64,  # how many days of its own the evidence is worth
    "judged": pl.Boolean,
    "reason": pl.String,
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """The logged decisions of one cluster as a cube of whole days: ``[days, steps]``, and what is judged in each.

    ``action`` is what was offered, ``propensity`` the probability it was offered with, ``cost`` what the step cost,
    ``state`` ``[days, steps, features]`` what was known, ``judged`` ``[days, steps, actions]`` the probabilities with which
    the judged policy would offer each action.

    Raises ``InputError`` where shapes differ, a propensity is not above 0, or probabilities do not add up to 1.
    """

    action: Whole
    propensity: Numbers
    cost: Numbers
    state: Numbers
    judged: Numbers

    def __post_init__(self) -> None:
        shape = self.action.shape
        parts = (self.propensity.shape, self.cost.shape, self.state.shape[:2], self.judged.shape[:2])
        if len(shape) != 2 or any(part != shape for part in parts):
            raise InputError(f"The decisions of {shape} days and steps do not fit their figures: {parts}.")
        if not ((self.propensity > 0) & (self.propensity <= 1)).all():
            day, step = np.argwhere(~((self.propensity > 0) & (self.propensity <= 1)))[0]
            raise InputError(
                f"Step {step} of day {day} was decided with probability {self.propensity[day, step]:g}.",
                hint="Log the probability with which the policy offered what it offered.",
            )
        if not np.allclose(self.judged.sum(axis=2), 1, atol=1e-6) or (self.judged < 0).any():
            raise InputError("The judged policy's probabilities do not add up to 1 in every step.")

    @property
    def ratio(self) -> Numbers:
        """How much likelier the judged policy was to decide so, ``[days, steps]``."""
        likely = np.take_along_axis(self.judged, self.action[:, :, None], axis=2)[:, :, 0]
        return np.asarray(likely / self.propensity)


def judge(
    decisions: Decisions, *, memory: int | None = None, draws: int = 2000, level: float = 0.95, seed: int = 0
) -> pl.DataFrame:
    """This will judge a policy: one row an estimator with the columns of ``JUDGED_SCHEMA``.

    ``memory`` is over how many of the last decisions a cost is weighed (None: over all of the day, without any bias).
    Intervals draw whole days with replacement. Below ``LEAST_EFFECTIVE_DAYS`` the row says that it cannot be judged.

    Raises:
        InputError: there are fewer than two days.

    """
    days, steps = decisions.cost.shape
    if days < 2:
        raise InputError("One day says nothing of another policy.", hint="Judge it when more days are logged.")
    reach = steps if memory is None else max(1, min(memory, steps))
    weights = _weights(decisions.ratio, reach)
    values = _doubly_robust(decisions, reach, seed=seed)
    drawn = np.random.default_rng(seed).multinomial(days, np.full(days, 1 / days), size=draws).astype(np.float64)
    everyone = np.ones((1, days))
    effective = float(_effective(weights).min())
    logged = decisions.cost.sum(axis=1)
    rows = []
    for name, found in (
        (LOGGED, lambda times: times @ logged / days),
        (WEIGHTED, lambda times: _self_normalised(times, weights, decisions.cost)),
        (DOUBLY_ROBUST, lambda times: times @ values / days),
    ):
        cost, spread = float(found(everyone)[0]), found(drawn)
        change, changes = cost - float(logged.mean()), spread - drawn @ logged / days
        worth = float(days) if name == LOGGED else effective
        rows.append((name, cost, *_ends(spread, level), change, *_ends(changes, level), days, worth, *_verdict(worth)))
    return pl.DataFrame(rows, schema=JUDGED_SCHEMA, orient="row")


def _weights(ratio: Numbers, reach: int) -> Numbers:
    """The product of the last ``reach`` ratios up to each step, ``[days, steps]``."""
    padded = np.pad(ratio, ((0, 0), (reach - 1, 0)), constant_values=1.0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, reach, axis=1).prod(axis=2))


def _effective(weights: Numbers) -> Numbers:
    """Kish's effective number of days behind each step."""
    squares = (weights**2).sum(axis=0)
    return np.asarray(np.divide(weights.sum(axis=0) ** 2, squares, out=np.zeros_like(squares), where=squares > 0))


def _self_normalised(times: Numbers, weights: Numbers, cost: Numbers) -> Numbers:
    """Of each draw of days ``[draws, days]``, the weighted mean cost of every step, added up. A step without any weight
    costs what it did in the log.
    """
    top, below = times @ (weights * cost), times @ weights
    plain = times @ cost / times.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(top, below, out=plain, where=below > 0).sum(axis=1))


def _doubly_robust(decisions: Decisions, reach: int, *, seed: int) -> Numbers:
    """One value a day, ``[days]``: the mean of them is free of bias whatever the value model, if propensities are true.

    For the cost of step t, from step u = t − reach + 1 on: what the model expects at u, and what each decision since then
    turned out beyond that, weighed.
    """
    days, steps = decisions.cost.shape
    total = np.zeros(days)
    model = fitted_values(decisions.state, decisions.action, decisions.judged, cost=decisions.cost, reach=reach, seed=seed)
    ratio = decisions.ratio
    for step in range(steps):
        first = max(0, step - reach + 1)
        weight = np.ones(days)
        total += model.expected[step - first, :, first]
        for at in range(first, step + 1):
            ahead = step - at
            weight = weight * ratio[:, at]
            came = decisions.cost[:, step] if ahead == 0 else model.expected[ahead - 1, :, at + 1]
            total += weight * (came - model.taken[ahead, :, at])
    return total


def _ends(spread: Numbers, level: float) -> tuple[float, float]:
    edge = (1 - level) / 2
    low, high = np.quantile(spread, [edge, 1 - edge])
    return float(low), float(high)


def _verdict(effective: float) -> tuple[bool, str]:
    if effective >= LEAST_EFFECTIVE_DAYS:
        return True, f"Judged on {effective:,.0f} days' worth of evidence."
    return False, (
        f"Cannot be judged: the log is worth {effective:,.1f} days of this policy, {LEAST_EFFECTIVE_DAYS:.0f} are the "
        "least. Log more days, let the policy in charge try more, or judge over fewer steps."
    )
