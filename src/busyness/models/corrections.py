"""What has been learned about each place since the model was fitted, as numbers that one more slot changes in no time.

Per place: how far its level has moved, how each hour of its week has, where its median lies, and how wide its bands must
be. Level and width are tracked at several speeds at once, and each speed counts by how well it did lately: slow ones keep
ordinary weeks calm, fast ones take over when the world changes (a forgetful weighted average of experts, Cesa-Bianchi &
Lugosi, "Prediction, Learning, and Games", 2006; for widths, Gibbs & Candès, "Conformal inference for arbitrary
distribution shifts", JMLR 2024). One odd count moves nothing far: what lies outside a few widths of the band is pulled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError

HOURS = 168
"""Hours of a week: what the profile is told apart by, whatever the length of a slot."""

LEVEL_DAYS = (21.0, 5.0, 1.0, 0.3)
"""Half-lives of what the level is told from; one more opinion is that nothing has moved."""

LEVEL_PRIOR = (1.0, 1.0, 0.6, 0.4, 0.25)
"""How much each opinion counts before it is judged, that of no change first."""

_TRUST_DAYS = 0.8  # half-life of what the speeds are judged by
_LEVEL_SHARPNESS = 8.0  # weights fall with this power of the error
_PRIOR = 8.0  # visitors that agree with the model, before anybody came
_FARTHEST = 1.6  # of a log ratio: a fifth to five times
_REACH = 2.5  # half-widths of the band: what lies farther counts as lying there
_NOBODY = 0.05  # of what was expected: a silent sensor or a shut door, and no level

_HOUR_STEP, _HOUR_PRIOR, _HOUR_FARTHEST = 0.06, 3.0, 0.5
_HOUR_TRUST_DAYS, _HOUR_SHARPNESS = 14.0, 12.0

_BIAS_STEP, _BIAS_FARTHEST = 0.004, 0.3  # of the half-width
WIDTH_STEPS = (0.008, 0.06)
"""How far one slot moves the log of the width, slow and fast."""
_WIDTH_TRUST_DAYS, _WIDTH_SHARPNESS = 4.0, 4.0
_OUTSIDE = 0.2  # of what comes lies outside the 80 % band
_NARROWEST, _WIDEST = np.log(0.4), np.log(4.0)

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Said:
    """What the model had said of one slot, or of several: ``mean, median, low, high`` (the 80 % band), ``[places, …]``.

    ``hour`` is the hour of the local week, ``usual`` whether the day is an ordinary one (no holiday).
    """

    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    hour: NDArray[np.int16]
    usual: Flags

    def at(self, slot: int) -> Said:
        """This will return one slot of several."""
        return Said(*(getattr(self, field.name)[:, slot] for field in fields(self)))

    def rows(self, rows: NDArray[np.int64] | slice) -> Said:
        """This will return some places."""
        return Said(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Corrections:
    """``came`` and ``said`` float32 ``[places, speeds]``: demand and what the model had said of it, old slots forgotten.

    ``missed`` ``[places, 1 + speeds]`` is how far each opinion on the level was off lately, the first that of no change;
    ``profile`` ``[places, 168]`` log factors by hour of the week and ``profile_missed`` ``[places, 2]`` how far answers
    without and with them were off; ``bias`` ``[places]`` what the median is moved by, in half-widths; ``width``
    ``[places, 2]`` logs of the factor on the band, and ``width_missed`` alike.
    """

    came: Floats
    said: Floats
    missed: Floats
    profile: Floats
    profile_missed: Floats
    bias: Floats
    width: Floats
    width_missed: Floats

    @classmethod
    def none(cls, places: int) -> Self:
        """This will return corrections that change nothing."""
        speeds = len(LEVEL_DAYS)
        shapes = ((speeds,), (speeds,), (1 + speeds,), (HOURS,), (2,), (), (len(WIDTH_STEPS),), (len(WIDTH_STEPS),))
        return cls(*(np.zeros((places, *shape), np.float32) for shape in shapes))

    def __len__(self) -> int:
        return len(self.bias)

    def rows(self, rows: NDArray[np.int64]) -> Self:
        """This will return those of other places: row numbers, −1 for a place of which nothing is known."""
        fresh = type(self).none(1)
        joined = ((getattr(self, field.name), getattr(fresh, field.name)) for field in fields(self))
        return type(self)(*(np.concatenate([own, none])[rows] for own, none in joined))

    def opinions(self) -> Floats:
        """This will return each opinion on how far the level has moved, log factors ``[places, 1 + speeds]``."""
        moved = np.log((self.came + _PRIOR) / (self.said + _PRIOR))
        nothing = np.zeros((len(moved), 1), np.float32)
        return np.concatenate([nothing, np.clip(moved, -_FARTHEST, _FARTHEST)], axis=1)

    def level(self) -> Floats:
        """This will return the log factor on the level, ``[places]``."""
        share = _trusted(self.missed, _LEVEL_SHARPNESS, prior=LEVEL_PRIOR)
        return np.asarray((self.opinions() * share).sum(axis=1), np.float32)

    def hours(self, hour: NDArray[np.int16]) -> Floats:
        """This will return the log factors of these hours of the week, ``[places, slots]``, as far as they are trusted."""
        share = _trusted(self.profile_missed, _HOUR_SHARPNESS)[:, 1]
        share = np.where(self.profile_missed.any(axis=1), share, 0)[:, None]
        return np.asarray(share * np.take_along_axis(self.profile, hour.astype(np.int64), axis=1), np.float32)

    def widths(self) -> Floats:
        """This will return the factor on the distance of the quantiles from the median, ``[places]``."""
        return np.asarray(np.exp((self.width * _trusted(self.width_missed, _WIDTH_SHARPNESS)).sum(axis=1)), np.float32)

    def taken_over(self, moved: Floats) -> Self:
        """This will return what is left to correct when the model itself has moved by log factors ``[places]``.

        As far as the model goes the way of a correction it is taken off; where it goes beyond or the other way, it stays.
        """
        opinions = self.opinions()[:, 1:]
        toward = np.clip(moved[:, None], np.minimum(opinions, 0), np.maximum(opinions, 0))
        said = (self.said + _PRIOR) * np.exp(toward) - _PRIOR
        return type(self)(**{**self.__dict__, "said": np.maximum(said, 0).astype(np.float32)})

    def stepped(self, said: Said, came: Floats, *, per_day: Floats) -> None:
        """This will learn from one slot, in place: only whoever has just made these arrays may call it.

        ``came`` ``[places]`` is NaN where nothing was observed; ``per_day`` ``[places]`` are the slots of an open day.
        """
        counted = np.isfinite(came) & (said.mean > 0)
        some = counted & said.usual & ~((came <= _NOBODY * said.mean) & (said.low > 0))
        if not some.any():
            return
        hour = said.hour[:, None]
        level = np.exp(self.level())
        whole = level * np.exp(self.hours(hour)[:, 0])
        widths = self.widths()
        below, above = np.maximum(said.median - said.low, 0), np.maximum(said.high - said.median, 0)
        middle = said.median + self.bias * np.where(self.bias < 0, below, above)
        fair = np.clip(
            came, whole * (said.median - _REACH * widths * below), whole * (said.median + _REACH * widths * above)
        )
        self._judge(said, fair, middle=middle, some=some, per_day=per_day)
        self._learn(said, fair, level=level, some=some, per_day=per_day)
        half = np.where(came < whole * middle, below, above) * whole
        self._widen(came, whole * middle, half=half, some=some, per_day=per_day)
        side = np.sign(np.where(some, came - whole * middle, 0))
        self.bias[:] = np.clip(self.bias + np.float32(_BIAS_STEP) * side, -_BIAS_FARTHEST, _BIAS_FARTHEST)

    def _judge(self, said: Said, fair: Floats, *, middle: Floats, some: Flags, per_day: Floats) -> None:
        """How far off each opinion would have been, with and without the profile."""
        wrong = np.abs(fair[:, None] - middle[:, None] * np.exp(self.opinions()))
        _forget(self.missed, wrong, _decay(_TRUST_DAYS, per_day), some)
        level = middle * np.exp(self.level())
        own = np.exp(np.take_along_axis(self.profile, said.hour[:, None].astype(np.int64), axis=1)[:, 0])
        wrong = np.abs(fair[:, None] - level[:, None] * np.stack([np.ones_like(own), own], axis=1))
        _forget(self.profile_missed, wrong, _decay(_HOUR_TRUST_DAYS, per_day), some)

    def _learn(self, said: Said, fair: Floats, *, level: Floats, some: Flags, per_day: Floats) -> None:
        row, hour = np.flatnonzero(some), said.hour[some]
        off = np.log(
            (fair[some] + _HOUR_PRIOR) / (level[some] * said.mean[some] * np.exp(self.profile[row, hour]) + _HOUR_PRIOR)
        )
        moved = self.profile[row, hour] + _HOUR_STEP * off
        self.profile[row, hour] = np.clip(moved, -_HOUR_FARTHEST, _HOUR_FARTHEST)
        for speed, days in enumerate(LEVEL_DAYS):
            kept = _decay(days, per_day)
            _add(self.came[:, speed], fair, kept, some)
            _add(self.said[:, speed], said.mean, kept, some)

    def _widen(self, came: Floats, middle: Floats, *, half: Floats, some: Flags, per_day: Floats) -> None:
        there = some & (half > 0)
        reach = np.abs(came - middle) / np.where(half > 0, half, 1)
        factor = np.exp(self.width)
        outside = reach[:, None] > factor
        beyond = np.where(outside, reach[:, None] - factor, 0) / _OUTSIDE
        wrong = np.asarray(factor + beyond, np.float32)  # the interval score
        _forget(self.width_missed, wrong, _decay(_WIDTH_TRUST_DAYS, per_day), there)
        step = np.asarray(WIDTH_STEPS, np.float32) * (outside - np.float32(_OUTSIDE))
        self.width[:] = np.clip(np.where(there[:, None], self.width + step, self.width), _NARROWEST, _WIDEST)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """This will return what an artifact stores."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """This will read what ``to_arrays`` wrote."""
        try:
            return cls(*(np.asarray(arrays[field.name], np.float32) for field in fields(cls)))
        except KeyError as fault:
            raise ArtifactError("The artifact's corrections cannot be read.", file="arrays.npz") from fault


def _decay(days: float, per_day: Floats) -> Floats:
    return np.asarray(0.5 ** (1 / (days * per_day)), np.float32)


def _add(total: Floats, new: Floats, kept: Floats, some: Flags) -> None:
    total[some] = total[some] * kept[some] + new[some]


def _forget(missed: Floats, wrong: Floats, kept: Floats, some: Flags) -> None:
    missed[some] = missed[some] * kept[some, None] + wrong[some] * (1 - kept[some, None])


def _trusted(missed: Floats, sharpness: float, *, prior: tuple[float, ...] = (1.0,)) -> Floats:
    """Shares that fall with a power of the error, ``[places, opinions]``; the prior ones where nothing is known."""
    least = np.maximum(missed.min(axis=1, keepdims=True), 1e-9)
    skill = (least / np.maximum(missed, 1e-9)) ** np.float32(sharpness) * np.asarray(prior, np.float32)
    return np.asarray(skill / skill.sum(axis=1, keepdims=True), np.float32)
