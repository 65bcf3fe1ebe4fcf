"""A blend: members weighted by place cluster and distance ahead, by what each would have said in the last weeks.

Members that err differently cancel out each other's errors; it won M5, and wins here. What the plain mean and the best
single member would have done on the same weeks is kept beside, so that anyone can see what the weights are worth.

Of rare counts every member says a whole number, or nearly; their mean is none, and is moved to the nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError
from busyness.models._base import shared_importance
from busyness.models.blend_weights import BlendWeights, Past
from busyness.models.rehearsal import Rehearsal
from busyness.models.small_counts import RARE, are_small_counts, stepped
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.residuals import Residuals
from busyness.tables.verbs import MedianForecaster

MOST_MEMBERS = 8


class BlendForecaster:
    """Members, and how much each counts where. They may differ in model, in rows, and in how their history is prepared."""

    kind = "blend"

    def __init__(self, members: Sequence[MedianForecaster]) -> None:
        if not 1 <= len(members) <= MOST_MEMBERS:
            raise InputError(f"A blend has one to {MOST_MEMBERS} members; {len(members)} were named.")
        self.members = tuple(members)
        self.weights: BlendWeights | None = None
        self.rare = False  # whether what is counted is so rare that its median is a small whole number
        self.record: Mapping[str, Any] = {}  # what was found when members were weighed
        self.horizon = 0  # of the last fit; 0: not fitted

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will weigh the members on the last weeks, unless a rehearsal just did, and fit each on everything."""
        weighed = self
        if self.weights is None or self.horizon:
            planned = Rehearsal.before(panel, horizon, members=len(self.members))
            _, weighed = self.rehearsed(panel, planned)
        done = weighed._with([member.fit(panel, horizon) for member in weighed.members])
        done.horizon = horizon
        return done

    def continued(self, panel: SealedPanel) -> Self:
        """This will return the blend after each member has learned some more, or anew where it cannot; weights stay."""
        horizon = self.horizon or panel.slots.length.per_week
        if not self.horizon:
            return self.fit(panel, horizon)
        go_on = [getattr(member, "continued", None) for member in self.members]
        longer = [on(panel) if on else member.fit(panel, horizon) for on, member in zip(go_on, self.members, strict=True)]
        done = self._with(longer)
        done.horizon = horizon
        return done

    def rehearsed(self, panel: SealedPanel, planned: Rehearsal) -> tuple[Residuals, Self]:
        """This will return the errors that the blend would have made, and the blend with its weights, to be fitted.

        Each half of the origins is blended by the weights that the other half teaches, so that the errors are those of
        weights which had not seen what came.
        """
        found = [planned.errors(member, panel) for member in self.members]
        first = found[0]
        past = Past(np.stack([errors.predicted for errors in found]), first.observed, first.level)
        per_day = panel.slots.length.per_day
        early = np.arange(len(first.origins)) < len(first.origins) / 2
        ready = self._with(self.members)
        came = first.observed[np.isfinite(first.observed)]
        ready.rare = are_small_counts(came, first.level, under=RARE)
        blended = np.empty_like(first.predicted)
        for half in (early, ~early):
            weights = BlendWeights.learned_from(past.some(~half), planned.places, per_day)
            blended[half] = ready._whole(weights.blended(past.predicted[:, half], planned.places))
        ready.weights = BlendWeights.learned_from(past, planned.places, per_day)
        ready.record = self._record(past, blended, ready.weights)
        return Residuals(first.origins, first.observed, blended, first.level), ready

    def _record(self, past: Past, blended: NDArray[np.float32], weights: BlendWeights) -> dict[str, Any]:
        """What each member, their plain mean and the blend would have missed by, in demand per slot, on the same weeks."""
        names = self.names
        beside = np.stack([blended, past.predicted.mean(axis=0)])
        errors = Past(np.concatenate([past.predicted, beside]), past.observed, past.level).mean_errors().tolist()
        *single, of_blend, of_mean = errors
        if not np.isfinite(of_blend):
            return {"weights": dict(zip(names, weights.overall, strict=True)), "origins": 0}
        return {
            "weights": dict(zip(names, weights.overall, strict=True)),
            "origins": past.observed.shape[0],
            "mae": {"blend": of_blend, "plain mean": of_mean} | dict(zip(names, single, strict=True)),
            "best single": names[int(np.argmin(single))],
        }

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each member: its own or its kind, with a number where two are alike."""
        plain = [str(getattr(member, "name", member.kind)) for member in self.members]
        return tuple(
            name if plain.count(name) == 1 else f"{name} {plain[: k + 1].count(name)}" for k, name in enumerate(plain)
        )

    def _with(self, members: Sequence[MedianForecaster]) -> Self:
        made = type(self)(members)
        made.weights, made.record, made.rare = self.weights, self.record, self.rare
        return made

    def _whole(self, blended: NDArray[np.float32]) -> NDArray[np.float32]:
        return stepped(blended) if self.rare else blended

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return the weighted mean of the members' medians, ``[origins, places, horizon]``."""
        said = np.stack([member.medians(panel, origins, horizon) for member in self.members])
        weights = self.weights or BlendWeights.equal(len(self.members), panel.slots.length.per_day)
        return self._whole(weights.blended(said, panel.ids))

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.members[0].levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the blend of lighter members."""
        lighten = [getattr(member, "lighter", None) for member in self.members]
        light = [ease(share) if ease else member for ease, member in zip(lighten, self.members, strict=True)]
        return type(self)(light)

    def importance(self) -> dict[str, float]:
        """This will return the weighted mean of the members' feature shares, of those that can say them."""
        shares = self.weights.overall if self.weights else [1 / len(self.members)] * len(self.members)
        return shared_importance(self.members, shares)

    def to_parts(self) -> Parts:
        """This will return every member's parts under its number, the weights, and what they rest on."""
        inner = [member.to_parts() for member in self.members]
        nested = [parts.nested(f"m{k}") for k, parts in enumerate(inner)]
        return Parts(
            self.kind,
            {
                "cells": None if self.weights is None else self.weights.to_facts(),
                "record": dict(self.record),
                "horizon": self.horizon,
                "rare": self.rare,
                "members": [{"kind": parts.kind, **parts.facts} for parts in inner],
            },
            {name: text for parts in nested for name, text in parts.texts.items()},
            {name: array for parts in nested for name, array in parts.arrays.items()},
        )

    @classmethod
    def from_parts(cls, parts: Parts, members: Sequence[MedianForecaster]) -> Self:
        """This will read what ``to_parts`` wrote, around restored members."""
        made = cls(members)
        try:
            stored = parts.facts["cells"]
            made.record, made.horizon = dict(parts.facts["record"]), int(parts.facts["horizon"])
        except (KeyError, TypeError, ValueError) as fault:
            raise ArtifactError("The artifact's blend cannot be read.", file="manifest.json") from fault
        made.rare = bool(parts.facts.get("rare", False))
        made.weights = None if stored is None else BlendWeights.from_facts(stored)
        if made.weights is not None and made.weights.table.shape[2] != len(members):
            raise ArtifactError("The artifact's weights are not those of its members.", file="manifest.json")
        return made
