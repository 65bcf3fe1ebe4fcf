"""A network with embeddings of places, hours and kinds of day, on the same examples as the trees.

It says the seasonal profile times a factor (see ``network``), and learns by absolute errors weighted by the level.
It errs elsewhere than trees do, so that the mean of both is better than either. A ``Trainer`` trains it, by PyTorch or
Keras; NumPy answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped, usable
from busyness.models.neural.inputs import Lesson, Reading
from busyness.models.neural.network import Weights, answered, drawn
from busyness.models.neural.schedule import Descent
from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile
from busyness.models.small_counts import lean_for, leaned
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

_LEAST_ROWS = 400
_HIDDEN_PLACES = 0.05  # share of the rows whose place is not told, so that a new one can be answered
_RECENT_DAYS = 28
_RECALLED = 0.5  # rows of earlier times for each recent one, so that a year is not forgotten
_GENTLE = 0.2  # of the rate, when learning goes on


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Sizes of the network, how it is trained, and on which rows; ``networks`` of them differ by seed and are averaged."""

    hidden: tuple[int, ...] = (128, 64)
    embedding: int = 8
    networks: int = 1
    descent: Descent = field(default_factory=Descent)
    sampling: Sampling = field(default_factory=lambda: Sampling(rows=270_000, per_place=400))


def network_settings(*, seed: int = 0, threads: int = 1, fast: bool = False) -> NetworkSettings:
    """This will return the measured recipe, or with ``fast`` one of about a third of its work."""
    if fast:
        few = Sampling(rows=120_000, per_place=200, most=600_000, seed=seed)
        return NetworkSettings(descent=Descent(epochs=4, batch=1024, seed=seed, threads=threads), sampling=few)
    descent = Descent(epochs=6, batch=1024, seed=seed, threads=threads)
    return NetworkSettings(descent=descent, sampling=Sampling(rows=270_000, per_place=400, seed=seed))


Trainer = Callable[[Weights, Lesson, Descent], Weights]
"""What trains a network: (weights, lesson, how) → weights under which absolute errors are small.

PyTorch and TensorFlow cannot share a process, so this file knows neither.
"""


