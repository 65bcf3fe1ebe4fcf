"""Ridge on level × shape: shapes of the week that know something, each scaled by how the level has been moving.

A shape is what this hour was like at some time (lately, last year, everywhere); a move is the logarithm of how far a recent
mean lies from the usual one, and counts less the farther ahead the slot. Products of the two say "as last week, but all a
tenth busier". Solved in closed form, and again with the rows reweighted by one over their errors, so that absolute errors
are least (iteratively reweighted least squares); the penalty keeps what the rows cannot tell apart near the profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from busyness.models.seasonal import HOLIDAY, profile
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts

SHAPES = ("mean_4", "weeks_back_1", "weeks_back_2", "last_7_days", "last_day", "profile_city", "sundays")
"""Shapes that exist for every slot, by feature name."""

TWINS = ("last_year", "last_year_city", "past_holidays")
"""Shapes of the same kind of day in earlier years."""

MOVES = ("trend_6h", "trend_24h", "trend_72h", "trend_168h", "trend_28d", "trend_year", "neighbours_last_day")
"""How the level moves; those shorter than a slot are not there."""

_FOR_SHAPES = ("trend_24h", "trend_168h")
_MOST = 3.0  # times the level: what lies farther from the profile is an accident
_FARTHEST_MOVE = 1.0
_ROUNDS = 6
_SMOOTH = 0.02  # of the mean error: errors below count alike


@dataclass(frozen=True)
class LevelShapeRidge:
    """``alpha`` is the penalty beside the rows' mean weight.

    ``weights`` by column, ``far`` (slots, the mean horizon) and ``shares`` by feature are learned.
    """

    alpha: float = 1e-3
    threads: int = 1
    far: float = 1.0
    weights: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    shares: Mapping[str, float] = field(default_factory=dict)

    def fit(self, examples: Examples) -> Self:
        """This will solve for the weight of every product of a shape and a move."""
        asked = replace(self, far=max(float(np.mean(examples.column("horizon"))), 1.0))
        columns, names = asked.design(examples)
        target, weight = examples.y.astype(np.float64), examples.weight / np.mean(examples.weight, dtype=np.float64)
        scale = np.maximum(np.sqrt(np.mean(columns**2, axis=0)), 1e-6)
        columns /= scale
        solved = np.zeros(columns.shape[1])
        smooth = _SMOOTH * max(float(np.mean(np.abs(target))), 1e-6)
        with threadpool_limits(self.threads, user_api="blas"):
            for _ in range(_ROUNDS):
                error = np.abs(target - columns @ solved) if solved.any() else np.ones_like(target)
                row = weight / np.maximum(error, smooth)
                penalty = self.alpha * row.sum() * np.eye(len(solved))
                weighted = columns * row[:, None]
                solved = np.linalg.solve(weighted.T @ columns + penalty, weighted.T @ target)
        shares = dict.fromkeys(names, 0.0)
        for name, size in zip(names, np.abs(solved), strict=True):
            shares[name] += float(size)
        return replace(asked, weights=solved / scale, shares=shares)

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will return the weighted sum of the products."""
        columns, _ = self.design(examples)
        return np.asarray((columns * self.weights).sum(axis=1), np.float32)  # row by row: no answer hangs on its neighbours

    def design(self, examples: Examples) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """This will return the products, ``[rows, columns]``, and which feature each column is about."""
        there = set(examples.names)
        usual = profile(examples).astype(np.float64)
        near = 1 / (1 + examples.column("horizon") / self.far)
        moves = {name: _move(examples.column(name)) for name in MOVES if name in there}
        shapes = {name: _apart(examples.column(name), usual) for name in (*SHAPES, *TWINS)}
        holiday = np.asarray(examples.column("day_type") == HOLIDAY, np.float64)
        found = [("horizon", np.ones_like(usual)), ("horizon", near), ("day_type", holiday * usual)]
        found += [("median_8", usual), ("median_8", usual * near)]
        for name, move in moves.items():
            found += [(name, usual * move), (name, usual * move * near)]
        for name, shape in shapes.items():
            found += [(name, shape), (name, shape * near), (name, shape * holiday)]
            found += [(name, shape * moves[move]) for move in _FOR_SHAPES if move in moves]
        return np.stack([column for _, column in found], axis=1), tuple(name for name, _ in found)

    def contributions(self, examples: Examples) -> tuple[float, NDArray[np.float64]]:
        """This will return the constant, and what the products of each feature add, ``[rows, features]``."""
        columns, names = self.design(examples)
        found = np.zeros(examples.X.shape)
        for name, part in zip(names[1:], (columns * self.weights).T[1:], strict=True):
            found[:, examples.names.index(name)] += part
        return float(self.weights[0]), found

    def importance(self) -> dict[str, float]:
        """This will return how far the products of each feature usually move the answer."""
        return dict(self.shares)

    def to_parts(self) -> Parts:
        """This will return the weights."""
        facts = {"alpha": self.alpha, "far": self.far, "shares": dict(self.shares)}
        return Parts("", facts, arrays={"weights": self.weights})

    def restored(self, parts: Parts) -> Self:
        """This will return the regressor of these parts."""
        weights = np.asarray(parts.arrays["weights"], np.float64)
        alpha, far = float(parts.facts["alpha"]), float(parts.facts["far"])
        return replace(self, alpha=alpha, far=far, weights=weights, shares=dict(parts.facts["shares"]))


def _move(trend: NDArray[np.float32]) -> NDArray[np.float64]:
    """The logarithm of a trend, 0 where it is not known."""
    bound = np.exp(_FARTHEST_MOVE)
    return np.asarray(np.log(np.clip(np.where(np.isfinite(trend), trend, 1), 1 / bound, bound)), np.float64)


def _apart(shape: NDArray[np.float32], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a shape lies from the profile, 0 where it is not known."""
    return np.clip(np.where(np.isfinite(shape), shape - usual, 0), -_MOST, _MOST)
