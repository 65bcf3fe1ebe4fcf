"""What a fitted scikit-learn estimator knows, as JSON and arrays: attributes that are numbers, text, or lists and tables.

By scikit-learn's convention what was learned ends in "_". All of those must be storable; private ones beside them are kept
where they are. Whether that was enough shows when the rebuilt estimator gives the same answers: ``AnyRegressor`` asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError

_NUMBERS = "biufU"  # numpy's kinds that need no pickle


def stored_attributes(estimator: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:  # noqa: ANN401  # anybody's class
    """This will return the learned attributes as JSON facts and arrays.

    Raises:
        InputError: an attribute that was learned is an object of another kind; the message names it.

    """
    facts: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for name, value in vars(estimator).items():
        if name in estimator.get_params(deep=False):
            continue
        found: dict[str, NDArray[Any]] = {}
        try:
            facts[name] = _stored(value, name, found)
        except TypeError as fault:
            if name.startswith("_"):
                continue
            raise InputError(f"its '{name}' is a {type(value).__name__}: {fault}") from fault
        arrays |= found
    return facts, arrays


def set_attributes(estimator: Any, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:  # noqa: ANN401
    """This will give an estimator that has not been fitted what ``stored_attributes`` returned."""
    for name, fact in facts.items():
        setattr(estimator, name, _read(fact, arrays))


def _stored(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:  # noqa: ANN401  # JSON
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and np.isfinite(value)):
        return {"is": "plain", "value": value}
    if isinstance(value, np.ndarray | np.generic | float):
        array = np.array(value, order="C")
        if array.dtype.kind not in _NUMBERS:
            raise TypeError("an array of Python objects")
        arrays[name] = array
        return {"is": "array" if isinstance(value, np.ndarray) else "number", "name": name}
    if isinstance(value, list | tuple):
        items = [_stored(item, f"{name}.{k}", arrays) for k, item in enumerate(value)]
        return {"is": "list" if isinstance(value, list) else "tuple", "items": items}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        items = [_stored(item, f"{name}.{k}", arrays) for k, item in enumerate(value.values())]
        return {"is": "table", "keys": list(value), "items": items}
    raise TypeError("neither a number, text, an array nor a list or table of those")


def _read(fact: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Any:  # noqa: ANN401  # any attribute
    kind = fact["is"]
    if kind == "plain":
        return fact["value"]
    if kind in {"array", "number"}:
        array = arrays[fact["name"]]
        return array if kind == "array" else array[()]
    items = [_read(item, arrays) for item in fact["items"]]
    if kind == "table":
        return dict(zip(fact["keys"], items, strict=True))
    return items if kind == "list" else tuple(items)
