"""New places: what a place with less than a week of its own is told by the others.

Its shape is the median of what is said for similar places relative to their levels, the ones around it counting half; its
level is guessed from theirs (a ridge on the neighbours' level, capacity and attributes) and gives way to its own days as
they come. After a week the model's own answer has taken over: measured, that is when it becomes the better one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.quantiles import DENSE_LEVELS
from busyness.models.calibration import Calibrator
from busyness.models.likeness import Likeness
from busyness.tables.panel import SealedPanel
from busyness.tables.residuals import Residuals

GROWN_DAYS = 7
"""Days with observations after which a place is no longer new."""

WATCHED_DAYS = (0, 2, 5)
"""How many days a hidden place shows when the width of its bands is measured."""

WIDE_DAYS = 28
"""Days after which the bands of a place are no wider than the others'."""

_LOOK_BACK = 28  # days
_PRIOR_DAYS = 0.25  # the guessed level counts as so many days of the place's own
_FOLDS = 5
_NEAR = 0.5  # share of the neighbours in the shape
_WIDEST = 20.0
_REPLAYED = 8  # origins are enough to tell a width from
_LEAST = 100  # errors
_BAND, _ENDS = 0.8, (0.1, 0.9)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """How much wider the bands of a place are that shows 0, 2 or 5 days of its own than those of the others."""

    widths: tuple[float, ...] = (3.0, 2.0, 1.5)

    @classmethod
    def measured(cls, panel: SealedPanel, errors: Residuals, calibrator: Calibrator) -> Self:
        """This will hide a fifth of the places at a time at each replayed origin, and see how far off the others' word is.

        ``errors`` are the replay's, of the panel's places in order. The widths are those with which the calibrator's 80 %
        bands would have held 80 % of what came to the hidden places; without a replay they are guessed.
        """
        few = np.unique(np.linspace(0, max(len(errors.origins) - 1, 0), _REPLAYED).astype(np.int64))
        widths = []
        for days, guess in zip(WATCHED_DAYS, cls().widths, strict=True):
            needed = [_needed(panel, errors, at, days=days, calibrator=calibrator) for at in few[: len(errors.origins)]]
            some = np.concatenate([*needed, np.zeros(0)])
            widths.append(float(np.clip(np.quantile(some, _BAND), 1, _WIDEST)) if len(some) >= _LEAST else guess)
        return cls(tuple(widths))

    def width(self, days: NDArray[np.int64]) -> Floats:
        """This will return the factor on the bands of places with so many days: falling to 1 at four weeks."""
        return np.interp(days, (*WATCHED_DAYS, WIDE_DAYS), (*self.widths, 1.0)).astype(np.float32)


def days_seen(panel: SealedPanel) -> NDArray[np.int64]:
    """This will return on how many days each place was observed before the origin, ``[places]``."""
    per_day = panel.slots.length.per_day
    observed = np.isfinite(panel.demand)
    whole = np.pad(observed, ((0, 0), (-observed.shape[1] % per_day, 0)))
    return np.asarray(whole.reshape(len(observed), -1, per_day).any(axis=2).sum(axis=1))


def young(panel: SealedPanel) -> NDArray[np.bool_]:
    """This will say which places have under four weeks of their own, and less than half of what is usual in the panel."""
    days = days_seen(panel)
    return np.asarray(days < min(WIDE_DAYS, float(np.median(days)) / 2)) if len(days) else np.zeros(0, bool)


