"""From medians to distributions: how far off the same model was, lately, at the same kind of cell.

Errors divided by the place's level are pooled over places and at least twenty origins, in groups of similar predicted
demand and distance ahead; one factor per place, shrunk to one, says whether it is easier or harder than its group.
Per-series conformal intervals from two windows were measured to cover 46 % at a nominal 80 %: pooling is what works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.quantiles import DENSE_LEVELS, share_below
from busyness.tables.ranks import RANK_STEPS
from busyness.tables.residuals import Residuals

_SIZES = 10  # groups by predicted demand relative to the level
_DISTANCE_DAYS = (1, 3, 7)  # groups by days ahead: the first day, to the third, to the seventh, beyond
_LEAST = 300  # errors a group needs; a smaller one uses those of all distances
_PLACE_SHRINK = 150.0  # errors of its own after which a place's factor counts half
_TEMPLATES = 48
_NOTHING = 0.02  # of the level: a quantile below is zero

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Calibrator:
    """``errors`` float32 ``[distances, sizes, levels]``: quantiles of (observed − predicted) / level / place factor.

    ``middles`` ``[sizes]`` are the relative predictions the sizes stand for (values between are interpolated);
    ``mean_error`` ``[distances, sizes]``; ``factor`` ``[places]``; ``ranks`` uint8 ``[templates, places, horizon]``.
    """

    per_day: int
    middles: Floats
    errors: Floats
    mean_error: Floats
    factor: Floats
    ranks: NDArray[np.uint8]
    levels: tuple[float, ...] = DENSE_LEVELS

    @classmethod
    def learned_from(cls, residuals: Residuals, per_day: int) -> Self:
        """This will learn the spread of errors; with fewer than a hundred of them, a wide stated guess is used."""
        level = residuals.level[:, :, None]
        error = (residuals.observed - residuals.predicted) / level
        there = np.isfinite(error)
        places, horizon = error.shape[1:]
        if there.sum() < 100:
            return cls.guessed(places, horizon, per_day)
        size = residuals.predicted / level
        positive = size[there & (residuals.predicted > 0)]
        edges = np.unique(np.quantile(positive if len(positive) else size[there], np.linspace(0, 1, _SIZES + 1)))
        group = np.clip(np.searchsorted(edges, size, side="right") - 1, 0, max(len(edges) - 2, 0))
        count = int(group.max()) + 1
        middles = np.array(
            [np.median(size[there & (group == g)]) if (there & (group == g)).any() else edges[g] for g in range(count)]
        )
        order = np.argsort(middles)
        group, middles = np.argsort(order)[group], middles[order]
        factor = _place_factors(np.abs(error), group, there)
        scaled = error / factor[None, :, None]
        distance = np.broadcast_to(distances(horizon, per_day), error.shape)
        weight = np.broadcast_to(level * factor[None, :, None], error.shape)
        errors, mean_error = _tables(_Errors(scaled, weight, there), group, distance=distance, count=count)
        learned = cls(
            per_day, middles.astype(np.float32), errors, mean_error, factor, np.zeros((1, places, horizon), np.uint8)
        )
        return cls(per_day, learned.middles, errors, mean_error, factor, learned._ranks_of(residuals))

    @classmethod
    def guessed(cls, places: int, horizon: int, per_day: int) -> Self:
        """This will return wide errors for when nothing could be measured: a standard deviation of half the level."""
        normal = np.array(
            [-2.326, -1.96, -1.645, -1.282, -1.036, -0.842, -0.674, -0.524, -0.385, -0.253, -0.126], np.float32
        )
        half = np.concatenate([normal, [0.0], -normal[::-1]]).astype(np.float32) * np.float32(0.5)
        errors = np.broadcast_to(half, (1, 1, len(half))).copy()
        ranks = np.broadcast_to(
            np.linspace(4, RANK_STEPS - 4, 20).astype(np.uint8)[:, None, None], (20, places, horizon)
        ).copy()
        return cls(per_day, np.ones(1, np.float32), errors, np.zeros((1, 1), np.float32), np.ones(places, np.float32), ranks)

    def quantiles(self, predicted: Floats, level: Floats, *, factor: Floats | None = None) -> tuple[Floats, Floats]:
        """This will return quantiles ``[places, horizon, levels]`` and means ``[places, horizon]`` around medians.

        ``predicted`` is ``[places, horizon]``, ``level`` and ``factor`` ``[places]``. Quantiles rise with their level
        and nothing is negative.
        """
        scale = (level * (self.factor if factor is None else factor))[:, None]
        position = np.interp(predicted / np.maximum(level, 1e-6)[:, None], self.middles, np.arange(len(self.middles)))
        low = np.minimum(position.astype(np.int64), max(len(self.middles) - 2, 0))
        high = np.minimum(low + 1, len(self.middles) - 1)
        share = (position - low).astype(np.float32)
        distance = np.minimum(distances(predicted.shape[1], self.per_day), len(self.errors) - 1)
        below, above = self.errors[distance, low], self.errors[distance, high]
        marks = below + (above - below) * share[..., None]
        marks *= scale[..., None]
        marks += predicted[..., None]
        np.maximum.accumulate(marks, axis=-1, out=marks)  # rounding between groups can cross equal quantiles
        marks[marks < _NOTHING * level[:, None, None]] = 0  # a hair above zero would lie above all the zeros that come
        off = self.mean_error[distance, low] * (1 - share) + self.mean_error[distance, high] * share
        return np.maximum(marks, 0, out=marks), np.maximum(predicted + off * scale, 0).astype(np.float32)

    def _ranks_of(self, residuals: Residuals) -> NDArray[np.uint8]:
        """Where each observation fell in its own distribution; a missing one takes the median of the places then.

        Each cell's ranks are then spread evenly over its templates, so that its paths follow its quantiles exactly and
        what the templates carry is how cells move together (the Schaake shuffle, Clark et al. 2004).
        """
        whole = np.isfinite(residuals.observed).mean(axis=(1, 2))
        best = np.argsort(-whole, kind="stable")[:_TEMPLATES]
        picked = np.sort(best[whole[best] > 0.5 * whole.max()])
        ranks = np.empty((len(picked), *residuals.observed.shape[1:]), np.float32)
        middle = np.linspace(0.5 / len(picked), 1 - 0.5 / len(picked), len(picked))
        for k, origin in enumerate(picked):
            marks, _ = self.quantiles(residuals.predicted[origin], residuals.level[origin])
            rank = share_below(self.levels, marks, residuals.observed[origin])
            typical = _median_where_any(rank)
            rank = np.where(np.isnan(rank), np.where(np.isnan(typical), middle[k], typical), rank)
            ranks[k] = rank
        ranks += np.random.default_rng(0).random(ranks.shape, np.float32) * np.float32(1e-4)  # ties fall by chance
        even = (ranks.argsort(axis=0).argsort(axis=0) + 0.5) / len(picked)
        return np.asarray(even * RANK_STEPS, np.uint8)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """This will return what an artifact stores."""
        return {
            "middles": self.middles,
            "errors": self.errors,
            "mean_error": self.mean_error,
            "factor": self.factor,
            "ranks": self.ranks,
            "levels": np.asarray(self.levels),
            "per_day": np.array([self.per_day]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """This will read what ``to_arrays`` wrote."""
        try:
            floats = {name: np.asarray(arrays[name], np.float32) for name in ("middles", "errors", "mean_error", "factor")}
            levels = tuple(float(level) for level in arrays["levels"])
            ranks = np.asarray(arrays["ranks"], np.uint8)
            return cls(per_day=int(arrays["per_day"][0]), **floats, ranks=ranks, levels=levels)
        except (KeyError, IndexError) as fault:
            raise ArtifactError("The artifact's calibration cannot be read.", file="arrays.npz") from fault


def distances(horizon: int, per_day: int) -> NDArray[np.int64]:
    """This will return the distance group of each slot ahead, ``[horizon]``."""
    return np.searchsorted(np.array(_DISTANCE_DAYS) * per_day, np.arange(horizon), side="right")


def _place_factors(size: Floats, group: NDArray[np.int64], there: NDArray[np.bool_]) -> Floats:
    """How large each place's errors are beside those of its groups: above one, harder. Shrunk to one."""
    usual = np.array(
        [np.mean(size[there & (group == g)]) if (there & (group == g)).any() else 1 for g in range(group.max() + 1)]
    )
    expected = np.maximum(usual, 1e-6)[group]
    seen = there.sum(axis=(0, 2))
    ratios = np.where(there, size / expected, 0).sum(axis=(0, 2)) / np.maximum(seen, 1)
    shrunk = (seen * ratios + _PLACE_SHRINK) / (seen + _PLACE_SHRINK)
    return np.asarray(np.clip(shrunk, 0.2, 5), np.float32)


