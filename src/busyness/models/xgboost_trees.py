"""XGBoost on absolute errors: trees split by histograms, leaves answer with medians. Stored in its own JSON; what is
damaged in its binary form ends the process.

Missing values go the way that served the training rows best. The number of a holiday's name is read as a number.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts

try:
    import xgboost
except ModuleNotFoundError:
    xgboost = None

_MODEL = "model"


@dataclass(frozen=True)
class XGBoostTrees:
    """Parameters as XGBoost names them, ``rounds`` trees. ``booster`` is what was learned."""

    rounds: int = 150
    eta: float = 0.12
    max_leaves: int = 63
    min_child_weight: float = 1.0
    subsample: float = 0.7
    colsample_bytree: float = 0.6
    max_bin: int = 64
    seed: int = 0
    threads: int = 1
    booster: Any = None

    def __post_init__(self) -> None:
        if xgboost is None:
            raise MissingExtraError("XGBoost", "xgboost")

    def fit(self, examples: Examples) -> Self:
        """This will grow the trees one after the other, each on what the ones before left over."""
        own = {name: value for name, value in self._facts().items() if name != "rounds"}
        parameters = own | {
            "objective": "reg:absoluteerror",
            "tree_method": "hist",
            "grow_policy": "lossguide",
            "max_depth": 0,
            "nthread": self.threads,
        }
        weight = examples.weight / max(float(np.mean(examples.weight)), 1e-9)  # min_child_weight counts in usual rows
        named = {"feature_names": list(examples.names), "nthread": self.threads}
        table = xgboost.QuantileDMatrix(examples.X, examples.y, weight=weight, max_bin=self.max_bin, **named)
        return replace(self, booster=xgboost.train(parameters, table, self.rounds))

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will add the trees' answers to the median they started from."""
        return np.asarray(self.booster.inplace_predict(examples.X, validate_features=False), np.float32)

    def contributions(self, examples: Examples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """This will return where the answers start and what each feature adds: Shapley values, by XGBoost itself."""
        table = xgboost.DMatrix(examples.X, feature_names=list(examples.names), nthread=self.threads)
        found = np.asarray(self.booster.predict(table, pred_contribs=True), np.float64)
        return found[:, -1], found[:, :-1]

    def importance(self) -> dict[str, float]:
        """This will return how much each feature lowered the errors of the training rows, all trees together."""
        return {str(name): float(gain) for name, gain in self.booster.get_score(importance_type="total_gain").items()}

    def to_parts(self) -> Parts:
        """This will return the trees as XGBoost writes them."""
        return Parts("", self._facts(), texts={_MODEL: bytes(self.booster.save_raw(raw_format="json")).decode()})

    def restored(self, parts: Parts) -> Self:
        """This will return the regressor of these parts."""
        booster = xgboost.Booster({"nthread": self.threads})
        try:
            text = parts.texts[_MODEL]
            booster.load_model(bytearray((text or "null").encode()))  # nothing at all would end the process
        except (KeyError, xgboost.core.XGBoostError) as fault:
            raise ArtifactError("The artifact's trees cannot be read.", file=f"{_MODEL}.txt") from fault
        return replace(self, booster=booster, **parts.facts)

    def _facts(self) -> dict[str, Any]:
        own = asdict(replace(self, booster=None))
        return {name: value for name, value in own.items() if name not in {"threads", "booster"}}
