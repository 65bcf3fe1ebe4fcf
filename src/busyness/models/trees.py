"""Direct tree models by LightGBM: one model answers all horizons, on demand divided by the place's level.

Half of the trees learn relative demand itself, half its distance from the seasonal profile, and the answer is their mean:
they err differently, around holidays above all, and together measured 2 to 3 % better than either with as many trees.
Trained on absolute errors weighted by the level: squared errors on scaled targets measured 35 % worse. Where counts are
small, the second half learns their mean instead (a Poisson count around the usual one), and answers with its median; few
rows of such counts grow small, slow trees and lean on the mean of the last weeks (few rows of large counts do not: there
that measured worse). Stored as LightGBM's own text. The same seed and thread count give the same trees bit for bit.
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
from busyness.models.continuing import grown_on, of_counts, of_demand, of_distance, recent_cells
from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile, usual
from busyness.models.small_counts import RARE, are_small_counts, dispersion, leaned, medians
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

DEMAND, DISTANCE, COUNTS = "demand", "distance", "counts"
AIMS = (DEMAND, DISTANCE, COUNTS)
"""What trees learn: relative demand, its distance from the seasonal profile, or the mean of small counts."""

_OF_COUNTS = ("poisson", "tweedie")
_LEAST_ROWS = 400
FEW_ROWS = 30_000
"""Of small counts: under so many rows, trees are smaller and learn more slowly."""

_SLOWER, _DRAWS = 0.3, 6
_ROWS_A_LEAF = 600
_LEAST_LEAVES = 15
_LEANING = 2_000.0  # rows with which half of the answer is the mean of the last weeks
_USUAL_FLOOR = 0.05
_SPREAD_ROWS = 20_000  # rows that the spread of counts is measured on


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How the trees are grown; see LightGBM's parameters of the same names. ``aims``: see ``AIMS``; none: as suits demand.

    An ``objective`` for counts, ``poisson`` or ``tweedie``, is that of the aim of the name; otherwise it is ``poisson``.
    """

    boosting: str = "gbdt"
    objective: str = "l1"
    aims: tuple[str, ...] = ()
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
        for name in ("trees", "aims", "threads", "sampling"):
            del own[name]
        if self.objective == "quantile":
            own["alpha"] = 0.5
        return own | {
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
        self.spread = 0.0  # of small counts around their mean, see ``small_counts``
        self.rows = 0
        self.horizon = 0
        self.grown: dict[str, int] = {}  # how many trees were fitted; those that were added later lie on top

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will grow the trees; with too few rows to learn from, the answer will be the seasonal profile."""
        builder = self.builder.prepared(panel)
        fitted = type(self)(builder, self.settings, kind=self.kind, watch=self.watch)
        fitted.horizon = horizon
        with self.watch.stage("features"):
            examples = builder.examples(panel, training_cells(panel, horizon, self.settings.sampling))
            examples = examples.take(np.flatnonzero(usable(examples)))
        fitted.rows = len(examples.y)
        if fitted.rows >= _LEAST_ROWS:
            with self.watch.stage("fit"):
                fitted.boosters = grow(examples, self.settings)
            fitted.grown = {aim: booster.num_trees() for aim, booster in fitted.boosters.items()}
            if COUNTS in fitted.boosters:
                some = examples.take(np.arange(0, fitted.rows, max(1, fitted.rows // _SPREAD_ROWS)))
                fitted.spread = dispersion(some.y * some.level, fitted._means(some))
        return fitted

    def continued(self, panel: SealedPanel) -> Self:
        """This will return the same trees with some more on top, grown on the last four weeks and some of the time before.

        A forest, whose trees are averaged, and a model without trees are fitted again.
        """
        horizon = self.horizon or panel.slots.length.per_week
        if not self.boosters or self.settings.boosting == "rf":
            return self.fit(panel, horizon)
        longer = type(self)(self.builder, self.settings, kind=self.kind, watch=self.watch)
        longer.horizon, longer.rows, longer.spread, longer.grown = horizon, self.rows, self.spread, self.grown
        with self.watch.stage("features"):
            examples = self.builder.examples(panel, recent_cells(panel, horizon, self.settings.sampling))
            examples = examples.take(np.flatnonzero(usable(examples)))
        longer.boosters = self._regrown(examples) if len(examples.y) >= _LEAST_ROWS else self.boosters
        return longer

    def _regrown(self, examples: Examples) -> dict[str, lightgbm.Booster]:
        fitting = suited(self.settings, examples) if COUNTS in self.boosters else self.settings
        counts = self.settings.objective if self.settings.objective in _OF_COUNTS else "poisson"
        usual_of = usual_count(examples)
        regrown = {}
        with self.watch.stage("fit"):
            for aim, booster in self.boosters.items():
                parameters = fitting.parameters() | ({"objective": counts} if aim == COUNTS else {})
                learned = of_counts(examples, usual_of, objective=counts) if aim == COUNTS else of_demand(examples)
                learned = of_distance(examples) if aim == DISTANCE else learned
                fitted = self.grown.get(aim, booster.num_trees())
                regrown[aim] = grown_on(booster, examples, parameters, fitted=fitted, aim=learned)
        return regrown

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        return shaped(self._relative(examples) * examples.level, panel, cells=cells, horizon=horizon)

    def _relative(self, examples: Examples) -> NDArray[np.float32]:
        """The median of each row relative to its level."""
        seasonal = profile(examples)
        if not self.boosters:
            return seasonal
        relative, whole = np.zeros_like(seasonal), np.float32(0)
        for aim, booster in self.boosters.items():
            share = np.float32(0.5 if aim == COUNTS and self.rows < FEW_ROWS else 1)
            if aim == COUNTS:
                said = medians(self._means(examples), self.spread) / examples.level
            else:
                said = np.asarray(booster.predict(examples.X, num_threads=self.settings.threads), np.float32)
            relative += share * (said + seasonal if aim == DISTANCE else said)
            whole += share
        relative /= whole
        return leaned(relative, examples, self.lean)

    @property
    def lean(self) -> float:
        """The share of the way to the mean of the last weeks that answers of small counts go, the larger the fewer rows."""
        return _LEANING / (self.rows + _LEANING) if COUNTS in self.boosters else 0.0

    def _means(self, examples: Examples) -> NDArray[np.float32]:
        """The mean count of each row, by the trees that learn it as a factor of the usual one."""
        factor = self.boosters[COUNTS].predict(examples.X, raw_score=True, num_threads=self.settings.threads)
        return np.asarray(np.exp(factor) * usual_count(examples), np.float32)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def lighter(self, share: float) -> TreeForecaster:
        """This will return the same model to be fitted on a ``share`` of the rows: good enough to measure errors with."""
        fewer = self.settings.sampling.lighter(share)
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
        facts = {"settings": asdict(self.settings), "rows": self.rows, "spread": self.spread}
        facts |= {"horizon": self.horizon, "grown": self.grown}
        return Parts(self.kind, {"features": self.builder.to_facts(), **facts}, texts)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the trees and settings of ``parts``."""
        facts: Mapping[str, Any] = parts.facts
        try:
            stored: Mapping[str, Any] = facts["settings"]
            composed = {"aims": tuple(stored.get("aims", ())), "sampling": Sampling(**stored["sampling"])}
            settings = TreeSettings(**{**stored, **composed, "threads": self.settings.threads})
            restored = type(self)(self.builder, settings, kind=self.kind)
            restored.rows, restored.spread = int(facts["rows"]), float(facts.get("spread", 0))
            restored.horizon, restored.grown = int(facts.get("horizon", 0)), dict(facts.get("grown", {}))
            texts = {name.removeprefix("trees."): text for name, text in parts.texts.items()}
            restored.boosters = {aim: lightgbm.Booster(model_str=texts[aim]) for aim in AIMS if aim in texts}
        except (KeyError, TypeError, lightgbm.basic.LightGBMError) as fault:
            raise ArtifactError("The artifact's trees cannot be read.", file="trees.txt") from fault
        return restored


def grow(examples: Examples, settings: TreeSettings) -> dict[str, lightgbm.Booster]:
    """This will grow the trees, the same number for each aim, as suits the number of rows and their demand."""
    aims = settings.aims or ((DEMAND, DISTANCE) if settings.boosting == "rf" else aims_for(examples))
    fitting = suited(settings, examples) if COUNTS in aims else settings
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
    for aim in aims:  # the features are binned once
        parameters = fitting.parameters()
        if aim == COUNTS:
            objective = settings.objective if settings.objective in _OF_COUNTS else "poisson"
            parameters |= {"objective": objective, "learning_rate": settings.learning_rate / 2}
            table.set_label(examples.y * examples.level).set_weight(None).set_init_score(np.log(usual_count(examples)))
        elif aim == DISTANCE:
            table.set_label(examples.y - profile(examples))
        boosters[aim] = lightgbm.train(parameters, table, max(1, fitting.trees // len(aims)))
    return boosters


def aims_for(examples: Examples) -> tuple[str, ...]:
    """This will return what trees are to learn from these rows: see ``AIMS``.

    Of rare counts (under five a slot) only the mean can be learned well, and that only from many rows.
    """
    demand = examples.y * examples.level
    if not are_small_counts(demand, examples.level):
        return (DEMAND, DISTANCE)
    rare = are_small_counts(demand, examples.level, under=RARE)
    return (COUNTS,) if rare and len(demand) >= FEW_ROWS else (DEMAND, COUNTS)


def suited(settings: TreeSettings, examples: Examples) -> TreeSettings:
    """This will return the settings for these rows of small counts: with few, more and smaller trees that each learn less.

    What all places share on one day is one draw of chance however many they are: a leaf must hold more than one.
    """
    rows, places = len(examples.y), len(np.unique(examples.cells.place))
    if rows >= FEW_ROWS:
        return settings
    return replace(
        settings,
        num_leaves=min(settings.num_leaves, max(_LEAST_LEAVES, rows // _ROWS_A_LEAF)),
        min_data_in_leaf=max(settings.min_data_in_leaf, min(_DRAWS * places, rows // (2 * _LEAST_LEAVES))),
        learning_rate=settings.learning_rate * _SLOWER,
        trees=settings.trees * 3 // 2,
    )


def usual_count(examples: Examples) -> NDArray[np.float32]:
    """This will return the usual count of each row, above zero: what the mean is learned as a factor of."""
    return np.asarray(np.maximum(usual(examples), _USUAL_FLOOR) * examples.level, np.float32)
