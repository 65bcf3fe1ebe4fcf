from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.features.builder import DirectFeatures
from busyness.models import xgboost_trees
from busyness.models.regression import RegressionForecaster
from busyness.models.xgboost_trees import XGBoostTrees
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.workflows.wiring import restored_member

pytest.importorskip("xgboost")


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestXGBoostTrees(MedianForecasterConformance):
    def make(self) -> RegressionForecaster:
        return RegressionForecaster(DirectFeatures(), XGBoostTrees(rounds=10, max_leaves=15), kind="xgboost")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def test_its_features_have_their_names() -> None:
    shares = TestXGBoostTrees().fitted().importance()
    assert {"weeks_back_1", "mean_4", "mean_8", "last_7_days"} & set(shares)


def test_damaged_trees_are_refused() -> None:
    parts = TestXGBoostTrees().fitted().to_parts()
    cut = {name: array[: len(array) // 2] for name, array in parts.arrays.items()}
    with pytest.raises(ArtifactError, match="trees cannot be read"):
        restored_member(replace(parts, arrays=cut), 1)
    empty = {name: np.zeros(0, np.uint8) for name in parts.arrays}
    with pytest.raises(ArtifactError):
        restored_member(replace(parts, arrays=empty), 1)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xgboost_trees, "xgboost", None)
    with pytest.raises(MissingExtraError, match=r"busyness\[xgboost\]"):
        XGBoostTrees()
