"""Python values of one column → a Polars series, whatever they are: nothing is lost to an odd one among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType

import polars as pl

_SAME: dict[type, pl.DataType] = {
    str: pl.String(),
    bool: pl.Boolean(),
    int: pl.Int64(),
    float: pl.Float64(),
    bytes: pl.Binary(),
    date: pl.Date(),
    time: pl.Time(),
    timedelta: pl.Duration("us"),
}


def typed_column(name: str, values: Sequence[object]) -> pl.Series:
    """This will return numbers as Int64 or Float64 (decimals too), aware times in UTC, and what is of mixed kinds as text.

    What is nested becomes JSON text. A column without any value is of the type ``Null``, which joins with every other.
    """
    kinds = {type(value) for value in values} - {NoneType}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    if kind is not None and kind in _SAME:
        try:
            return pl.Series(name, values, dtype=_SAME[kind])
        except (OverflowError, TypeError, pl.exceptions.PolarsError):  # a whole number of more than 64 bits
            return _text(name, values)
    if kinds <= {int, float, Decimal}:
        numbers = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
        return pl.Series(name, numbers, dtype=pl.Float64)
    if kind is datetime:
        aware = {value.tzinfo is not None for value in values if isinstance(value, datetime)}
        if len(aware) == 1:
            return pl.Series(name, values, dtype=pl.Datetime("us", "UTC" if aware.pop() else None))
    return _text(name, values)


def _text(name: str, values: Sequence[object]) -> pl.Series:
    return pl.Series(name, [None if value is None else _written(value) for value in values], dtype=pl.String)


def _written(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
