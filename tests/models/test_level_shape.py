from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from busyness.features.builder import DirectFeatures
from busyness.models.level_shape import LevelShapeRidge
from busyness.models.regression import RegressionForecaster
from busyness.models.sampling import training_cells
from busyness.models.seasonal import profile
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.wiring.restored import restored_member


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestLevelShape(MedianForecasterConformance):
    def make(self) -> RegressionForecaster:
        return RegressionForecaster(DirectFeatures(), LevelShapeRidge(), kind="ridge")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def seen() -> Examples:
    panel = tiny_city().sealed()
    fitted = TestLevelShape().make()
    examples = fitted.builder.prepared(panel).examples(panel, training_cells(panel, 72, fitted.sampling))
    return examples.take(np.isfinite(examples.y))


def test_it_finds_the_products_that_made_the_target() -> None:
    examples = seen()
    move = np.log(np.clip(np.nan_to_num(examples.column("trend_168h"), nan=1.0), np.exp(-1), np.exp(1)))
    made = replace(examples, y=np.asarray(profile(examples) * (0.3 * move + 0.1), np.float32))
    fitted = LevelShapeRidge(alpha=1e-9).fit(made)
    said = fitted.predict(made)
    assert np.abs(said - made.y).mean() < 0.02 * np.abs(made.y).mean()
    assert {"trend_168h", "median_8"} <= set(sorted(fitted.shares, key=lambda name: -fitted.shares[name])[:6])


def test_a_few_wild_rows_hardly_move_it() -> None:
    examples = seen()
    calm = replace(examples, y=np.asarray(0.2 * profile(examples), np.float32))
    wild = calm.y.copy()
    wild[::50] = 30
    said = LevelShapeRidge().fit(replace(calm, y=wild)).predict(calm)
    assert np.abs(said - calm.y).mean() < 0.05


def test_with_a_heavy_penalty_it_is_the_profile() -> None:
    examples = seen()
    assert np.abs(LevelShapeRidge(alpha=1e9).fit(examples).predict(examples)).max() < 1e-4
