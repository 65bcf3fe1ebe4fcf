"""JSON that is the same text for the same values, and refuses what it could not give back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from busyness.domain.errors import InputError


def canonical(value: object, *, indent: int | None = None) -> bytes:
    """This will return UTF-8 JSON with sorted keys.

    Raises:
        InputError: a value does not survive JSON: NaN, a numpy number, a key that is not text.

    """
    listed = _listed(value)
    try:
        text = json.dumps(listed, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=indent)
        survives = json.loads(text) == listed
        encoded = text.encode()
    except (TypeError, ValueError) as fault:
        raise _unsayable(str(fault)) from fault
    if not survives:
        raise _unsayable("a key is not text")
    return encoded


def _listed(value: object) -> object:
    """The same value with lists for tuples, which JSON gives back as lists."""
    if isinstance(value, Mapping):
        return {name: _listed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(inner) for inner in value]
    return value


def _unsayable(why: str) -> InputError:
    return InputError(
        f"The model's facts do not survive JSON: {why}.", hint="Use text, numbers, lists and mappings; arrays go elsewhere."
    )
