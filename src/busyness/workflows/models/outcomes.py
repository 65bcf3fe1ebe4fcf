"""Tables that others made: the outcomes of a trial, and what drifted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.workflows.models.switchback import DATE, VALUE


def read_table(file: Path) -> pl.DataFrame:
    """This will read a CSV or a Parquet file, or raise ``InputError``."""
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, try_parse_dates=True, infer_schema_length=None)
    except (OSError, PolarsError) as fault:
        raise InputError(f"{file} cannot be read as a table.", hint="Give a CSV or a Parquet file.") from fault


def read_outcomes(file: Path) -> pl.DataFrame:
    """This will read ``place, date, value``, or raise ``InputError`` for a date that is none."""
    table = read_table(file)
    for name in (c.PLACE, DATE, VALUE):
        if name not in table.columns:
            raise InputError(f"{file} has no column '{name}'.", hint="It needs place, date and value.")
    try:
        return table.select(pl.col(c.PLACE).cast(pl.String), pl.col(DATE).cast(pl.Date), pl.col(VALUE).cast(pl.Float64))
    except PolarsError as fault:
        raise InputError(f"{file} has a date or a value that is none.", hint="Write 2025-03-31 and 12.5.") from fault
