"""The Avro schemas of the six kinds of events, in every version there was, and how to write a table by one of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError, did_you_mean

_FOLDER = Path(__file__).parents[1] / "schemas"


@cache
def schema_names() -> tuple[str, ...]:
    """This will return ``ping_v1``, ``ping_v2``, …: every schema there is, the versions of a kind in their order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.avsc")))


def avro_schema(name: str) -> dict[str, Any]:
    """This will return a schema: of a kind of event (``trip``) the newest version, or the version named (``trip_v1``).

    Raises: ``InputError`` where there is none.
    """
    known = schema_names()
    versions = [version for version in known if version.rpartition("_v")[0] == name]
    if name not in known and not versions:
        kinds = sorted({version.rpartition("_v")[0] for version in known})
        raise InputError(f"There is no schema '{name}'; there are {', '.join(kinds)}.", hint=did_you_mean(name, kinds))
    text = (_FOLDER / f"{versions[-1] if versions else name}.avsc").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def write_avro(frame: pl.DataFrame, path: str | Path, schema_name: str) -> None:
    """This will write a table by one of the schemas, packed; columns that the schema does not have are left out.

    Raises: ``ColumnMissingError`` for a field that has no default and no column, ``InputError`` for a value that does
    not fit its field.
    """
    schema = avro_schema(schema_name)
    fields = [field["name"] for field in schema["fields"] if field["name"] in frame.columns]
    for field in schema["fields"]:
        if field["name"] not in frame.columns and "default" not in field:
            raise ColumnMissingError(field["name"], frame.columns, role=f"the schema '{schema_name}'")
    try:
        with Path(path).open("wb") as file:
            fastavro.writer(file, fastavro.parse_schema(schema), frame.select(fields).iter_rows(named=True), codec="deflate")
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"A value does not fit the schema '{schema_name}': {error}.") from None
