"""A table of models as a file: CSV, Parquet or JSON, by its ending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.errors import InputError


def export(table: pl.DataFrame, file: Path, *, facts: Mapping[str, Any]) -> Path:
    """This will write a table (``.csv``, ``.parquet``) or the whole of ``facts`` (``.json``); whole or not at all."""
    stage = file.with_name(f".unfinished-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".csv":
            table.write_csv(stage)
        elif file.suffix == ".parquet":
            table.write_parquet(stage)
        elif file.suffix == ".json":
            stage.write_text(json.dumps(facts, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
        else:
            raise InputError(f"A table cannot be written as '{file.suffix}'.", hint="Use .csv, .parquet or .json.")
        stage.replace(file)
    except OSError as fault:
        raise InputError(f"{file} cannot be written: {fault.strerror}.", hint="Choose another file.") from None
    finally:
        stage.unlink(missing_ok=True)
    return file
