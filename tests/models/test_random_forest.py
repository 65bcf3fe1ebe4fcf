from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.features.builder import DirectFeatures
from busyness.models.random_forest import RandomForest, leaf_medians
from busyness.models.regression import RegressionForecaster
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.workflows.wiring.restored import restored_member

FEW = RandomForest(n_estimators=5, min_samples_leaf=20)


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestRandomForest(MedianForecasterConformance):
    def make(self) -> RegressionForecaster:
        return RegressionForecaster(DirectFeatures(), FEW, kind="random_forest")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-50, 50), st.integers(1, 9)), min_size=1, max_size=60))
def test_a_leaf_says_its_weighted_median(rows: list[tuple[int, int, int]]) -> None:
    leaves, target, weight = (np.array(column) for column in zip(*rows, strict=True))
    order = np.argsort(target, kind="stable")
    found = leaf_medians(leaves, target.astype(float), weight=weight.astype(float), order=order, nodes=7)
    for leaf in range(7):
        inside = np.repeat(target[leaves == leaf], weight[leaves == leaf])
        assert found[leaf] == (np.sort(inside)[(len(inside) - 1) // 2] if len(inside) else 0)


def test_it_has_grown() -> None:
    fitted = TestRandomForest().fitted()
    assert len(fitted.regressor.trees.first) == 6
    shares = fitted.importance()
    assert abs(sum(shares.values()) - 1) < 1e-9
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
