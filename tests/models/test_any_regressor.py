from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import ElasticNet, HuberRegressor, LogisticRegression, Ridge, SGDRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.svm import LinearSVR

from busyness.domain.errors import ArtifactError, InputError, SettingsError
from busyness.domain.stopwatch import Stopwatch
from busyness.features.builder import DirectFeatures
from busyness.models.any_regressor import AnyRegressor, checked_class
from busyness.models.regression import RegressionForecaster
from busyness.models.sampling import Sampling
from busyness.tables.examples import Cells, Examples
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import maker
from busyness.workflows.wiring.restored import restored_member

RIDGE = "sklearn.linear_model.Ridge"


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestRidgeByName(MedianForecasterConformance):
    def make(self) -> RegressionForecaster:
        return RegressionForecaster(DirectFeatures(), AnyRegressor(Ridge, RIDGE, {"alpha": 10.0}), kind="regressor")

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def rows(count: int = 400, *, columns: int = 4, seed: int = 0) -> Examples:
    """Rows of a linear truth, a tenth of the values missing, and a category."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, columns)).astype(np.float32)
    X[:, -1] = rng.integers(0, 3, count)
    y = (X[:, 0] - 0.5 * X[:, 1] + (X[:, -1] == 1) + 0.05 * rng.normal(size=count)).astype(np.float32)
    X[rng.random(X.shape) < 0.1] = np.nan
    weight = rng.gamma(2, 1, count).astype(np.float32)
    number = np.arange(count, dtype=np.int32)
    names = (*(f"f{k}" for k in range(columns - 1)), "kind")
    return Examples(X, names, ("kind",), y, weight, weight, Cells(number, number, np.zeros(count, np.int32)))


STORED = [
    (Ridge, {}),
    (ElasticNet, {"alpha": 0.01}),
    (HuberRegressor, {"max_iter": 2000}),
    (LinearSVR, {"max_iter": 100_000, "dual": True}),
    (SGDRegressor, {}),
    (MLPRegressor, {"hidden_layer_sizes": 8, "max_iter": 1000, "tol": 1e-2, "learning_rate_init": 0.02}),
    (KNeighborsRegressor, {"algorithm": "brute"}),
]


@pytest.mark.parametrize(("kind", "arguments"), STORED, ids=lambda value: getattr(value, "__name__", ""))
def test_it_learns_and_survives_a_round_trip(kind: type, arguments: Mapping[str, Any]) -> None:
    examples = rows()
    fitted = AnyRegressor(kind, kind.__name__, arguments).fit(examples)
    said = fitted.predict(examples)
    assert np.isfinite(said).all()
    assert np.abs(said - examples.y).mean() < 0.75 * np.abs(examples.y - np.median(examples.y)).mean()
    parts = fitted.to_parts()
    assert all(array.dtype.kind != "O" for array in parts.arrays.values())
    again = AnyRegressor(kind, kind.__name__).restored(parts)
    assert again.predict(examples).tobytes() == said.tobytes()


def test_what_cannot_be_stored_is_fitted_and_asked_and_says_so() -> None:
    examples = rows()
    fitted = AnyRegressor(RandomForestRegressor, "sklearn.ensemble.RandomForestRegressor", {"n_estimators": 3}).fit(examples)
    assert np.isfinite(fitted.predict(examples)).all()
    with pytest.raises(InputError, match=r"RandomForestRegressor can be fitted and asked, but not saved: its '\w+' is a"):
        fitted.to_parts()


class Hidden(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps what it learned where no convention looks for it, in a function."""

    def fit(self, X: Any, y: Any) -> Hidden:
        mean = float(np.mean(y))
        self.level_ = mean
        self._answer = lambda count: np.full(count, mean)
        return self

    def predict(self, X: Any) -> Any:
        return self._answer(len(X))


class Careless(Hidden):
    """Answers without what it hid, but differently."""

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.level_ + (1 if hasattr(self, "_answer") else 0))


@pytest.mark.parametrize(("kind", "reason"), [(Hidden, "it fails"), (Careless, "it answers differently")])
def test_one_that_hides_what_it_learned_is_not_stored(kind: type, reason: str) -> None:
    fitted = AnyRegressor(kind, "mypackage.Model").fit(rows())
    with pytest.raises(InputError, match=reason):
        fitted.to_parts()