def told(panel: SealedPanel, medians: Floats, level: Floats) -> tuple[Floats, Floats]:
    """This will return medians ``[places, horizon]`` and levels ``[places]`` with those of new places told by the others.

    They stay as they are where there is nobody to ask.
    """
    days = days_seen(panel)
    lately = _lately(panel, panel.origin)
    known = (days >= GROWN_DAYS) & np.isfinite(lately).any(axis=1)
    new = (days < GROWN_DAYS) & young(panel) & bool(known.any())
    if not new.any():
        return medians, level
    opened = panel.open[:, panel.origin : panel.origin + medians.shape[1]]
    shape = np.asarray(np.where(opened, medians, np.nan) / level[:, None], np.float32)
    said, guessed = _told(_Asked(Likeness.among(panel, known), lately, level, shape), new)
    trust = _trust(days[new])
    answer, scale = medians.copy(), level.copy()
    answer[new] = np.where(opened[new], medians[new] * trust[:, None] + said * (1 - trust[:, None]), 0)
    scale[new] = level[new] * trust + guessed * (1 - trust)
    return answer, scale


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is like whom; demand before the origin, levels at it, and what is said relative to them; NaN where closed."""

    likeness: Likeness
    lately: Floats
    level: Floats
    shape: Floats


def _trust(days: NDArray[np.int64]) -> Floats:
    """How much of the answer is the model's own: nothing at first, little for some days, all at a week."""
    return np.asarray(np.minimum(days / GROWN_DAYS, 1) ** 2, np.float32)


def _told(asked: _Asked, new: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Medians and levels of the new places."""
    rows = [int(row) for row in np.flatnonzero(new)]
    guessed = asked.likeness.levels(asked.level)[rows]
    past = asked.lately / asked.level[:, None]
    said = np.empty((len(rows), asked.shape.shape[1]), np.float32)
    levels = np.empty(len(rows), np.float32)
    per_day = asked.likeness.per_day
    for k, row in enumerate(rows):
        usual = asked.likeness.mixed(past, row, share=_NEAR)
        there = np.isfinite(asked.lately[row]) & np.isfinite(usual)
        own, expected = asked.lately[row][there].sum(), usual[there].sum()
        prior = np.float32(_PRIOR_DAYS * per_day)
        levels[k] = (own + prior * guessed[k]) / (expected + prior)
        ahead = asked.likeness.mixed(asked.shape, row, share=_NEAR)
        said[k] = levels[k] * np.where(np.isfinite(ahead), ahead, 1)
    return said, levels


def _lately(panel: SealedPanel, origin: int) -> Floats:
    """Demand of the 28 days before an origin; outliers are not read."""
    window = slice(max(origin - _LOOK_BACK * panel.slots.length.per_day, 0), origin)
    return np.where(panel.outlier[:, window], np.float32(np.nan), panel.demand[:, window])


def _needed(panel: SealedPanel, errors: Residuals, at: int, *, days: int, calibrator: Calibrator) -> NDArray[np.float64]:
    """By what each 80 % band would have to be wider to hold what came, had its place been new at this origin."""
    origin, level = int(errors.origins[at]), errors.level[at]
    lately = _lately(panel, origin)
    alive = np.asarray(np.isfinite(lately).any(axis=1), np.bool_).reshape(-1)
    shape = np.where(errors.predicted[at] > 0, errors.predicted[at] / level[:, None], np.float32(np.nan))
    fold = np.random.default_rng(origin).permutation(len(alive)) % _FOLDS
    trust = _trust(np.array([days]))[0]
    found = [np.zeros(0)]
    for number in range(_FOLDS):
        hidden = np.asarray(alive & (fold == number))
        if not hidden.any() or not (alive & ~hidden).any():
            continue
        shown = lately.copy()
        shown[hidden, : max(lately.shape[1] - days * panel.slots.length.per_day, 0)] = np.nan
        asked = Likeness.among(panel, alive & ~hidden)
        said, scale = _told(_Asked(asked, shown, level, shape), hidden)
        said = errors.predicted[at][hidden] * trust + said * (1 - trust)
        scale = level[hidden] * trust + scale * (1 - trust)
        marks, _ = calibrator.quantiles(said, scale, factor=np.ones(len(said), np.float32))
        low, high = (np.abs(marks[..., DENSE_LEVELS.index(share)] - said) for share in _ENDS)
        off = errors.observed[at][hidden] - said
        reach = np.where(off > 0, high, low)
        there = np.isfinite(off) & (reach > 0)
        found.append((np.abs(off[there]) / reach[there]).astype(np.float64))
    return np.concatenate(found)
