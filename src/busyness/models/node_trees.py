"""Decision trees as plain arrays, so that scikit-learn's can be stored without a pickle and read by other versions of it.

Flat arrays hold the nodes of all trees one after the other. A row goes left where its feature is at most the threshold, or
not known and ``missing_left``; the trees' answers are added up in their order. scikit-learn's own compiled walk is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.tree._tree import NODE_DTYPE, Tree

_NO_CHILD = -1
_NO_FEATURE = -2


@dataclass(frozen=True)
class NodeTrees:
    """``first`` ``[trees + 1]`` says where each tree's nodes begin; the others have one value a node.

    ``left`` and ``right`` count within the tree, -1 in a leaf; ``value`` float64 is what a leaf adds, and of an inner node
    the mean of the leaves under it (zeros in trees that were stored before it was kept).
    """

    first: NDArray[np.int64]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    missing_left: NDArray[np.bool_]
    value: NDArray[np.float64]
    features: int

    @classmethod
    def joined(cls, trees: Iterable[Mapping[str, NDArray[Any]]], *, features: int) -> Self:
        """This will join trees given as arrays by the names above, over so many features."""
        each = list(trees)
        counts = [len(tree["feature"]) for tree in each]
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        kinds = {"feature": np.int32, "left": np.int32, "right": np.int32, "missing_left": np.bool_}
        nodes = {
            name: np.concatenate([np.asarray(tree[name], kinds.get(name, np.float64)) for tree in each])
            for name in ("feature", "threshold", "left", "right", "missing_left", "value")
        }
        return cls(first=first, features=features, **nodes)

    def added(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """This will return the sum of the trees' answers to each row, ``[rows]``."""
        table = np.ascontiguousarray(rows, np.float32)
        total = np.zeros(len(table))
        for tree in self._trees:
            total += tree.predict(table)[:, 0]
        return total

    def contributions(self, rows: NDArray[np.float32]) -> tuple[float, NDArray[np.float64]] | None:
        """This will return what the trees' roots add, and what each feature adds to each row, ``[rows, features]``.

        On a row's way from the root to a leaf every split moves the mean of the node, and its feature is given that step:
        the steps add up to the answer exactly (Saabas, "Interpreting random forests", 2014). None where the trees do not
        know the means of their inner nodes.
        """
        inner = self.left != _NO_CHILD
        if inner.any() and not self.value[inner].any():
            return None
        moved, begin = np.zeros((len(rows), self.features)), self.first[:-1]
        for root in begin:
            at = np.full(len(rows), root)
            while len(on := np.flatnonzero(inner[at])):
                node = at[on]
                asked = rows[on, self.feature[node]]
                left = np.where(np.isnan(asked), self.missing_left[node], asked <= self.threshold[node])
                at[on] = root + np.where(left, self.left[node], self.right[node])
                moved[on, self.feature[node]] += self.value[at[on]] - self.value[node]
        return float(self.value[begin].sum()), moved

    @cached_property
    def _trees(self) -> tuple[Tree, ...]:
        return tuple(self._tree(slice(*self.first[k : k + 2])) for k in range(len(self.first) - 1))

    def _tree(self, part: slice) -> Tree:
        """One of scikit-learn's trees over these nodes; what only growing needs stays zero."""
        nodes = np.zeros(part.stop - part.start, NODE_DTYPE)
        leaf = self.left[part] == _NO_CHILD
        nodes["left_child"], nodes["right_child"] = self.left[part], self.right[part]
        nodes["feature"] = np.where(leaf, _NO_FEATURE, self.feature[part])
        nodes["threshold"] = np.where(leaf, _NO_FEATURE, self.threshold[part])
        nodes["missing_go_to_left"] = self.missing_left[part]
        tree = Tree(self.features, np.ones(1, np.intp), 1)
        values = self.value[part].reshape(-1, 1, 1)
        tree.__setstate__({"max_depth": len(nodes), "node_count": len(nodes), "nodes": nodes, "values": values})
        return tree

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """This will return the arrays by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "features"}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, features: int) -> Self:
        """This will read what ``to_arrays`` wrote; nodes that lead out of their tree, or back, are refused.

        Raises:
            KeyError, ValueError: the arrays are not those of trees.

        """
        trees = cls(features=features, **{one.name: arrays[one.name] for one in fields(cls) if one.name != "features"})
        first, count = trees.first, np.diff(trees.first)
        nodes = {len(array) for name, array in trees.to_arrays().items() if name != "first"}
        if nodes != {int(first[-1])} or first[0] != 0 or (count < 1).any():
            raise ValueError("The arrays of the trees are of different lengths.")
        size, number = np.repeat(count, count), np.arange(first[-1]) - np.repeat(first[:-1], count)
        inner = trees.left != _NO_CHILD
        for child in (trees.left[inner], trees.right[inner]):
            if (child <= number[inner]).any() or (child >= size[inner]).any():
                raise ValueError("A node of a tree leads out of it, or back.")
        if ((trees.feature[inner] < 0) | (trees.feature[inner] >= features)).any():
            raise ValueError("A node of a tree asks for a feature that is not there.")
        return trees


def with_means(tree: Mapping[str, NDArray[Any]], rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """This will return a tree whose inner nodes hold the mean of the leaves under them, by so many ``rows`` of each node."""
    value, count = tree["value"].tolist(), np.asarray(rows, np.float64).tolist()
    left, right = tree["left"].tolist(), tree["right"].tolist()
    for node in reversed(range(len(value))):  # children come after their parent
        if left[node] != _NO_CHILD:
            one, other = left[node], right[node]
            both = count[one] + count[other]
            value[node] = (count[one] * value[one] + count[other] * value[other]) / both if both else value[one]
    return {**tree, "value": np.array(value)}
