"""What is usual for every hour: a band per place, week and hour of the week, by each method.

All arrays are ``[places, weeks, hours of the week]`` by the local clock, in units of demand, or broadcast to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from busyness.preparation.day_clusters import lonely_days
from busyness.preparation.order_statistics import around, median, quantile_of_sorted
from busyness.preparation.outlier_rule import OutlierRule

Cube: TypeAlias = NDArray[np.float32]
Band: TypeAlias = tuple[Cube, Cube]
"""Lowest and highest usual demand; NaN where there is too little to judge by."""

_MAD_TO_DEVIATION = np.float32(1.4826)  # of a normal distribution
_IQR_TO_DEVIATION = np.float32(1.349)
_FEWEST = 4
_LEVEL_REACH = 4
_SMALLEST_FACTOR = np.float32(0.05)
_NAN = np.float32(np.nan)


def usual_band(weekly: Cube, per_day: int, rule: OutlierRule) -> Band:
    """This will return the band outside of which a value is an outlier by ``rule``."""
    usual = _usual(weekly, rule)
    if rule.method == "hampel":
        return _hampel(weekly, usual, rule)
    if rule.method == "zscore":
        return _zscore(weekly, usual, rule.limit)
    if rule.method == "iqr":
        return _quartiles(weekly, usual, rule.limit)
    return _lonely(weekly, usual, per_day=per_day, limit=rule.limit)


@dataclass(frozen=True, slots=True)
class _Usual:
    """``profile`` is the median week ``[places, 1, hours]``, ``level`` its mean ``[places, 1, 1]``, ``factor`` how busy
    the weeks around are beside it ``[places, weeks, 1]``; ``whole`` says whose values are whole numbers.
    """

    profile: Cube
    level: Cube
    factor: Cube
    whole: NDArray[np.bool_]
    floor: np.float32

    def noise(self, centre: Cube) -> Cube:
        """The least deviation that counts as one: that of a Poisson count, and a share of the level."""
        counting = np.where(self.whole, np.sqrt(np.maximum(centre, 1)), np.float32(0))
        return np.asarray(np.maximum(counting, self.floor * self.level), np.float32)


def _usual(weekly: Cube, rule: OutlierRule) -> _Usual:
    there = np.isfinite(weekly)
    ordered, count = _sorted_weeks(weekly)
    profile = quantile_of_sorted(ordered, count, 0.5)[:, None, :]
    level = np.where(np.isfinite(profile), profile, 0).sum(axis=2, keepdims=True)
    level /= np.maximum(np.isfinite(profile).sum(axis=2, keepdims=True), 1)
    seen = np.where(there, weekly, 0).sum(axis=2, keepdims=True)
    expected = np.where(there, profile, 0).sum(axis=2, keepdims=True)
    factor = np.divide(seen, expected, out=np.full_like(seen, _NAN), where=expected > 0)
    factor = median(around(factor, _LEVEL_REACH))  # one wild week does not change the level
    factor = np.where(np.isfinite(factor), np.maximum(factor, _SMALLEST_FACTOR), np.float32(1))
    whole = (~there | (weekly == np.floor(weekly))).all(axis=(1, 2), keepdims=True)
    return _Usual(profile, level, factor, whole, np.float32(rule.floor))


def _sorted_weeks(cube: Cube) -> tuple[Cube, NDArray[np.int64]]:
    """The weeks of every hour in order of size, ``[weeks, places, hours]``, NaN last; and how many are there."""
    ordered = np.sort(np.ascontiguousarray(cube.transpose(0, 2, 1)), axis=2).transpose(2, 0, 1)
    return ordered, np.isfinite(ordered).sum(axis=0)


def _hampel(weekly: Cube, usual: _Usual, rule: OutlierRule) -> Band:
    stack = around(weekly, rule.weeks // 2)
    few = np.isfinite(stack).sum(axis=0) < _FEWEST
    apart = stack.copy()
    centre = median(stack)
    np.abs(apart - centre, out=apart)
    spread = np.maximum(_MAD_TO_DEVIATION * median(apart), usual.noise(centre))
    spread[few] = _NAN
    return centre - np.float32(rule.limit) * spread, centre + np.float32(rule.limit) * spread


def _zscore(weekly: Cube, usual: _Usual, limit: float) -> Band:
    relative = weekly / usual.factor
    there = np.isfinite(relative)
    count = there.sum(axis=1, keepdims=True, dtype=np.float32)
    mean = np.where(there, relative, 0).sum(axis=1, keepdims=True) / np.maximum(count, 1)
    square = np.where(there, (relative - mean) ** 2, 0).sum(axis=1, keepdims=True) / np.maximum(count - 1, 1)
    deviation = np.where(count < _FEWEST, _NAN, np.sqrt(square))
    centre = mean * usual.factor
    reach = np.float32(limit) * np.maximum(deviation * usual.factor, usual.noise(centre))
    return centre - reach, centre + reach


def _quartiles(weekly: Cube, usual: _Usual, limit: float) -> Band:
    ordered, count = _sorted_weeks(weekly / usual.factor)
    lower, upper = (quantile_of_sorted(ordered, count, level)[:, None, :] for level in (0.25, 0.75))
    width = np.where(count[:, None, :] < _FEWEST, _NAN, upper - lower) * usual.factor
    noise = _IQR_TO_DEVIATION * usual.noise(usual.profile * usual.factor)
    reach = np.float32(limit) * np.maximum(width, noise)
    return lower * usual.factor - reach, upper * usual.factor + reach


def _lonely(weekly: Cube, usual: _Usual, *, per_day: int, limit: float) -> Band:
    """A day unlike all others has no usual demand (the band is empty), every other day has any."""
    places, weeks, hours = weekly.shape
    expected = np.broadcast_to(usual.profile * usual.factor, weekly.shape)
    filled = np.where(np.isfinite(weekly), weekly, expected)
    scale = np.maximum(usual.level * usual.factor, np.float32(1e-6))
    shapes = np.where(np.isfinite(filled), filled / scale, 0).reshape(places, weeks * 7, per_day)
    seen = np.isfinite(weekly).reshape(shapes.shape).sum(axis=2)
    awaited = np.isfinite(expected).reshape(shapes.shape).sum(axis=2)
    shapes[(seen == 0) | (2 * seen < awaited)] = _NAN
    highest = np.full((places, weeks * 7, per_day), np.inf, np.float32)
    for place, days in enumerate(shapes):
        highest[place, lonely_days(days, limit)] = -np.inf
    return np.full_like(weekly, -np.inf), highest.reshape(places, weeks, hours)
