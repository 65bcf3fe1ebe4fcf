"""Tables that are already in memory → Polars, without pyarrow and without importing pandas."""

from __future__ import annotations

from typing import Any

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.files.raw import RawTable, row_numbers


def read_frame(table: object) -> RawTable:
    """This will take a Polars frame (lazy or not), a pandas frame, or anything that speaks the Arrow C stream.

    ``lines`` are row numbers from 1. Names of a pandas index become columns.

    Raises: ``InputError`` for anything else.
    """
    if isinstance(table, pl.LazyFrame):
        frame = table.collect()
    elif isinstance(table, pl.DataFrame):
        frame = table
    elif type(table).__module__.split(".")[0] == "pandas":
        frame = _from_pandas(table)
    elif hasattr(table, "__arrow_c_stream__"):
        frame = pl.DataFrame(table)
    else:
        raise InputError(
            f"Counts cannot be read from a {type(table).__name__}.", hint="Give a path, or a Polars, pandas or Arrow table."
        )
    return RawTable("The table", frame, row_numbers(frame.height))


def _from_pandas(table: Any) -> pl.DataFrame:  # noqa: ANN401 - pandas is no dependency
    if not hasattr(table, "columns"):  # a Series: its index is the time
        table = table.to_frame(name=table.name if table.name is not None else "value")
    if type(table.index).__name__ != "RangeIndex":
        table = table.reset_index()
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in table.columns]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(f"The table has two columns called '{sorted(repeated)[0]}'.", hint="Rename one.")
    return pl.DataFrame([_series(name, table.iloc[:, position]) for position, name in enumerate(names)])


def _series(name: str, column: Any) -> pl.Series:  # noqa: ANN401 - pandas is no dependency
    """One pandas column by way of numpy; what numpy has no type for goes as text."""
    kind = str(column.dtype)
    if kind.startswith("datetime64"):
        aware = getattr(column.dtype, "tz", None) is not None
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if aware else column
        values = pl.Series(name, naive.to_numpy(dtype="datetime64[us]"))
        return values.dt.replace_time_zone("UTC") if aware else values
    if column.dtype.kind in "iufb" and kind != "category":
        if column.isna().any():
            return pl.Series(name, column.to_numpy(dtype="float64", na_value=float("nan"))).fill_nan(None)
        return pl.Series(name, column.to_numpy(dtype=kind.lower() if kind[0].isupper() else None))
    plain = column.astype(object).where(column.notna(), None).tolist()
    return pl.Series(name, [None if value is None else str(value) for value in plain], dtype=pl.String)
