"""Any regressor of tables as a member: one model over the examples of a feature builder answers all horizons.

What it learns is demand divided by the place's level at the origin, less the seasonal profile: a regressor that knows
nothing answers with the profile, and one that cannot multiply need not. Each regressor weighs rows by the level, looks
after missing values itself, and aims at absolute errors as near as its method comes to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped, usable
from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile
from busyness.models.small_counts import lean_for, leaned
from busyness.tables.examples import Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

_LEAST_ROWS = 400


class Regressor(Protocol):
    """Learns one number a row.

    It may have a method ``importance``: each feature's share of what it says; and ``contributions(examples)``: where its
    answers start and what each feature adds, ``[rows, features]``, adding up to what it predicts (None: it cannot say).
    """

    def fit(self, examples: Examples) -> Self:
        """This will learn ``examples.y`` (all finite) from ``examples.X`` (NaN: not known), rows counting as ``weight``."""
        ...

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will answer for each row, whatever rows are asked for beside it, with finite numbers."""
        ...

    def to_parts(self) -> Parts:
        """This will return what was learned; the ``kind`` is the member's."""
        ...

    def restored(self, parts: Parts) -> Self:
        """This will return a regressor that has learned what the parts hold, or raise ``ArtifactError``."""
        ...


class RegressionForecaster:
    """A regressor over the examples of a feature builder. With too few rows to learn from it is the seasonal profile."""

    def __init__(
        self,
        builder: FeatureBuilder,
        regressor: Regressor,
        *,
        kind: str,
        sampling: Sampling | None = None,
        watch: Stopwatch | None = None,
    ) -> None:
        self.kind = kind
        self.builder = builder
        self.regressor = regressor
        self.sampling = sampling or Sampling()
        self.watch = watch or Stopwatch()
        self.rows = 0
        self.lean = 0.0  # on the last weeks, see ``small_counts``

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will let a regressor learn from every cell that ``sampling`` draws."""
        builder = self.builder.prepared(panel)
        with self.watch.stage("features"):
            examples = builder.examples(panel, training_cells(panel, horizon, self.sampling))
            examples = examples.take(np.flatnonzero(usable(examples)))
            lean = lean_for(examples)
            examples = replace(examples, y=examples.y - profile(examples))
        rows = len(examples.y)
        if rows < _LEAST_ROWS:
            return self._with(builder, self.regressor, rows=0)
        with self.watch.stage("fit"):
            fitted = self._with(builder, self.regressor.fit(examples), rows=rows)
        fitted.lean = lean
        return fitted

    def _with(self, builder: FeatureBuilder, regressor: Regressor, *, rows: int) -> Self:
        made = type(self)(builder, regressor, kind=self.kind, sampling=self.sampling, watch=self.watch)
        made.rows = rows
        return made

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        return shaped(self.relative(examples) * examples.level, panel, cells=cells, horizon=horizon)

    def relative(self, examples: Examples) -> NDArray[np.float32]:
        """This will return the median of each row relative to its level, ``[rows]``."""
        usually = profile(examples)
        if not self.rows or not len(usually):
            return usually
        return leaned(np.asarray(usually + self.regressor.predict(examples), np.float32), examples, self.lean)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the same model to be fitted on a ``share`` of the rows: good enough to measure errors with."""
        fewer = self.sampling.lighter(share)
        return type(self)(self.builder, self.regressor, kind=self.kind, sampling=fewer)

    def importance(self) -> dict[str, float]:
        """This will return each feature's share of what is said, the largest first; empty where the regressor cannot say."""
        found: dict[str, float] = getattr(self.regressor, "importance", dict)() if self.rows else {}
        whole = sum(found.values()) or 1.0
        return {name: share / whole for name, share in sorted(found.items(), key=lambda pair: -pair[1])}

    def to_parts(self) -> Parts:
        """This will return the feature specification and, where something was learned, the regressor's parts."""
        facts = {
            "features": self.builder.to_facts(),
            "rows": self.rows,
            "sampling": asdict(self.sampling),
            "lean": self.lean,
        }
        if not self.rows:
            return Parts(self.kind, facts)
        inner = self.regressor.to_parts().nested("regressor")
        return Parts(self.kind, {**facts, "regressor": dict(inner.facts)}, inner.texts, inner.arrays)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with what the parts hold."""
        facts: Mapping[str, Any] = parts.facts
        try:
            made = type(self)(self.builder, self.regressor, kind=self.kind, sampling=Sampling(**facts["sampling"]))
            made.rows, made.lean = int(facts["rows"]), float(facts.get("lean", 0))
            if made.rows:
                made.regressor = self.regressor.restored(parts.inner("regressor", parts.kind, facts["regressor"]))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
            raise ArtifactError("The artifact's model cannot be read.", file="manifest.json") from fault
        return made
