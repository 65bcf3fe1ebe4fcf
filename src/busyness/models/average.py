"""The weighted average of members. Diversity of kind beats number: it won M5, and it wins here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.models._base import observed_ahead, shared_importance
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import MedianForecaster

_HELD_OUT_DAYS = 28
_SHARPNESS = 4.0  # weights fall with this power of a member's error, shrunk half-way to equal


class AverageForecaster:
    """Members weighted by how well they did on four weeks that none of them had seen."""

    kind = "average"

    def __init__(self, members: Sequence[MedianForecaster], weights: Sequence[float] = ()) -> None:
        self.members = tuple(members)
        self.weights = tuple(weights) or tuple(1 / len(self.members) for _ in self.members)

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will weigh the members on the last four weeks, then fit each on everything."""
        weights = self._weighed(panel, horizon)
        return type(self)([member.fit(panel, horizon) for member in self.members], weights)

    def _weighed(self, panel: SealedPanel, horizon: int) -> tuple[float, ...]:
        per_day = panel.slots.length.per_day
        held = min(_HELD_OUT_DAYS * per_day, panel.origin // 4 // per_day * per_day)
        cut = panel.origin - held
        origins = [o for o in range(cut, panel.origin, 7 * per_day) if o + horizon <= panel.slots.count]
        if cut <= 0 or not origins:
            return self.weights
        observed = observed_ahead(panel, origins, horizon)
        if not np.isfinite(observed).any():
            return self.weights
        errors = []
        for member in self.members:
            light = getattr(member, "lighter", None)
            fitted = (light(0.4) if light else member).fit(panel.until(cut), horizon)
            errors.append(float(np.nanmean(np.abs(fitted.medians(panel, origins, horizon) - observed))))
        skill = (1 / np.maximum(np.array(errors), 1e-9)) ** _SHARPNESS
        shares = 0.5 * skill / skill.sum() + 0.5 / len(errors)
        return tuple(float(share) for share in shares)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return the weighted mean of the members' medians, ``[origins, places, horizon]``."""
        total = np.zeros((len(origins), len(panel.places), horizon), np.float32)
        for member, weight in zip(self.members, self.weights, strict=True):
            total += np.float32(weight) * member.medians(panel, origins, horizon)
        return total

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.members[0].levels(panel, origins)

    def importance(self) -> dict[str, float]:
        """This will return the weighted mean of the members' feature shares."""
        return shared_importance(self.members, self.weights)

    def to_parts(self) -> Parts:
        """This will return every member's parts under its number, and the weights."""
        inner = [member.to_parts() for member in self.members]
        nested = [parts.nested(f"m{k}") for k, parts in enumerate(inner)]
        return Parts(
            self.kind,
            {"weights": list(self.weights), "members": [{"kind": parts.kind, **parts.facts} for parts in inner]},
            {name: text for parts in nested for name, text in parts.texts.items()},
            {name: array for parts in nested for name, array in parts.arrays.items()},
        )
