from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from busyness.features.builder import DirectFeatures
from busyness.models.tree_objectives import OBJECTIVES, with_objective
from busyness.models.trees import COUNTS, DEMAND, DISTANCE, TreeForecaster, TreeSettings
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.wiring.restored import restored_member

FEW = TreeSettings(trees=12)


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


def member(objective: str) -> TreeForecaster:
    return TreeForecaster(DirectFeatures(), with_objective(FEW, objective), kind=objective)


class TestTweedie(MedianForecasterConformance):
    def make(self) -> TreeForecaster:
        return member("tweedie")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


class TestQuantile(MedianForecasterConformance):
    def make(self) -> TreeForecaster:
        return member("quantile")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_objective_is_learned_and_remembered(objective: str) -> None:
    panel = tiny_city().sealed()
    fitted = member(objective).fit(panel, 72)
    assert set(fitted.boosters) == ({COUNTS} if objective in {"poisson", "tweedie"} else {DEMAND, DISTANCE})
    learned = {"l1": "regression_l1"}.get(objective, objective)
    for booster in fitted.boosters.values():
        assert booster.model_to_string().split("objective=")[1].split()[0] in {learned, objective}
    again = restored_member(fitted.to_parts(), 1)
    assert (again.medians(panel, [panel.origin], 72) == fitted.medians(panel, [panel.origin], 72)).all()
    assert again.settings == replace(fitted.settings, threads=1)


def test_the_quantile_is_the_median() -> None:
    panel = tiny_city().sealed()
    one, other = (member(name).fit(panel, 72).medians(panel, [panel.origin], 72) for name in ("quantile", "l1"))
    assert np.abs(one - other).mean() < 0.1 * other.mean()


def test_an_artifact_from_before_there_were_objectives_is_read() -> None:
    fitted = TreeForecaster(DirectFeatures(), FEW).fit(tiny_city().sealed(), 72)
    parts = fitted.to_parts()
    old = {name: value for name, value in parts.facts["settings"].items() if name not in {"objective", "aims"}}
    again = restored_member(replace(parts, facts={**parts.facts, "settings": old}), 1)
    assert again.settings == FEW