class EmbeddingForecaster:
    """The embedding network over the examples of a feature builder."""

    def __init__(
        self,
        builder: FeatureBuilder,
        settings: NetworkSettings,
        *,
        trainer: Trainer,
        kind: str = "embedding",
        watch: Stopwatch | None = None,
    ) -> None:
        self.kind = kind
        self.builder = builder
        self.settings = settings
        self.trainer = trainer
        self.watch = watch or Stopwatch()
        self.reading: Reading | None = None
        self.weights: tuple[Weights, ...] = ()
        self.horizon = 0
        self.lean = 0.0  # on the last weeks, see ``small_counts``

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will train the network; with too few rows to learn from, the answer will be the seasonal profile."""
        fitted = self._with(self.builder.prepared(panel))
        fitted.horizon = horizon
        examples = fitted._examples(panel, training_cells(panel, horizon, self.settings.sampling))
        if len(examples.y) < _LEAST_ROWS or not examples.weight.any():
            return fitted
        fitted.lean = lean_for(examples)
        with self.watch.stage("fit"):
            fitted.reading = Reading.learned_from(examples)
            seeds = range(self.settings.descent.seed, self.settings.descent.seed + self.settings.networks)
            fitted.weights = tuple(
                fitted._trained(fitted._untrained(seed), examples, replace(self.settings.descent, seed=seed))
                for seed in seeds
            )
        return fitted

    def _untrained(self, seed: int) -> Weights:
        assert self.reading is not None
        settings, rng = self.settings, np.random.default_rng(seed)
        return drawn(self.reading, hidden=settings.hidden, embedding=settings.embedding, rng=rng)

    def continued(self, panel: SealedPanel) -> Self:
        """This will return the same network after one gentle pass over the last four weeks and some of the time before.

        The scales of the inputs stay; a place that was not there in training stays without an embedding of its own.
        """
        if self.reading is None:
            return self.fit(panel, self.horizon)
        rows = training_cells(panel, self.horizon, self.settings.sampling)
        recent = rows.slot >= panel.origin - _RECENT_DAYS * panel.slots.length.per_day
        rng = np.random.default_rng(self.settings.descent.seed)
        share = _RECALLED * recent.sum() / max(1, int((~recent).sum()))
        examples = self._examples(panel, rows.take(recent | (rng.random(len(recent)) < share)))
        longer = self._with(self.builder)
        longer.horizon, longer.reading, longer.weights, longer.lean = self.horizon, self.reading, self.weights, self.lean
        if len(examples.y) and examples.weight.any():
            gentle = replace(self.settings.descent, epochs=1, rate=self.settings.descent.rate * _GENTLE)
            with self.watch.stage("fit"):
                longer.weights = tuple(self._trained(weights, examples, gentle) for weights in self.weights)
        return longer

    def _with(self, builder: FeatureBuilder) -> Self:
        return type(self)(builder, self.settings, trainer=self.trainer, kind=self.kind, watch=self.watch)

    def _examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        with self.watch.stage("features"):
            examples = self.builder.examples(panel, cells)
            return examples.take(np.flatnonzero(usable(examples)))

    def _trained(self, weights: Weights, examples: Examples, descent: Descent) -> Weights:
        assert self.reading is not None
        inputs = self.reading.read(examples)
        hidden = np.random.default_rng(descent.seed).random(len(examples.y)) < _HIDDEN_PLACES
        codes = np.where(hidden[:, None], self.reading.unplaced(inputs.codes), inputs.codes)
        weight = examples.weight / examples.weight.mean()
        return self.trainer(weights, Lesson(replace(inputs, codes=codes), examples.y, weight), descent)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        return shaped(self.relative(examples) * examples.level, panel, cells=cells, horizon=horizon)

    def relative(self, examples: Examples) -> NDArray[np.float32]:
        """This will return the median of each row relative to its level, ``[rows]``."""
        return leaned(self.learned(examples), examples, self.lean)

    def learned(self, examples: Examples) -> NDArray[np.float32]:
        """This will return what the networks say of each row before it leans on the last weeks, ``[rows]``."""
        if self.reading is None:
            return profile(examples)
        inputs = self.reading.read(examples)
        said = [answered(weights, inputs) for weights in self.weights]
        return np.asarray(sum(said) / np.float32(len(said)), np.float32)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the same model to be fitted on a ``share`` of the rows: good enough to measure errors with."""
        rows = self.settings.sampling
        fewer = replace(
            rows, rows=int(rows.rows * share), per_place=int(rows.per_place * share), most=int(rows.most * share)
        )
        light = type(self)(self.builder, self.settings, trainer=self.trainer, kind=self.kind)
        light.settings = replace(self.settings, sampling=fewer)
        return light

    def to_parts(self) -> Parts:
        """This will return the weights as arrays, the settings, and how examples are read."""
        facts: dict[str, Any] = {"features": self.builder.to_facts(), "settings": asdict(self.settings)}
        facts |= {"horizon": self.horizon, "lean": self.lean}
        if self.reading is None:
            return Parts(self.kind, facts)
        arrays = {f"{k}.{name}": array for k, weights in enumerate(self.weights) for name, array in weights.items()}
        arrays |= {"centre": self.reading.centre, "spread": self.reading.spread}
        return Parts(self.kind, facts | {"reading": self.reading.to_facts()}, arrays=arrays)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the weights and settings of ``parts``, the threads its own."""
        facts: Mapping[str, Any] = parts.facts
        try:
            own = self._with(self.builder)
            own.settings = _settings(facts["settings"], self.settings.descent.threads)
            own.horizon, own.lean = int(facts["horizon"]), float(facts.get("lean", 0))
            if "reading" in facts:
                own.reading = Reading.from_facts(facts["reading"], parts.arrays["centre"], parts.arrays["spread"])
                own.weights = tuple(dict(parts.inner(str(k), "", {}).arrays) for k in range(own.settings.networks))
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact's network cannot be read.", file="manifest.json") from fault
        if own.reading is not None and not all(own.weights):
            raise ArtifactError("The artifact's network has no weights.", file="arrays.npz")
        return own


def _settings(facts: Mapping[str, Any], threads: int) -> NetworkSettings:
    descent = Descent(**{**facts["descent"], "threads": threads})
    sampling = Sampling(**facts["sampling"])
    return NetworkSettings(tuple(facts["hidden"]), int(facts["embedding"]), int(facts["networks"]), descent, sampling)