class _Errors(NamedTuple):
    """Errors in units of ``weight`` (level × factor of the place), and which of them were observed."""

    scaled: Floats
    weight: Floats
    there: NDArray[np.bool_]

    def mean(self, mine: NDArray[np.bool_]) -> float:
        """What was missed in all over what was usual in all, so that means add up to what comes."""
        return float((self.scaled[mine] * self.weight[mine]).sum() / max(self.weight[mine].sum(), 1e-9))


def _tables(errors: _Errors, group: NDArray[np.int64], *, distance: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    """Quantiles and means of the errors, ``[distances, sizes, levels]`` and ``[distances, sizes]``."""
    far = int(distance.max()) + 1
    marks = np.empty((far, count, len(DENSE_LEVELS)), np.float32)
    means = np.empty((far, count), np.float32)
    for g in range(count):
        of_size = errors.there & (group == g)
        of_size = of_size if of_size.sum() >= 20 else errors.there
        for d in range(far):
            mine = errors.there & (group == g) & (distance == d)
            mine = mine if mine.sum() >= _LEAST else of_size
            marks[d, g] = np.quantile(errors.scaled[mine], DENSE_LEVELS)
            means[d, g] = errors.mean(mine)
    return _around_the_median(marks), means


def _around_the_median(marks: Floats) -> Floats:
    """The quantiles with the median at zero: past bias is no promise, so the median stays the member's.

    The others stay where they were. Moving them along would lift the lower ones off zero where counts are small: there
    the median of the errors is not zero because a count is whole, not because the member is biased.
    """
    levels = np.asarray(DENSE_LEVELS)
    lower, upper = np.minimum(marks, 0), np.maximum(marks, 0)
    return np.asarray(np.where(levels < 0.5, lower, np.where(levels > 0.5, upper, 0)), np.float32)


def _median_where_any(rank: Floats) -> Floats:
    typical = np.full(rank.shape[1], np.nan, np.float32)
    some = np.isfinite(rank).any(0)
    if some.any():
        typical[some] = np.nanmedian(rank[:, some], axis=0)
    return typical
