"""A multi-horizon network: one look back at a place says something for every step ahead at once, with quantiles.

After TiDE (Das et al., "Long-term forecasting with TiDE", 2023): a dense encoder reads the last two weeks and who the place
is, a dense decoder gives each step ahead a few numbers, and a temporal decoder joins them with what is known of the step
itself: calendar, known covariates, the same hour in other weeks. Unlike there, covariates enter at their own step only, so
that the answer for tomorrow does not depend on how far one asks.

Its medians are a member's like any other. Its own ``quantiles`` are learned beside them, by pinball losses, and nobody uses
them yet: bands come from replaying the medians, as for all members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped
from busyness.models.neural.descent import descended, maths
from busyness.models.neural.inputs import Floats, Inputs, Reading
from busyness.models.neural.lookback import Windows, look_back, training_windows
from busyness.models.neural.network import Weights
from busyness.models.neural.schedule import Descent
from busyness.models.neural.tide_network import LEVELS, TideSizes, answered, contexts, drawn, quantiles, said
from busyness.models.seasonal import profile
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

_LEAST_WINDOWS = 40
_HIDDEN_PLACES = 0.05  # share of the windows whose place is not told, so that a new one can be answered


@dataclass(frozen=True, slots=True)
class TideSettings:
    """Sizes of the network, how it is trained, and on how many windows (a place seen from one origin)."""

    sizes: TideSizes = field(default_factory=TideSizes)
    windows: int = 4000
    descent: Descent = field(default_factory=lambda: Descent(batch=16, rate=2e-3))


def tide_settings(*, seed: int = 0, threads: int = 1, fast: bool = False) -> TideSettings:
    """This will return the measured recipe, or with ``fast`` one of about a third of its work."""
    chosen = TideSettings()
    descent = replace(chosen.descent, seed=seed, threads=threads)
    return replace(chosen, windows=chosen.windows // 3 if fast else chosen.windows, descent=descent)


class _Rows(NamedTuple):
    """What the network reads of windows: the look back, the inputs of all their steps, and the examples."""

    back: Floats  # [windows, look back]
    steps: Inputs  # windows × horizon rows
    examples: Examples
    horizon: int


class TideForecaster:
    """The multi-horizon network over the examples of a feature builder."""

    kind = "tide"

    def __init__(self, builder: FeatureBuilder, settings: TideSettings, *, watch: Stopwatch | None = None) -> None:
        self.builder = builder
        self.settings = settings
        self.watch = watch or Stopwatch()
        self.reading: Reading | None = None
        self.weights: Weights = {}
        self.horizon = 0

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will train the network; with too few windows to learn from, the answer will be the seasonal profile."""
        fitted = type(self)(self.builder.prepared(panel), self.settings, watch=self.watch)
        fitted.horizon = horizon
        windows = training_windows(panel, horizon, most=self.settings.windows, seed=self.settings.descent.seed)
        if len(windows.place) < _LEAST_WINDOWS:
            return fitted
        with self.watch.stage("features"):
            examples = fitted.builder.examples(panel, windows.cells(horizon))
            seen = np.isfinite(examples.y)
        if not (examples.weight[seen] > 0).any():
            return fitted
        with self.watch.stage("fit"):
            fitted.reading = Reading.learned_from(examples)
            rows = fitted._rows(panel, examples, horizon)
            rng = np.random.default_rng(self.settings.descent.seed)
            width = rows.back.shape[1]
            weights = drawn(fitted.reading, self.settings.sizes, look_back=width, horizon=horizon, rng=rng)
            fitted.weights = fitted._trained(weights, rows, hidden=rng.random(len(rows.back)) < _HIDDEN_PLACES)
        return fitted

    def _trained(self, weights: Weights, rows: _Rows, *, hidden: NDArray[np.bool_]) -> Weights:
        horizon, examples = rows.horizon, rows.examples
        assert self.reading is not None
        blank = np.repeat(hidden, horizon)[:, None]
        codes = np.where(blank, self.reading.unplaced(rows.steps.codes), rows.steps.codes)
        seen = np.isfinite(examples.y)
        weight = np.where(seen, examples.weight, 0)
        weight = weight / weight[seen].mean()
        wanted = np.where(seen, examples.y, 0)
        by_window = [
            array.reshape(-1, horizon, *array.shape[1:])
            for array in (rows.steps.numbers, codes, rows.steps.usual, wanted.astype(np.float32), weight.astype(np.float32))
        ]
        words, levels = maths(), LEVELS

        def loss(pieces: Mapping[str, Any], batch: tuple[Any, ...]) -> Any:  # noqa: ANN401  # a tensor
            back, *steps = batch
            numbers, coded, usual, asked, counts = (step.flatten(0, 1) for step in steps)
            context = contexts(pieces, (back, coded[::horizon]), words, steps=horizon)
            median, gaps = said(pieces, (numbers, coded, usual), context.flatten(0, 1), maths=words)
            total = (asked - median).abs()
            for level, mark in zip(levels, quantiles(median.detach(), gaps), strict=True):
                if level != 0.5:  # the spread is learned around the median and does not pull at it
                    off = asked - mark
                    total = total + (level * off).maximum((level - 1) * off)
            return (counts * total).mean()

        return descended(weights, loss, (rows.back, *by_window), descent=self.settings.descent)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        return np.ascontiguousarray(self.quantiles(panel, origins, horizon)[..., LEVELS.index(0.5)])

    def quantiles(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return the network's own quantiles at ``LEVELS``, ``[origins, places, horizon, levels]``.

        They do not cross. Where there was too little to learn from, all are the seasonal profile.

        Raises:
            InputError: where more slots are asked for than the network was trained for.

        """
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        if self.reading is None:
            relative = np.repeat(profile(examples)[:, None], len(LEVELS), axis=1)
        elif horizon > self.horizon:
            raise InputError(
                f"The network was trained for {self.horizon} slots ahead; {horizon} were asked for.",
                hint=f"Train again with a horizon of {horizon}, or ask for {self.horizon}.",
            )
        else:
            rows = self._rows(panel, examples, horizon)
            relative = answered(self.weights, rows.back, rows.steps, trained=self.horizon)
        marks = [shaped(mark * examples.level, panel, cells=cells, horizon=horizon) for mark in relative.T]
        return np.stack(marks, axis=-1)

    def _rows(self, panel: SealedPanel, examples: Examples, horizon: int) -> _Rows:
        assert self.reading is not None
        first: Cells = examples.cells.take(slice(None, None, horizon))
        back = look_back(panel, Windows(first.place, first.origin), examples.level[::horizon])
        return _Rows(back, self.reading.read(examples), examples, horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the same model to be fitted on a ``share`` of the windows: good enough to measure errors with."""
        fewer = replace(self.settings, windows=int(self.settings.windows * share))
        return type(self)(self.builder, fewer)

    def to_parts(self) -> Parts:
        """This will return the weights as arrays, the settings, and how examples are read."""
        facts = {"features": self.builder.to_facts(), "settings": asdict(self.settings), "horizon": self.horizon}
        if self.reading is None:
            return Parts(self.kind, facts)
        arrays = {f"weights.{name}": array for name, array in self.weights.items()}
        arrays |= {"centre": self.reading.centre, "spread": self.reading.spread}
        return Parts(self.kind, facts | {"reading": self.reading.to_facts()}, arrays=arrays)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the weights and settings of ``parts``, the threads its own."""
        facts: Mapping[str, Any] = parts.facts
        try:
            found = facts["settings"]
            sizes = TideSizes(**{**found["sizes"], "hidden": tuple(found["sizes"]["hidden"])})
            descent = Descent(**{**found["descent"], "threads": self.settings.descent.threads})
            own = type(self)(self.builder, TideSettings(sizes, int(found["windows"]), descent), watch=self.watch)
            own.horizon = int(facts["horizon"])
            if "reading" in facts:
                own.reading = Reading.from_facts(facts["reading"], parts.arrays["centre"], parts.arrays["spread"])
                own.weights = parts.inner("weights", "", {}).arrays
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact's network cannot be read.", file="manifest.json") from fault
        if own.reading is not None and "steps" not in own.weights:
            raise ArtifactError("The artifact's network has no weights.", file="arrays.npz")
        return own
