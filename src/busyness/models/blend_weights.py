"""How much each member of a blend counts: by cluster of places and distance ahead, from what members said of the past.

Weights are those with the least sum of absolute errors relative to the place's level, never negative, adding up to one.
Absolute, because members say medians and one bad holiday must not decide; relative, so that the largest place does not
decide for all. Squared errors have their least weighted sum in closed form (Bates and Granger, "The combination of
forecasts", 1969), and rows reweighted by one over their error make absolute ones of them.

Equal weights are hard to beat, and members that are measured are lighter and older than those that answer: so weights are
drawn to equal ones, as if eight weeks had said so; then those of each cluster and distance to those of all. Places err
together, so that four of them are evidence for no more than two. A new place, which no cluster knows, gets the weights of
all places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.models.calibration import distances

_PRIOR = 8.0  # weeks of evidence with which evidence and prior count alike
_ROUNDS = 8
_SMOOTH = 0.01  # of the level: errors below count alike
_ROWS = 150_000  # of errors are enough to tell a few weights by
_LEAST_PLACES = 8  # in a cluster; with fewer than two of them there is one cluster

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Past:
    """What members said of the past, and what came: ``predicted`` float32 ``[members, origins, places, horizon]``,
    ``observed`` ``[origins, places, horizon]`` (NaN: not observed), ``level`` ``[origins, places]``.
    """

    predicted: Floats
    observed: Floats
    level: Floats

    def some(self, origins: NDArray[np.bool_]) -> Past:
        """This will return these origins only."""
        return Past(self.predicted[:, origins], self.observed[origins], self.level[origins])

    def mean_errors(self) -> Floats:
        """This will return each member's mean absolute error in demand per slot, ``[members]``; NaN without evidence."""
        there = np.isfinite(self.observed)
        if not there.any():
            return np.full(len(self.predicted), np.nan, np.float32)
        off = [np.abs(said[there] - self.observed[there]).mean(dtype=np.float64) for said in self.predicted]
        return np.array(off, np.float32)


