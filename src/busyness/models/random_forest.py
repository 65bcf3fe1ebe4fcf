"""scikit-learn's random forest, its leaves answering with medians. Its trees are stored as arrays.

Trees that split by absolute errors take five times as long, so squared errors of targets cut at their outer percentiles
choose the splits; then every leaf answers with the weighted median of all training rows that end in it, as in a quantile
regression forest (Meinshausen 2006), and the forest with the mean over its trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from busyness.models.node_trees import NodeTrees, with_means
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts

_CUT = (0.005, 0.995)


@dataclass(frozen=True)
class RandomForest:
    """Parameters as scikit-learn names them. ``trees`` and ``shares`` by feature are what was learned."""

    n_estimators: int = 30
    min_samples_leaf: int = 10
    max_features: float = 0.3
    max_samples: float = 0.3
    seed: int = 0
    threads: int = 1
    trees: NodeTrees | None = None
    shares: Mapping[str, float] | None = None

    def fit(self, examples: Examples) -> Self:
        """This will grow the trees side by side, each on its own draw of the rows, and put medians into their leaves."""
        target, weight = examples.y.astype(np.float64), examples.weight.astype(np.float64)
        weight /= weight.mean()  # scikit-learn reads ``max_samples`` as a share of their sum
        names = ("n_estimators", "min_samples_leaf", "max_features", "max_samples")
        chosen = {name: getattr(self, name) for name in names}
        grown = RandomForestRegressor(random_state=self.seed, n_jobs=self.threads, **chosen)
        grown.fit(examples.X, np.clip(target, *np.quantile(target, _CUT)), sample_weight=weight)
        order = np.argsort(target, kind="stable")
        trees = []
        for one in grown.estimators_:
            nodes = one.tree_.__getstate__()["nodes"]
            leaves = one.tree_.apply(examples.X)
            medians = leaf_medians(leaves, target, weight=weight, order=order, nodes=len(nodes))
            trees.append(with_means(_arrays(nodes) | {"value": medians}, nodes["n_node_samples"]))
        shares = {name: float(share) for name, share in zip(examples.names, grown.feature_importances_, strict=True)}
        return replace(self, trees=NodeTrees.joined(trees, features=examples.X.shape[1]), shares=shares)

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will return the mean of the trees' answers."""
        assert self.trees is not None
        return np.asarray(self.trees.added(examples.X) / (len(self.trees.first) - 1), np.float32)

    def contributions(self, examples: Examples) -> tuple[float, NDArray[np.float64]] | None:
        """This will return where the answers start and what each feature adds, as ``NodeTrees`` does."""
        assert self.trees is not None
        found, count = self.trees.contributions(examples.X), len(self.trees.first) - 1
        return found and (found[0] / count, found[1] / count)

    def importance(self) -> dict[str, float]:
        """This will return by how much each feature's splits lowered the squared errors, as shares."""
        return dict(self.shares or {})

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


def leaf_medians(
    leaves: NDArray[np.int64],
    target: NDArray[np.float64],
    *,
    weight: NDArray[np.float64],
    order: NDArray[np.int64],
    nodes: int,
) -> NDArray[np.float64]:
    """This will return the weighted (lower) median target of the rows of each leaf, ``[nodes]``; 0 where there are none.

    ``order`` sorts the targets.
    """
    by_leaf = order[np.argsort(leaves[order], kind="stable")]
    leaf, heavy = leaves[by_leaf], np.cumsum(weight[by_leaf])
    start = np.flatnonzero(np.diff(leaf, prepend=-1))
    before = np.where(start > 0, heavy[start - 1], 0)
    whole = heavy[np.append(start[1:], len(leaf)) - 1] - before
    middle = np.minimum(np.searchsorted(heavy, before + whole / 2), np.append(start[1:], len(leaf)) - 1)
    found = np.zeros(nodes)
    found[leaf[start]] = target[by_leaf[np.maximum(middle, start)]]
    return found


def _arrays(nodes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {
        "feature": nodes["feature"],
        "threshold": nodes["threshold"],
        "left": nodes["left_child"],
        "right": nodes["right_child"],
        "missing_left": nodes["missing_go_to_left"],
    }
