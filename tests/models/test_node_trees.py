from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from busyness.models.node_trees import NodeTrees

STUMP = {"feature": [1, -2, -2], "threshold": [0.5, 0, 0], "left": [1, -1, -1], "right": [2, -1, -1]}
BELOW = {**STUMP, "missing_left": [True, False, False], "value": [0, -1, 1]}
LEAF = {"feature": [-2], "threshold": [0], "left": [-1], "right": [-1], "missing_left": [False], "value": [10]}


def two() -> NodeTrees:
    return NodeTrees.joined([{k: np.array(v) for k, v in tree.items()} for tree in (BELOW, LEAF)], features=2)


def rows(*second: float) -> NDArray[np.float32]:
    return np.array([[0, value] for value in second], np.float32)


def test_the_trees_answers_are_added_up() -> None:
    assert two().added(rows(0.4, 0.5, 0.6, np.nan)).tolist() == [9, 9, 11, 9]


def test_arrays_bring_them_back() -> None:
    again = NodeTrees.from_arrays(two().to_arrays(), features=2)
    assert again.added(rows(0.4, 0.6)).tolist() == [9, 11]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("left", [5, -1, -1, -1]),
        ("right", [0, -1, -1, -1]),
        ("left", [1, -1, -1]),
        ("feature", [2, -2, -2, -2]),
        ("first", [0, 3, 5]),
    ],
)
def test_nodes_that_lead_astray_are_refused(name: str, values: list[int]) -> None:
    broken = replace(two(), **{name: np.array(values)}).to_arrays()
    with pytest.raises(ValueError, match="tree"):
        NodeTrees.from_arrays(broken, features=2)
