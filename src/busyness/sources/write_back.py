"""Rows written back to where tables come from: a file, or a table of a database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.sql_database import connected, label, sqlalchemy_itself
from busyness.sources.chunks.sql_url import is_sql_url, resolved, split_table

if TYPE_CHECKING:
    import sqlalchemy as sa

_WRITERS: Mapping[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": lambda frame, file: frame.write_csv(file),
    ".parquet": lambda frame, file: frame.write_parquet(file),
    ".jsonl": lambda frame, file: frame.write_ndjson(file),
}


def write_back(frame: pl.DataFrame, target: str, *, keys: Sequence[str]) -> str:
    """This will write the rows to ``URL#table`` or a file, and say in a sentence where they are.

    In a table, rows with the same ``keys`` are replaced and all others stay, in one transaction, so that writing twice is
    writing once; a table that is not there is made. A file is written anew as a whole.

    Raises:
        InputError: the file or table cannot be written, or the table lacks a column.

    """
    checked_target(target)
    if is_sql_url(target):
        return _to_table(frame, target, keys)
    return _to_file(frame, Path(target))


def checked_target(target: str) -> None:
    """This will raise an ``InputError`` for a target that is neither a file of a known format nor ``URL#table``."""
    if is_sql_url(target):
        if split_table(target)[1] is None:
            raise InputError("The database needs the name of a table.", hint="Write it after the URL: …#orders.")
    elif Path(target).suffix.lower() not in _WRITERS:
        raise InputError(f"Orders cannot be written to '{target}'.", hint="Use .csv, .parquet, .jsonl or URL#table.")


def _to_file(frame: pl.DataFrame, path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as stage:
            part = Path(stage, path.name)
            _WRITERS[path.suffix.lower()](frame, part)
            part.replace(path)
    except OSError as fault:
        raise InputError(f"{path} cannot be written: {fault.strerror}.", hint="Choose another --to.") from None
    return f"{frame.height:,} rows written to {path}."


def _to_table(frame: pl.DataFrame, target: str, keys: Sequence[str]) -> str:
    alchemy = sqlalchemy_itself()
    url, name = split_table(target)
    url = resolved(url)
    assert name is not None  # checked_target has seen to that
    with connected(url, new=True) as connection:
        table = _table(alchemy, connection, frame, name)
        missing = [column for column in frame.columns if column not in table.columns]
        if missing:
            raise InputError(
                f"{label(url)} has a table '{name}' without a column '{missing[0]}'.",
                hint="Add the column, or name a table that is not there yet.",
            )
        rows = frame.to_dicts()
        if rows:
            same = alchemy.and_(*(table.c[key] == alchemy.bindparam(f"key_{key}") for key in keys))
            connection.execute(table.delete().where(same), [{f"key_{key}": row[key] for key in keys} for row in rows])
            connection.execute(table.insert(), rows)
        connection.commit()
    return f"{frame.height:,} rows written to {label(url).removeprefix('The ')}, table '{name}'."


def _table(alchemy: ModuleType, connection: sa.Connection, frame: pl.DataFrame, name: str) -> sa.Table:
    """The table as the database has it, or a new one with the frame's columns."""
    schema, _, short = name.rpartition(".")
    metadata = alchemy.MetaData(schema=schema or None)
    if alchemy.inspect(connection).has_table(short, schema=schema or None):
        found: sa.Table = alchemy.Table(short, metadata, autoload_with=connection)
        return found
    columns = [alchemy.Column(column, _kind(alchemy, kind)) for column, kind in frame.schema.items()]
    made: sa.Table = alchemy.Table(short, metadata, *columns)
    metadata.create_all(connection)
    return made


def _kind(alchemy: ModuleType, kind: pl.DataType) -> Any:  # noqa: ANN401  # a type of SQLAlchemy
    if isinstance(kind, pl.Datetime):
        return alchemy.DateTime(timezone=kind.time_zone is not None)
    if kind == pl.Date:
        return alchemy.Date()
    if kind.is_integer():
        return alchemy.BigInteger()
    return alchemy.Float() if kind.is_numeric() else alchemy.Text()
