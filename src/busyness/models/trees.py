"""Direct tree models by LightGBM: one model answers all horizons, on demand divided by the place's level.

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

_LEAST_ROWS = 400


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How the trees are grown; see LightGBM's parameters of the same names."""

    boosting: str = "gbdt"
    trees: int = 200
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
        self.booster: lightgbm.Booster | None = None
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
                fitted.booster = grow(examples, self.settings)
        return fitted

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        if self.booster is None:
            relative = profile(examples)
        else:
            relative = np.asarray(self.booster.predict(examples.X, num_threads=self.settings.threads), np.float32)
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
        if self.booster is None:
            return {}
        gain = np.asarray(self.booster.feature_importance("gain"), np.float64)
        shares = zip(self.booster.feature_name(), gain / max(gain.sum(), 1e-12), strict=True)
        return {name: float(share) for name, share in sorted(shares, key=lambda pair: -pair[1])}

    def to_parts(self) -> Parts:
        """This will return the trees as LightGBM's text, the settings and the feature specification."""
        texts = {} if self.booster is None else {"trees": self.booster.model_to_string()}
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
            if "trees" in parts.texts:
                restored.booster = lightgbm.Booster(model_str=parts.texts["trees"])
        except (KeyError, TypeError, lightgbm.basic.LightGBMError) as fault:
            raise ArtifactError("The artifact's trees cannot be read.", file="trees.txt") from fault
        return restored


def grow(examples: Examples, settings: TreeSettings) -> lightgbm.Booster:
    """This will grow trees on relative demand, weighted by level."""
    table = lightgbm.Dataset(
        examples.X,
        examples.y,
        weight=examples.weight,
        feature_name=list(examples.names),
        categorical_feature=list(examples.categorical),
        params={"max_bin": settings.max_bin, "verbose": -1, "num_threads": settings.threads},
    )
    return lightgbm.train(settings.parameters(), table, settings.trees)
