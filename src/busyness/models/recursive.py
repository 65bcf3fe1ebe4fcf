"""Recursive LightGBM: trees that look one slot ahead, each answer fed to the next as if it had been observed.

They see the last hours, this hour on the last two days and last week, and the mean of the last day: observed ones where the
slots lie before the origin, the model's own answers from there on; beside them the features of the builder. The answers
of one slot must be there before the next can be asked for, so a week of hours costs 168 small predictions one after the
other; and an error of the first night is repeated to the end. It is here because it errs differently.

Of rare counts, whose median is mostly zero, the mean is learned and fed forward, and its median said at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Self

import lightgbm
import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped, usable
from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile
from busyness.models.small_counts import dispersion, lean_for, leaned, medians
from busyness.models.trees import COUNTS, TreeSettings, aims_for, usual_count
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

_LEAST_ROWS = 400
_TREES = "trees"


class RecursiveForecaster:
    """Boosted trees whose answers are fed forward, slot by slot."""

    kind = "recursive"

    def __init__(self, builder: FeatureBuilder, settings: TreeSettings, *, watch: Stopwatch | None = None) -> None:
        self.builder = builder
        self.settings = settings
        self.watch = watch or Stopwatch()
        self.booster: lightgbm.Booster | None = None
        self.lean = 0.0  # on the last weeks, see ``small_counts``
        self.spread: float | None = None  # of rare counts around their mean; none: medians are learned

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will grow trees on observed lags; with too few rows, the answer will be the seasonal profile."""
        fitted = type(self)(self.builder.prepared(panel), self.settings, watch=self.watch)
        with self.watch.stage("features"):
            examples = fitted.builder.examples(panel, training_cells(panel, horizon, self.settings.sampling))
            examples = examples.take(np.flatnonzero(usable(examples)))
            lags = lagged(panel, examples.cells) / examples.level[:, None]
        if len(examples.y) >= _LEAST_ROWS:
            with self.watch.stage("fit"):
                fitted._grow(examples, np.concatenate([examples.X, lags], axis=1))
        return fitted

    def _grow(self, examples: Examples, table: NDArray[np.float32]) -> None:
        """Trees on a ``table`` that holds the features, and after them the lags that will be fed."""
        rare = aims_for(examples) == (COUNTS,)
        start = usual_count(examples)
        parameters = self.settings.parameters()
        if rare:
            parameters |= {"objective": "poisson", "learning_rate": self.settings.learning_rate / 2}
        lessons = lightgbm.Dataset(
            table,
            examples.y * examples.level if rare else examples.y,
            weight=None if rare else examples.weight,
            init_score=np.log(start) if rare else None,
            feature_name=[*examples.names, *(f"fed_{k}" for k in range(table.shape[1] - len(examples.names)))],
            categorical_feature=list(examples.categorical),
            params={"max_bin": self.settings.max_bin, "verbose": -1, "num_threads": self.settings.threads},
        )
        self.booster = lightgbm.train(parameters, lessons, self.settings.trees)
        self.lean, self.spread = lean_for(examples), 0.0 if rare else None
        if rare:
            self.spread = dispersion(examples.y * examples.level, self._said(table, start))

    def _said(self, table: NDArray[np.float32], start: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the trees say of each row: the median, or of rare counts the mean, which is a factor of ``start``."""
        assert self.booster is not None
        rare = self.spread is not None
        said = np.asarray(self.booster.predict(table, raw_score=rare, num_threads=self.settings.threads), np.float32)
        return np.asarray(np.exp(said) * start if rare else np.maximum(said, 0), np.float32)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        if self.booster is None or not len(cells) or not horizon:
            return shaped(profile(examples) * examples.level, panel, cells=cells, horizon=horizon)
        rows = len(cells) // horizon
        ahead, level = examples.X.reshape(rows, horizon, -1), examples.level.reshape(rows, horizon)[:, :1]
        back, day = fed(panel)
        deepest = max(back)
        said = np.full((rows, deepest + horizon), np.nan, np.float32)
        said[:, :deepest] = _before(panel, cells.take(slice(0, None, horizon)), deepest) / level
        opened = panel.open[cells.place, cells.slot].reshape(rows, horizon)
        start = usual_count(examples).reshape(rows, horizon) / level
        for step in range(horizon):
            now = deepest + step
            lags = np.stack([*(said[:, now - k] for k in back), _mean(said[:, now - day : now])], axis=1)
            table = np.concatenate([ahead[:, step], lags], axis=1)
            said[:, now] = np.where(opened[:, step], self._said(table, start[:, step]), np.nan)
        relative = np.nan_to_num(said[:, deepest:]).reshape(-1)
        if self.spread is not None:
            relative = medians(relative * examples.level, self.spread) / examples.level
        return shaped(leaned(relative, examples, self.lean) * examples.level, panel, cells=cells, horizon=horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the same model to be fitted on a ``share`` of the rows: good enough to measure errors with."""
        return type(self)(self.builder, replace(self.settings, sampling=self.settings.sampling.lighter(share)))

    def importance(self) -> dict[str, float]:
        """This will return each feature's share of the total gain, the largest first; empty when nothing was grown."""
        if self.booster is None:
            return {}
        gain = np.asarray(self.booster.feature_importance("gain"), np.float64)
        pairs = zip(self.booster.feature_name(), gain / max(gain.sum(), 1e-12), strict=True)
        return dict(sorted(((name, float(share)) for name, share in pairs), key=lambda pair: -pair[1]))

    def to_parts(self) -> Parts:
        """This will return the trees as LightGBM's text, the settings and the feature specification."""
        texts = {} if self.booster is None else {_TREES: self.booster.model_to_string()}
        facts: dict[str, Any] = {"features": self.builder.to_facts(), "settings": asdict(self.settings)}
        facts |= {"lean": self.lean, "spread": self.spread}
        return Parts(self.kind, facts, texts)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the trees and settings of ``parts``."""
        try:
            stored: Mapping[str, Any] = parts.facts["settings"]
            composed = {"aims": tuple(stored["aims"]), "sampling": Sampling(**stored["sampling"])}
            settings = TreeSettings(**{**stored, **composed, "threads": self.settings.threads})
            made = type(self)(self.builder, settings)
            made.lean, made.spread = float(parts.facts.get("lean", 0)), parts.facts.get("spread")
            if _TREES in parts.texts:
                made.booster = lightgbm.Booster(model_str=parts.texts[_TREES])
        except (KeyError, TypeError, lightgbm.basic.LightGBMError) as fault:
            raise ArtifactError("The artifact's trees cannot be read.", file="trees.txt") from fault
        return made


def fed(panel: SealedPanel) -> tuple[tuple[int, ...], int]:
    """This will return how many slots back the lags lie, and how many the mean of the last day is over."""
    day = panel.slots.length.per_day
    return tuple(sorted({1, 2, 3, day, 2 * day, 7 * day})), day


def lagged(panel: SealedPanel, cells: Cells) -> NDArray[np.float32]:
    """This will return the observed lags of cells, in demand, ``[rows, lags + 1]``; some lie after a cell's origin."""
    back, day = fed(panel)
    demand = _usable_demand(panel)
    columns = [_at(demand, cells.place, cells.slot - k) for k in back]
    there = np.isfinite(demand)
    sums, counts = (
        np.concatenate([np.zeros((len(demand), 1)), np.cumsum(cube, axis=1, dtype=np.float64)], axis=1)
        for cube in (np.where(there, demand, 0), there)
    )
    stop, begin = cells.slot, np.maximum(cells.slot - day, 0)
    total, seen = (cube[cells.place, stop] - cube[cells.place, begin] for cube in (sums, counts))
    mean = np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
    return np.stack([*columns, mean.astype(np.float32)], axis=1)


def _before(panel: SealedPanel, cells: Cells, slots: int) -> NDArray[np.float32]:
    """Demand of the ``slots`` before each cell's origin, ``[cells, slots]``."""
    at = cells.origin[:, None] + np.arange(-slots, 0)
    return _at(_usable_demand(panel), np.broadcast_to(cells.place[:, None], at.shape), at)


def _at(demand: NDArray[np.float32], place: NDArray[np.int32], slot: NDArray[Any]) -> NDArray[np.float32]:
    inside = (slot >= 0) & (slot < demand.shape[1])
    if not demand.shape[1]:
        return np.full(slot.shape, np.nan, np.float32)
    return np.where(inside, demand[place, np.where(inside, slot, 0)], np.float32(np.nan))


def _usable_demand(panel: SealedPanel) -> NDArray[np.float32]:
    seen = slice(0, panel.origin)
    return np.where(panel.outlier[:, seen], np.float32(np.nan), panel.demand[:, seen])


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    there = np.isfinite(values)
    seen = there.sum(axis=1)
    return np.where(seen > 0, np.where(there, values, 0).sum(axis=1) / np.maximum(seen, 1), np.nan).astype(np.float32)