def test_rows_count_as_their_weight_with_or_without_a_place_for_it() -> None:
    examples = rows(4000)
    heavy = examples.X[:, 1] > 0
    weighted = replace(examples, weight=np.where(heavy, 9, 1).astype(np.float32), y=np.where(heavy, 1, 0).astype(np.float32))
    own = AnyRegressor(Hidden, "mypackage.Model").fit(weighted).predict(weighted).mean()
    share = 9 * heavy.sum() / (9 * heavy.sum() + (~heavy).sum())
    assert own == pytest.approx(share, abs=0.03)


def test_answers_stay_within_what_was_seen() -> None:
    examples = rows()
    fitted = AnyRegressor(Ridge, RIDGE).fit(examples)
    far = replace(examples, X=examples.X * 1000)
    assert fitted.predict(far).max() <= examples.y.max()
    assert fitted.predict(far).min() >= examples.y.min()


@pytest.mark.parametrize(
    ("model", "arguments", "word"),
    [
        ("sklearn.linear_model.Nothing", "", "There is no sklearn.linear_model.Nothing"),
        ("no_such_package.Model", "", "There is no no_such_package.Model"),
        ("sklearn.linear_model.ridge_regression", "", "not a regressor with scikit-learn's interface"),
        ("subprocess.Popen", "", "not a regressor with scikit-learn's interface"),
        (RIDGE, "alpah=1", "cannot be made"),
        ("sklearn.linear_model.LogisticRegression", "", "is not a regressor"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_fitted(model: str, arguments: str, word: str) -> None:
    settings = ModelSettings(model=model, arguments=arguments)
    with pytest.raises(SettingsError, match=word):
        maker(model)(settings, 1, Stopwatch())


def test_an_artifact_cannot_have_something_else_called() -> None:
    parts = TestRidgeByName().fitted().to_parts()
    regressor = {**parts.facts["regressor"], "name": "subprocess.Popen"}
    with pytest.raises(SettingsError, match="not a regressor"):
        restored_member(replace(parts, facts={**parts.facts, "regressor": regressor}), 1)
    wrong = {**parts.facts["regressor"], "attributes": {"coef_": {"is": "array", "name": "nowhere"}}}
    with pytest.raises(ArtifactError):
        restored_member(replace(parts, facts={**parts.facts, "regressor": wrong}), 1)


def test_the_command_line_writes_arguments_as_text() -> None:
    settings = ModelSettings(model=RIDGE, arguments="alpha=1e-3, fit_intercept=false, solver=svd")
    assert settings.arguments == {"alpha": 0.001, "fit_intercept": False, "solver": "svd"}
    member = maker(RIDGE)(settings, 1, Stopwatch())
    assert isinstance(member, RegressionForecaster)
    assert member.regressor.made().get_params()["solver"] == "svd"


def test_with_too_little_data_it_is_stored_all_the_same() -> None:
    panel = tiny_city(weeks=1).sealed()
    some = Sampling(rows=10, per_place=1)
    member = RegressionForecaster(DirectFeatures(), AnyRegressor(Ridge, RIDGE), kind="regressor", sampling=some)
    fitted = member.fit(panel, 24)
    again = restored_member(fitted.to_parts(), 1)
    assert (again.medians(panel, [panel.origin], 24) == fitted.medians(panel, [panel.origin], 24)).all()


def test_only_classes_with_the_interface_pass() -> None:
    assert checked_class(Ridge, RIDGE) is Ridge
    with pytest.raises(SettingsError):
        checked_class(len, "builtins.len")
    with pytest.raises(SettingsError):
        AnyRegressor(LogisticRegression, "sklearn.linear_model.LogisticRegression").made()


def test_a_solver_that_stops_early_says_it_to_nobody():
    examples = rows()
    fitted = AnyRegressor(HuberRegressor, "sklearn.linear_model.HuberRegressor", {"max_iter": 1}).fit(examples)  # no warning
    assert np.isfinite(fitted.predict(examples)).all()
