"""Which parameters of a model may be set by name (``model: arguments:``) and searched, and between which bounds.

One small table a model. A parameter is called as the model's own settings call it, unless ``at`` says where they keep it. A
search goes no farther than the bounds; a person may.
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
    """From ``low`` to ``high``; ``log``: searched by factors; ``whole``: whole numbers.

    ``at`` is the way to it in the model's settings, such as ``descent.rate``. Of layers, ``width`` is that of the first
    (each of the next is half as wide), and ``layers`` is their number.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    at: str = ""


_WIDTH = "width"
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
PROPHET = {
    "days": Range(180, 1500, log=True, whole=True),
    "flexibility": Range(0.005, 0.5, log=True),
}
NETWORK = {
    "width": Range(32, 256, log=True, whole=True, at="hidden.width"),
    "layers": Range(1, 3, whole=True, at="hidden.layers"),
    "embedding": Range(2, 32, log=True, whole=True),
    "epochs": Range(2, 12, log=True, whole=True, at="descent.epochs"),
    "batch": Range(256, 4096, log=True, whole=True, at="descent.batch"),
    "learning_rate": Range(5e-4, 1e-2, log=True, at="descent.rate"),
    "weight_decay": Range(1e-5, 1e-1, log=True, at="descent.decay"),
}
TIDE = {
    "encoder": Range(32, 256, log=True, whole=True, at="sizes.encoder"),
    "context": Range(2, 32, log=True, whole=True, at="sizes.context"),
    "width": Range(32, 256, log=True, whole=True, at="sizes.hidden.width"),
    "layers": Range(1, 3, whole=True, at="sizes.hidden.layers"),
    "embedding": Range(2, 32, log=True, whole=True, at="sizes.embedding"),
    "windows": Range(500, 12_000, log=True, whole=True),
    "epochs": Range(2, 12, log=True, whole=True, at="descent.epochs"),
    "batch": Range(8, 128, log=True, whole=True, at="descent.batch"),
    "learning_rate": Range(5e-4, 1e-2, log=True, at="descent.rate"),
    "weight_decay": Range(1e-5, 1e-1, log=True, at="descent.decay"),
}

OPEN: Mapping[str, Mapping[str, Range]] = {
    **dict.fromkeys(("boosted", "l1", "quantile", "poisson", "tweedie", "recursive"), BOOSTED),
    "forest": FOREST,
    "histogram": HISTOGRAM,
    "random_forest": RANDOM_FOREST,
    "xgboost": XGBOOST,
    "ridge": RIDGE,
    "prophet": PROPHET,
    "embedding": NETWORK,
    "keras": NETWORK,
    "tide": TIDE,
    "seasonal": {},
    "average": {},
}
"""The tables by kind of model. A kind that is not here reads its arguments itself."""


def with_parameters(member: MedianForecaster, kind: str, arguments: Mapping[str, Any]) -> MedianForecaster:
    """This will return an unfitted member with these parameters in place of its own.

    Raises:
        InputError: the model has no such parameter, or the value is no positive number.

    """
    if not arguments or kind not in OPEN:
        return member
    opened, settings = OPEN[kind], getattr(member, _holder(member), None)
    for name, value in arguments.items():
        if name not in opened:
            known = ", ".join(opened) or "none"
            raise InputError(f"{kind} has no argument '{name}'; it has {known}.", hint=did_you_mean(name, opened))
        least = 0.5 if opened[name].whole else 0.0
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > least:
            raise InputError(f"'{name}' of {kind} cannot be {value!r}.", hint="Give a number above zero.")
        settings = _put(settings, opened[name].at or name, round(value) if opened[name].whole else float(value))
    changed: Any = copy.copy(member)
    setattr(changed, _holder(member), settings)
    told: MedianForecaster = changed
    return told


def own_parameters(member: MedianForecaster, kind: str) -> dict[str, float]:
    """This will return the values that an unfitted member has of its open parameters, moved into their bounds."""
    settings, bounds = getattr(member, _holder(member), None), OPEN.get(kind, {})
    values = {name: float(_held(settings, own.at or name)) for name, own in bounds.items()}
    moved = {name: min(max(value, bounds[name].low), bounds[name].high) for name, value in values.items()}
    return {name: round(value) if bounds[name].whole else value for name, value in moved.items()}


def _holder(member: MedianForecaster) -> str:
    """Where a member keeps its parameters: the regressor that it wraps, or its own settings."""
    return "regressor" if hasattr(member, "regressor") else "settings"


def _held(settings: Any, way: str) -> Any:  # noqa: ANN401  # settings of any model
    """The value at the end of a way such as ``sizes.hidden.width``."""
    name, _, further = way.partition(".")
    if isinstance(settings, tuple):
        return settings[0] if name == _WIDTH else len(settings)
    return _held(getattr(settings, name), further) if further else getattr(settings, name)


def _put(settings: Any, way: str, value: float) -> Any:  # noqa: ANN401  # settings of any model
    """The same settings with another value at the end of the way."""
    name, _, further = way.partition(".")
    if isinstance(settings, tuple):
        width, layers = (int(value), len(settings)) if name == _WIDTH else (settings[0], int(value))
        return tuple(max(width >> k, 1) for k in range(layers))
    return replace(settings, **{name: _put(getattr(settings, name), further, value) if further else value})
