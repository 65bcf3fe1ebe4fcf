"""A member that sees a history of its own: gaps filled, outliers masked, or only the last months of it.

How, it is told from outside (``prepare``): a function from a sealed panel to a sealed panel, applied anew at every origin,
so that each origin sees only what lies before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.models._base import cells_ahead
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import MedianForecaster

Prepare = Callable[[SealedPanel], SealedPanel]


class PreparedForecaster:
    """A member, and what is done to its history. ``told`` are the facts by which wiring makes ``prepare`` again."""

    kind = "prepared"

    def __init__(self, member: MedianForecaster, prepare: Prepare, told: Mapping[str, Any]) -> None:
        self.member, self.prepare, self.told = member, prepare, dict(told)

    @property
    def name(self) -> str:
        """The member's kind and what is done to its history."""
        return " ".join([self.member.kind, *(f"{name}={value}" for name, value in self.told.items())])

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will fit the member on the prepared history."""
        return self._with(self.member.fit(self.prepare(panel), horizon))

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``; each origin's history is prepared without what came after."""
        cells_ahead(panel, origins, horizon)  # refuses what lies after the panel's origin or its end
        said = [self.member.medians(self.prepare(panel.until(origin)), [origin], horizon) for origin in origins]
        return np.concatenate([np.zeros((0, len(panel.places), horizon), np.float32), *said])

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        found = [self.member.levels(self.prepare(panel.until(origin)), [origin]) for origin in origins]
        return np.concatenate([np.zeros((0, len(panel.places)), np.float32), *found])

    def lighter(self, share: float) -> Self:
        """This will return the same with a lighter member."""
        lighten = getattr(self.member, "lighter", None)
        return self._with(lighten(share) if lighten else self.member)

    def importance(self) -> dict[str, float]:
        """This will return the member's feature shares."""
        shares: dict[str, float] = getattr(self.member, "importance", dict)()
        return shares

    def _with(self, member: MedianForecaster) -> Self:
        return type(self)(member, self.prepare, self.told)

    def to_parts(self) -> Parts:
        """This will return the member's parts, and what is done to its history."""
        inner = self.member.to_parts()
        nested = inner.nested("member")
        facts = {"told": self.told, "member": {"kind": inner.kind, **inner.facts}}
        return Parts(self.kind, facts, nested.texts, nested.arrays)
