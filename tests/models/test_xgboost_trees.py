from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.features.builder import DirectFeatures
from busyness.models import xgboost_trees
from busyness.models.regression import RegressionForecaster
from busyness.models.xgboost_trees import XGBoostTrees
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.workflows.wiring.restored import restored_member

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
    for damaged in (lambda text: text[: len(text) // 2], lambda text: "", lambda text: "{}"):
        texts = {name: damaged(text) for name, text in parts.texts.items()}
        with pytest.raises(ArtifactError, match="trees cannot be read"):
            restored_member(replace(parts, texts=texts), 1)
    with pytest.raises(ArtifactError, match="trees cannot be read"):
        restored_member(replace(parts, texts={}), 1)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xgboost_trees, "xgboost", None)
    with pytest.raises(MissingExtraError, match=r"busyness\[xgboost\]"):
        XGBoostTrees()
