"""Anybody's regressor with scikit-learn's interface, named by its dotted path: fitted, asked, and stored where it can be.

One that says it takes missing values gets them; others get plain inputs (``PlainInputs``). Rows count as their weight: where
``fit`` has no ``sample_weight``, rows are drawn in proportion to it. What it says is kept within what was seen.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from busyness.domain.errors import InputError, SettingsError
from busyness.models.fitted_attributes import set_attributes, stored_attributes
from busyness.models.plain_inputs import PlainInputs
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts

_PROBED = 200  # rows on which a rebuilt estimator must answer like the first
_CLOSE = 1e-6


def checked_class(found: object, name: str) -> type[BaseEstimator]:
    """This will return the class if it is a regressor with scikit-learn's interface, or raise ``SettingsError``."""
    if isinstance(found, type) and issubclass(found, BaseEstimator) and "predict" in dir(found):
        return found
    raise SettingsError(
        f"{name} is not a regressor with scikit-learn's interface.",
        hint="Name a class with fit and predict that derives from sklearn.base.BaseEstimator and RegressorMixin.",
    )


@dataclass(frozen=True)
class AnyRegressor:
    """``kind`` of estimator by its ``name``, and its ``arguments``. The others are what was learned.

    ``unstored`` says why it cannot be saved; empty where it can.
    """

    kind: type[BaseEstimator]
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    threads: int = 1
    estimator: Any = None
    inputs: PlainInputs | None = None
    limits: tuple[float, float] = (0.0, 0.0)
    unstored: str = ""

    def fit(self, examples: Examples) -> Self:
        """This will fit an estimator, and try whether it can be rebuilt from what is stored of it."""
        estimator = self.made()
        inputs = None if get_tags(estimator).input_tags.allow_nan else PlainInputs.learned(examples)
        target = examples.y.astype(np.float64)
        table, weight = _table(examples, inputs), examples.weight.astype(np.float64)
        weight /= weight.mean()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a backtest tells what it is worth as it is
            if has_fit_parameter(estimator, "sample_weight"):
                estimator.fit(table, target, sample_weight=weight)
            else:
                drawn = np.random.default_rng(self.seed).choice(len(target), len(target), p=weight / weight.sum())
                estimator.fit(table[drawn], target[drawn])
        probe = table[:: max(1, len(table) // _PROBED)]
        estimator, unstored = self._settled(estimator, probe)
        limits = (float(target.min()), float(target.max()))
        return replace(self, estimator=estimator, inputs=inputs, limits=limits, unstored=unstored)

    def made(self) -> Any:  # noqa: ANN401  # anybody's class
        """This will return an estimator that has not been fitted, with the seed and threads where it takes them."""
        try:
            estimator = self.kind(**self.arguments)
            open_yet = set(estimator.get_params(deep=False)) - set(self.arguments)
            given = {"random_state": self.seed, "n_jobs": self.threads}
            estimator.set_params(**{name: value for name, value in given.items() if name in open_yet})
            regressor = is_regressor(estimator)
        except (TypeError, ValueError, AttributeError) as fault:
            raise SettingsError(f"{self.name} cannot be made: {fault}.", hint="See the arguments it takes.") from fault
        if not regressor:
            raise SettingsError(f"{self.name} is not a regressor.", hint="Name one that forecasts numbers.")
        return estimator

    def _settled(self, estimator: Any, probe: NDArray[Any]) -> tuple[Any, str]:  # noqa: ANN401  # anybody's class
        """The estimator as it will be after a round trip, and why there cannot be one."""
        try:
            rebuilt = self.made()
            set_attributes(rebuilt, *stored_attributes(estimator))
            answers = rebuilt.predict(probe)
        except InputError as fault:
            return estimator, str(fault)
        except Exception as fault:  # noqa: BLE001  # anybody's class may raise anything
            return estimator, f"rebuilt from its attributes it fails: {fault}"
        if not np.allclose(answers, estimator.predict(probe), rtol=_CLOSE, atol=_CLOSE):
            return estimator, "rebuilt from its attributes it answers differently"
        return rebuilt, ""

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        """This will return the estimator's answers, within what was seen."""
        said = np.asarray(self.estimator.predict(_table(examples, self.inputs)), np.float64).reshape(len(examples.y))
        return np.clip(np.nan_to_num(said, nan=0.0), *self.limits).astype(np.float32)

    def to_parts(self) -> Parts:
        """This will return the estimator's attributes.

        Raises:
            InputError: it cannot be rebuilt from them.

        """
        if self.unstored:
            raise InputError(
                f"{self.name} can be fitted and asked, but not saved: {self.unstored}.",
                hint="Backtest it, or choose one whose fitted attributes are numbers (linear models, neural networks).",
            )
        facts, arrays = stored_attributes(self.estimator)
        named = {f"estimator.{name}": array for name, array in arrays.items()}
        if self.inputs is not None:
            named |= {f"inputs.{name}": array for name, array in self.inputs.to_arrays().items()}
        own = {"name": self.name, "arguments": dict(self.arguments), "seed": self.seed, "limits": list(self.limits)}
        return Parts("", {**own, "attributes": facts, "plain": self.inputs is not None}, arrays=named)

    def restored(self, parts: Parts) -> Self:
        """This will return the regressor of these parts."""
        facts: Mapping[str, Any] = parts.facts
        made = replace(self, arguments=dict(facts["arguments"]), seed=int(facts["seed"]))
        estimator = made.made()
        set_attributes(estimator, facts["attributes"], parts.inner("estimator", "", {}).arrays)
        inputs = PlainInputs.from_arrays(parts.inner("inputs", "", {}).arrays) if facts["plain"] else None
        low, high = facts["limits"]
        return replace(made, estimator=estimator, inputs=inputs, limits=(float(low), float(high)))


def _table(examples: Examples, inputs: PlainInputs | None) -> NDArray[Any]:
    return examples.X.astype(np.float64) if inputs is None else inputs.of(examples)
