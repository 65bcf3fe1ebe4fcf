"""What pydantic found wrong with a value, as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def complaint(error: Mapping[str, Any]) -> str:
    """This will say what is wrong with a value and what fits, from one of ``ValidationError.errors()``.

    >>> complaint({"type": "greater_than_equal", "input": 0, "ctx": {"ge": 1}, "msg": ""})
    '0 is too small; the least is 1.'
    """
    kind, value, limits = str(error["type"]), _shown(error.get("input")), error.get("ctx") or {}
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ").rstrip(".")
    if kind == "literal_error":
        said = f"'{value}' is not one of {str(limits.get('expected', '')).replace(chr(39), '')}"
    elif kind == "greater_than_equal":
        said = f"{value} is too small; the least is {limits.get('ge')}"
    elif kind == "greater_than":
        said = f"{value} is too small; it must be above {limits.get('gt')}"
    elif kind == "less_than_equal":
        said = f"{value} is too large; the most is {limits.get('le')}"
    elif kind.startswith(("int", "float", "decimal")):
        said = f"'{value}' is not a number that fits"
    elif kind.startswith("date"):
        said = f"'{value}' is not a date such as 2025-01-31"
    elif message.startswith("could not convert string"):
        said = f"'{value}' holds something that is not a number"
    else:
        said = message if kind == "value_error" else f"'{value}' does not fit: {message}"
    return f"{said}."


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
