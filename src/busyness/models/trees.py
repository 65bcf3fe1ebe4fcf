"""Direct tree models by LightGBM: one model answers all horizons, on demand divided by the place's level.

Half of the trees learn relative demand itself, half its distance from the seasonal profile, and the answer is their mean:
they err differently, around holidays above all, and together measured 2 to 3 % better than either with as many trees.
Trained on absolute errors weighted by the level: squared errors on scaled targets measured 35 % worse. Stored as
LightGBM's own text. The same seed and thread count give the same trees bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped, usable
from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile
from busyness.tables.examples import Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

try:
    import lightgbm
except OSError as fault:  # the wheel is there but the system's OpenMP is not
    raise InputError(
        "LightGBM needs the system library libgomp, which is missing.",
        hint="Debian and Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp; macOS: brew install libomp.",
    ) from fault

DEMAND, DISTANCE = "demand", "distance"
AIMS = (DEMAND, DISTANCE)
"""What trees learn: relative demand, or its distance from the seasonal profile."""

_LEAST_ROWS = 400


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How the trees are grown; see LightGBM's parameters of the same names."""

    boosting: str = "gbdt"
    trees: int = 220
    learning_rate: float = 0.1
    num_leaves: int = 63
    min_data_in_leaf: int = 40
    feature_fraction: float = 0.6
    bagging_fraction: float = 0.7
    max_bin: int = 63
    seed: int = 0
    threads: int = 1
    sampling: Sampling = field(default_factory=Sampling)

    def parameters(self) -> dict[str, Any]:
        """This will return LightGBM's parameters."""
        own = asdict(self)
        for name in ("trees", "threads", "sampling"):
            del own[name]
        return own | {
            "objective": "l1",
            "bagging_freq": 1,
            "num_threads": self.threads,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }


class TreeForecaster:
    """Gradient boosting or a random forest over the examples of a feature builder."""

    def __init__(
        self, builder: FeatureBuilder, settings: TreeSettings, *, kind: str = "boosted", watch: Stopwatch | None = None
    ) -> None:
        self.kind = kind
        self.builder = builder
        self.settings = settings
        self.watch = watch or Stopwatch()
        self.boosters: dict[str, lightgbm.Booster] = {}  # by what they learn, see AIMS
        self.rows = 0

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will grow the trees; with too few rows to learn from, the answer will be the seasonal profile."""
        builder = self.builder.prepared(panel)
        fitted = type(self)(builder, self.settings, kind=self.kind, watch=self.watch)
        with self.watch.stage("features"):
            examples = builder.examples(panel, training_cells(panel, horizon, self.settings.sampling))
            examples = examples.take(np.flatnonzero(usable(examples)))
        fitted.rows = len(examples.y)
        if fitted.rows >= _LEAST_ROWS:
            with self.watch.stage("fit"):
                fitted.boosters = grow(examples, self.settings)
        return fitted

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        usual = profile(examples)
        relative = np.zeros_like(usual) if self.boosters else usual
        for aim, booster in self.boosters.items():
            said = np.asarray(booster.predict(examples.X, num_threads=self.settings.threads), np.float32)
            relative += (said + usual if aim == DISTANCE else said) / np.float32(len(self.boosters))
        return shaped(relative * examples.level, panel, cells=cells, horizon=horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> TreeForecaster:
        """This will return the same model to be fitted on a ``share`` of the rows: good enough to measure errors with."""
        rows = self.settings.sampling
        fewer = replace(
            rows, rows=int(rows.rows * share), per_place=int(rows.per_place * share), most=int(rows.most * share)
        )
        return type(self)(self.builder, replace(self.settings, sampling=fewer), kind=self.kind)

    def importance(self) -> dict[str, float]:
        """This will return each feature's share of the total gain, the largest first; empty when nothing was grown."""
        total: dict[str, float] = {}
        for booster in self.boosters.values():
            gain = np.asarray(booster.feature_importance("gain"), np.float64)
            for name, share in zip(booster.feature_name(), gain / max(gain.sum(), 1e-12), strict=True):
                total[name] = total.get(name, 0.0) + float(share) / len(self.boosters)
        return dict(sorted(total.items(), key=lambda pair: -pair[1]))

    def to_parts(self) -> Parts:
        """This will return the trees as LightGBM's text, the settings and the feature specification."""
        texts = {f"trees.{aim}": booster.model_to_string() for aim, booster in self.boosters.items()}
        return Parts(
            self.kind, {"features": self.builder.to_facts(), "settings": asdict(self.settings), "rows": self.rows}, texts
        )

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the trees and settings of ``parts``."""
        facts: Mapping[str, Any] = parts.facts
        try:
            settings = TreeSettings(**{**facts["settings"], "sampling": Sampling(**facts["settings"]["sampling"])})
            settings = replace(settings, threads=self.settings.threads)
            restored = type(self)(self.builder, settings, kind=self.kind)
            restored.rows = int(facts["rows"])
            texts = {name.removeprefix("trees."): text for name, text in parts.texts.items()}
            restored.boosters = {aim: lightgbm.Booster(model_str=texts[aim]) for aim in AIMS if aim in texts}
        except (KeyError, TypeError, lightgbm.basic.LightGBMError) as fault:
            raise ArtifactError("The artifact's trees cannot be read.", file="trees.txt") from fault
        return restored


def grow(examples: Examples, settings: TreeSettings) -> dict[str, lightgbm.Booster]:
    """This will grow half of the trees on relative demand and half on its distance from the profile, weighted by level."""
    table = lightgbm.Dataset(
        examples.X,
        examples.y,
        weight=examples.weight,
        feature_name=list(examples.names),
        categorical_feature=list(examples.categorical),
        free_raw_data=False,
        params={"max_bin": settings.max_bin, "verbose": -1, "num_threads": settings.threads},
    )
    boosters = {}
    for aim in AIMS:  # the features are binned once
        table.set_label(examples.y - profile(examples) if aim == DISTANCE else examples.y)
        boosters[aim] = lightgbm.train(settings.parameters(), table, max(1, settings.trees // len(AIMS)))
    return boosters
