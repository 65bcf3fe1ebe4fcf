"""Which parameters of a model may be set by name (``model: arguments:``) and searched, and between which bounds.

One small table a model, named as the model's own settings name them. A search goes no farther than the bounds; a person may.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from busyness.domain.errors import InputError, did_you_mean
from busyness.tables.verbs import MedianForecaster


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``; ``log``: searched by factors; ``whole``: whole numbers."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


_SHARE = Range(0.3, 1.0)
_LEAVES = Range(15, 127, log=True, whole=True)
_IN_LEAF = Range(10, 200, log=True, whole=True)

BOOSTED = {
    "trees": Range(60, 400, log=True, whole=True),
    "learning_rate": Range(0.03, 0.2, log=True),
    "num_leaves": _LEAVES,
    "min_data_in_leaf": _IN_LEAF,
    "feature_fraction": _SHARE,
    "bagging_fraction": _SHARE,
}
FOREST = {
    "trees": Range(30, 150, log=True, whole=True),
    "num_leaves": Range(63, 511, log=True, whole=True),
    "min_data_in_leaf": _IN_LEAF,
    "feature_fraction": Range(0.2, 0.8),
}
HISTOGRAM = {
    "max_iter": Range(40, 300, log=True, whole=True),
    "learning_rate": Range(0.03, 0.3, log=True),
    "max_leaf_nodes": _LEAVES,
    "min_samples_leaf": _IN_LEAF,
    "max_features": _SHARE,
}
RANDOM_FOREST = {
    "n_estimators": Range(10, 80, log=True, whole=True),
    "min_samples_leaf": Range(3, 60, log=True, whole=True),
    "max_features": Range(0.1, 0.8),
    "max_samples": Range(0.1, 0.8),
}
XGBOOST = {
    "rounds": Range(50, 400, log=True, whole=True),
    "eta": Range(0.03, 0.3, log=True),
    "max_leaves": _LEAVES,
    "min_child_weight": Range(0.3, 30, log=True),
    "subsample": _SHARE,
    "colsample_bytree": _SHARE,
}
RIDGE = {"alpha": Range(1e-5, 1.0, log=True)}

OPEN: Mapping[str, Mapping[str, Range]] = {
    **dict.fromkeys(("boosted", "l1", "quantile", "poisson", "tweedie", "recursive"), BOOSTED),
    "forest": FOREST,
    "histogram": HISTOGRAM,
    "random_forest": RANDOM_FOREST,
    "xgboost": XGBOOST,
    "ridge": RIDGE,
}
"""The tables by kind of model. A kind that is not here reads its arguments itself, or has none."""


def with_parameters(member: MedianForecaster, kind: str, arguments: Mapping[str, Any]) -> MedianForecaster:
    """This will return an unfitted member with these parameters in place of its own.

    Raises:
        InputError: the model has no such parameter, or the value is no positive number.

    """
    if not arguments or kind not in OPEN:
        return member
    opened, chosen = OPEN[kind], {}
    for name, value in arguments.items():
        if name not in opened:
            known = ", ".join(opened)
            raise InputError(f"{kind} has no argument '{name}'; it has {known}.", hint=did_you_mean(name, opened))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise InputError(f"'{name}' of {kind} cannot be {value!r}.", hint="Give a number above zero.")
        chosen[name] = round(value) if opened[name].whole else float(value)
    changed: Any = copy.copy(member)
    holder = _holder(member)
    setattr(changed, holder, replace(getattr(member, holder), **chosen))
    told: MedianForecaster = changed
    return told


def own_parameters(member: MedianForecaster, kind: str) -> dict[str, float]:
    """This will return the values that an unfitted member has of its open parameters, moved into their bounds."""
    settings = getattr(member, _holder(member), None)
    values = {name: float(getattr(settings, name)) for name in OPEN.get(kind, {})}
    bounds = OPEN.get(kind, {})
    moved = {name: min(max(value, bounds[name].low), bounds[name].high) for name, value in values.items()}
    return {name: round(value) if bounds[name].whole else value for name, value in moved.items()}


def _holder(member: MedianForecaster) -> str:
    """Where a member keeps its parameters: the regressor that it wraps, or its own settings."""
    return "regressor" if hasattr(member, "regressor") else "settings"