@dataclass(frozen=True)
class BlendWeights:
    """``table`` float64 ``[1 + clusters, distances, members]``, row 0 for places that no cluster knows.

    ``cluster`` is the row of each place by id, ``per_day`` the slots of a day, which distances are told by.
    """

    table: NDArray[np.float64]
    cluster: Mapping[str, int]
    per_day: int

    @classmethod
    def equal(cls, members: int, per_day: int) -> Self:
        """This will weigh all members alike."""
        return cls(np.full((1, 1, members), 1 / members), {}, per_day)

    @classmethod
    def learned_from(cls, past: Past, ids: tuple[str, ...], per_day: int) -> Self:
        """This will learn the weights; without evidence they are equal."""
        members, _, _, horizon = past.predicted.shape
        if not np.isfinite(past.observed).any():
            return cls.equal(members, per_day)
        equal = np.full(members, 1 / members)
        distance = distances(horizon, per_day)
        cluster = clusters(past, per_day)
        count, far = int(cluster.max()) + 1, int(distance.max()) + 1
        whole = _evidence(past.observed, per_day)
        of_all = lightest(_relative(past, slice(None), slice(None)), equal, trust=whole)
        table = np.broadcast_to(of_all, (1 + count, far, members)).copy()
        for d in range(far):
            steps = np.flatnonzero(distance == d)
            share = len(steps) / horizon
            table[0, d] = lightest(_relative(past, slice(None), steps), of_all, trust=whole * share)
            for k in range(count if count > 1 else 0):
                mine = np.flatnonzero(cluster == k)
                trust = _evidence(past.observed[:, mine], per_day) * share
                table[1 + k, d] = lightest(_relative(past, mine, steps), table[0, d], trust=trust)
        if count == 1:
            return cls(table[:1], {}, per_day)
        return cls(table, {place: 1 + int(k) for place, k in zip(ids, cluster, strict=True)}, per_day)

    @property
    def overall(self) -> tuple[float, ...]:
        """The mean weight of each member over clusters and distances."""
        return tuple(float(share) for share in self.table.mean(axis=(0, 1)))

    def cells(self, ids: tuple[str, ...], horizon: int) -> Floats:
        """This will return the weight of each member in each cell, ``[members, places, horizon]``."""
        row = np.array([self.cluster.get(place, 0) for place in ids], np.int64)
        distance = np.minimum(distances(horizon, self.per_day), self.table.shape[1] - 1)
        return np.asarray(self.table[row[:, None], distance[None, :]].transpose(2, 0, 1), np.float32)

    def blended(self, predicted: Floats, ids: tuple[str, ...]) -> Floats:
        """This will return the weighted mean of ``predicted``, ``[members, origins, places, horizon]``, over members."""
        share = self.cells(ids, predicted.shape[-1])
        total = np.zeros(predicted.shape[1:], np.float32)
        for said, own in zip(predicted, share, strict=True):
            total += said * own
        return total

    def to_facts(self) -> dict[str, Any]:
        """This will return the weights as JSON facts."""
        return {"table": self.table.tolist(), "cluster": dict(self.cluster), "per_day": self.per_day}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will read what ``to_facts`` wrote."""
        try:
            table = np.array(facts["table"], np.float64)
            if table.ndim != 3 or not np.allclose(table.sum(axis=2), 1) or (table < 0).any():
                raise ValueError("weights do not add up to one")
            return cls(table, {str(place): int(k) for place, k in facts["cluster"].items()}, int(facts["per_day"]))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise ArtifactError("The artifact's weights cannot be read.", file="manifest.json") from fault


def clusters(past: Past, per_day: int) -> NDArray[np.int64]:
    """This will number the cluster of each place: large or small, and steady or peaked over the day; ``[places]``.

    Cut at the medians, so that each holds as many places as the others; with few places there is one cluster, or two.
    """
    places = past.observed.shape[1]
    if places < 2 * _LEAST_PLACES:
        return np.zeros(places, np.int64)
    large = _upper_half(past.level.mean(axis=0))
    if places < 4 * _LEAST_PLACES or per_day == 1:
        return large
    there = np.isfinite(past.observed)
    came, seen = np.where(there, past.observed, 0), there.sum(axis=(0, 2))
    usual = came.sum(axis=(0, 2)) / np.maximum(seen, 1)
    off = np.where(there, np.abs(past.observed - usual[None, :, None]), 0).sum(axis=(0, 2))
    peaked = off / np.maximum(came.sum(axis=(0, 2)), 1e-6)
    for half in (0, 1):  # each half has its own middle
        mine = large % 2 == half
        large[mine] += 2 * _upper_half(peaked[mine])
    return large


def _upper_half(values: NDArray[Any]) -> NDArray[np.int64]:
    """1 for the larger half of the values, 0 for the others."""
    return np.asarray(np.argsort(np.argsort(values, kind="stable")) >= (len(values) + 1) // 2, np.int64)


def lightest(errors: NDArray[np.float64], toward: NDArray[np.float64], *, trust: float) -> NDArray[np.float64]:
    """This will return the weights under which the members' ``errors``, ``[rows, members]``, cancel out best.

    The least sum of absolute errors plus a penalty on the distance to the weights ``toward``; ``trust`` is how many weeks
    the rows are worth.
    """
    weights = toward
    if not len(errors) or trust <= 0:
        return weights
    for _ in range(_ROUNDS):
        row = 1 / np.maximum(np.abs(errors @ weights), _SMOOTH)
        products = (errors * row[:, None]).T @ errors
        products /= max(float(np.trace(products)) / len(toward), 1e-12)
        weights = _least(products, toward, _PRIOR / trust)
    return weights


def _least(products: NDArray[np.float64], toward: NDArray[np.float64], pull: float) -> NDArray[np.float64]:
    """The point of the simplex where ``w·products·w + pull·|w − toward|²`` is least, by trying out who takes part.

    Among those who do, the least lies where all slopes are alike. Members are few: 2ⁿ sets of them are quickly tried.
    """
    members = len(toward)
    curve = products + pull * np.eye(members)
    best, least = toward, np.inf
    for chosen in range(1, 2**members):
        who = np.flatnonzero([(chosen >> k) & 1 for k in range(members)])
        inner = curve[np.ix_(who, who)] + 1e-9 * np.eye(len(who))
        free, flat = np.linalg.solve(inner, np.stack([pull * toward[who], np.ones(len(who))], axis=1)).T
        found = free + flat * (1 - free.sum()) / flat.sum()
        if (found < 0).any():
            continue
        weights = np.zeros(members)
        weights[who] = found
        value = float(weights @ curve @ weights - 2 * pull * toward @ weights)
        if value < least - 1e-15:
            best, least = weights / weights.sum(), value
    return best


def _relative(past: Past, places: Any, steps: Any) -> NDArray[np.float64]:  # noqa: ANN401  # whatever picks rows
    """The members' errors over the level, of what was observed, ``[rows, members]``; of very many every k-th row."""
    observed = past.observed[:, places][:, :, steps]
    at = np.flatnonzero(np.isfinite(observed))
    at = at[:: len(at) // _ROWS + 1]
    level = np.broadcast_to(past.level[:, places][:, :, None], observed.shape).reshape(-1)[at]
    came = observed.reshape(-1)[at]
    said = [own[:, places][:, :, steps].reshape(-1)[at] for own in past.predicted]
    return np.asarray(np.stack([(own - came) / level for own in said], axis=1), np.float64)


def _evidence(observed: Floats, per_day: int) -> float:
    """How many weeks these observations are worth: those of one place, times the root of how many places there are."""
    return float(np.isfinite(observed).sum() / (7 * per_day) / np.sqrt(max(observed.shape[1], 1)))
