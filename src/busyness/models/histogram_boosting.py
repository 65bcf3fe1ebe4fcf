"""scikit-learn's histogram gradient boosting, on absolute errors. Its trees are stored as arrays.

Missing values go the way that served the training rows best. The number of a holiday's name is read as a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from busyness.models.node_trees import NodeTrees, with_means
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts


@dataclass(frozen=True)
class HistogramBoosting:
    """Parameters as scikit-learn names them. ``trees``, ``start`` and ``gains`` by feature are what was learned."""

    max_iter: int = 120
    learning_rate: float = 0.15
    max_leaf_nodes: int = 63
    min_samples_leaf: int = 40
    max_features: float = 0.6
    max_bins: int = 63
    seed: int = 0
    threads: int = 1
    trees: NodeTrees | None = None
    start: float = 0.0
    gains: Mapping[str, float] | None = None

    def fit(self, examples: Examples) -> Self:
        """This will grow the trees one after the other, each on what the ones before left over."""
        names = ("max_iter", "learning_rate", "max_leaf_nodes", "min_samples_leaf", "max_features", "max_bins")
        grown = HistGradientBoostingRegressor(
            loss="absolute_error",
            early_stopping=False,
            random_state=self.seed,
            **{name: getattr(self, name) for name in names},
        )
        edges = [bin_edges(column, self.max_bins) for column in examples.X.T]
        table = binned(examples.X, edges)
        with threadpool_limits(self.threads):
            grown.fit(table, examples.y, sample_weight=examples.weight)
        nodes = [predictor.nodes for (predictor,) in grown._predictors]
        arrays = [with_means(_arrays(tree, edges), tree["count"]) for tree in nodes]
        trees = NodeTrees.joined(arrays, features=examples.X.shape[1])
        gains = np.zeros(examples.X.shape[1])
        for tree in nodes:
            inner = tree[tree["is_leaf"] == 0]
            np.add.at(gains, inner["feature_idx"], inner["gain"])
        by_name = {name: float(gain) for name, gain in zip(examples.names, gains, strict=True)}
        return replace(self, trees=trees, start=float(grown._baseline_prediction[0, 0]), gains=by_name)

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will add the trees' answers to the weighted median they started from."""
        assert self.trees is not None
        return np.asarray(self.start + self.trees.added(examples.X), np.float32)

    def contributions(self, examples: Examples) -> tuple[float, NDArray[np.float64]] | None:
        """This will return where the answers start and what each feature adds, as ``NodeTrees`` does."""
        assert self.trees is not None
        found = self.trees.contributions(examples.X)
        return found and (self.start + found[0], found[1])

    def importance(self) -> dict[str, float]:
        """This will return how much each feature lowered the errors of the training rows, all trees together."""
        return dict(self.gains or {})

    def to_parts(self) -> Parts:
        """This will return the trees as arrays."""
        assert self.trees is not None
        own = {name: value for name, value in asdict(replace(self, trees=None)).items() if name not in {"threads", "trees"}}
        return Parts("", {**own, "features": self.trees.features}, arrays=self.trees.to_arrays())

    def restored(self, parts: Parts) -> Self:
        """This will return the regressor of these parts."""
        facts: dict[str, Any] = dict(parts.facts)
        trees = NodeTrees.from_arrays(parts.arrays, features=int(facts.pop("features")))
        return replace(self, trees=trees, **facts)


def bin_edges(column: NDArray[np.float32], bins: int) -> NDArray[np.float32]:
    """This will return up to ``bins`` values of a column, the largest among them, with as many rows between each two."""
    seen = column[np.isfinite(column)]
    if not len(seen):
        return np.zeros(1, np.float32)
    return np.unique(np.quantile(seen, np.linspace(0, 1, bins), method="inverted_cdf"))


def binned(rows: NDArray[np.float32], edges: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """This will move every value up to the next edge of its column; a column without any value becomes its edge.

    scikit-learn's own bins of weighted rows were measured to take longer than all the trees.
    """
    moved = np.empty_like(rows)
    for k, edge in enumerate(edges):
        column = rows[:, k]
        there = np.isfinite(column)
        up = edge[np.minimum(np.searchsorted(edge, column), len(edge) - 1)]
        moved[:, k] = np.where(there, up, np.nan) if there.any() else edge[0]
    return moved


def _arrays(nodes: NDArray[Any], edges: Sequence[NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """The nodes; a threshold between two edges becomes the lower one, so that values between them go where they went."""
    leaf = nodes["is_leaf"] == 1
    threshold = np.zeros(len(nodes))
    for at in np.flatnonzero(~leaf):
        edge = edges[nodes["feature_idx"][at]]
        below = np.searchsorted(edge, nodes["num_threshold"][at], side="right") - 1
        threshold[at] = edge[max(below, 0)]
    return {
        "feature": nodes["feature_idx"],
        "threshold": threshold,
        "left": np.where(leaf, -1, nodes["left"].astype(np.int64)),
        "right": np.where(leaf, -1, nodes["right"].astype(np.int64)),
        "missing_left": nodes["missing_go_to_left"],
        "value": np.where(leaf, nodes["value"], 0),
    }
