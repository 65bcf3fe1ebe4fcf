from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from busyness.features.builder import DirectFeatures
from busyness.models.histogram_boosting import HistogramBoosting, bin_edges, binned
from busyness.models.regression import RegressionForecaster
from busyness.models.sampling import training_cells
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.wiring.restored import restored_member

FEW = HistogramBoosting(max_iter=10, max_leaf_nodes=15)


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestHistogramBoosting(MedianForecasterConformance):
    def make(self) -> RegressionForecaster:
        return RegressionForecaster(DirectFeatures(), FEW, kind="histogram")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def seen() -> Examples:
    panel = tiny_city().sealed()
    fitted = TestHistogramBoosting().make()
    examples = fitted.builder.prepared(panel).examples(panel, training_cells(panel, 72, fitted.sampling))
    return examples.take(np.isfinite(examples.y))


def test_it_answers_as_scikit_learn_does() -> None:
    examples = seen()
    theirs = HistGradientBoostingRegressor(
        loss="absolute_error",
        early_stopping=False,
        random_state=0,
        max_iter=10,
        max_leaf_nodes=15,
        learning_rate=FEW.learning_rate,
        max_features=0.6,
        max_bins=63,
        min_samples_leaf=40,
    )
    table = binned(examples.X, [bin_edges(column, 63) for column in examples.X.T])
    theirs.fit(table, examples.y, sample_weight=examples.weight)
    ours = FEW.fit(examples)
    assert (ours.predict(examples) == theirs.predict(table).astype(np.float32)).all()


def test_values_move_up_to_the_next_edge() -> None:
    column = np.array([1, 2, 3, 4, np.nan, 100], np.float32)
    edges = bin_edges(column, 3)
    assert edges.tolist() == [1, 3, 100]
    assert np.array_equal(binned(column[:, None], [edges])[:, 0], [1, 3, 3, 100, np.nan, 100], equal_nan=True)
    assert bin_edges(np.full(3, np.nan, np.float32), 3).tolist() == [0]


def test_missing_values_go_where_they_were_learned() -> None:
    examples = seen()
    ours = FEW.fit(examples)
    hidden = examples.X.copy()
    hidden[:, [examples.names.index("weeks_back_1"), examples.names.index("median_8")]] = np.nan
    gone = Examples(
        hidden, examples.names, examples.categorical, examples.y, examples.weight, examples.level, examples.cells
    )
    assert np.isfinite(ours.predict(gone)).all()
    assert (ours.predict(gone) != ours.predict(examples)).any()


def test_what_it_learned_from_is_known() -> None:
    fitted = TestHistogramBoosting().fitted()
    shares = fitted.importance()
    assert sum(shares.values()) == 1 or abs(sum(shares.values()) - 1) < 1e-9
    assert set(list(shares)[:30]) & {"weeks_back_1", "mean_4", "mean_8", "last_7_days"}
    assert fitted.regressor.trees is not None
    assert len(fitted.regressor.trees.first) == 11
