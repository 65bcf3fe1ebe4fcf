"""Backup and restore: one file, a zip of every table as JSON lines with checksums, the same from and to either database."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from busyness.domain.errors import ArtifactError, InputError
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.migrate import REVISIONS, migrate, revision_of

_FORMAT = 1
_MANIFEST = "manifest.json"
_AT_ONCE = 1000


def write_backup(database: Database, file: Path, *, now: datetime) -> dict[str, int]:
    """This will write the file, as one moment's view of the state, and return the rows of each table.

    Only its owner may read the file: it holds names. Until it is whole, a file that was there before stays.
    """
    half = file.with_name(f".{file.name}.half")
    try:
        with (
            os.fdopen(os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
            database.engine.connect() as plain,
        ):
            connection = plain if database.is_sqlite else plain.execution_options(isolation_level="REPEATABLE READ")
            tables = {table.name: _written(archive, connection, table) for table in _tables(connection)}
            manifest = {
                "format": _FORMAT,
                "made_at": now.astimezone(UTC).isoformat(),
                "revision": revision_of(connection),
                "tables": tables,
            }
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=2))
        half.replace(file)
    except OSError as fault:
        raise InputError(f"The backup {file} cannot be written: {fault.strerror}.") from None
    finally:
        half.unlink(missing_ok=True)
    return {name: int(facts["rows"]) for name, facts in tables.items()}


def restore_backup(file: Path, url: str) -> dict[str, int]:
    """This will fill an empty database from a backup, all of it or nothing, and return the rows of each table.

    Raises: ``ArtifactError`` where the file is damaged or newer than this program; ``InputError`` where the database
    holds something already.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _checked(archive, file)
            database = Database.open(url, revision=manifest["revision"])
            try:
                with database.writing() as connection:
                    for table in _tables(connection):
                        _refuse_filled(connection, table)
                        _filled(archive, connection, table, columns=manifest["tables"][table.name]["columns"])
                migrate(database.engine)
            finally:
                database.close()
    except FileNotFoundError:
        raise InputError(f"There is no file {file}.") from None
    except (OSError, zipfile.BadZipFile) as fault:
        raise _damaged(file, str(fault)) from None
    return {name: int(facts["rows"]) for name, facts in manifest["tables"].items()}


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables as they lie there, whatever their revision, each after those that it points to."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != REVISIONS]


def _written(archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    """Write one table and return what the manifest says of it."""
    rows, digest = 0, hashlib.sha256()
    asked = table.select().order_by(*table.primary_key.columns)
    with archive.open(_name(table.name), "w", force_zip64=True) as out:
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(asked):
            line = (json.dumps([_to_json(value) for value in row], ensure_ascii=False) + "\n").encode()
            out.write(line)
            digest.update(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest(), "columns": [column.name for column in table.columns]}


def _checked(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """The manifest, if every table is as it was written."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        if manifest["format"] != _FORMAT:
            raise ArtifactError(f"{file.name} was written by a newer busyness.", file=_MANIFEST, hint="Update busyness.")
        for name, facts in manifest["tables"].items():
            digest = hashlib.sha256()
            with archive.open(_name(name)) as lines:
                for line in lines:
                    digest.update(line)
            if digest.hexdigest() != facts["sha256"]:
                raise _damaged(file, f"the table {name} is not as it was written")
    except (KeyError, ValueError, TypeError, AttributeError):
        raise _damaged(file, "it is no backup, or its list of contents is broken") from None
    return manifest


def _refuse_filled(connection: sa.Connection, table: sa.Table) -> None:
    if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
        hint = "Restore into a new file or an empty database."
        raise InputError(f"The database has rows in '{table.name}' already; nothing was changed.", hint=hint)


def _filled(archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table, *, columns: list[str]) -> None:
    """Put a table's lines back, and let new rows count on from them."""
    times = {name for name in columns if isinstance(table.c[name].type, sa.DateTime)}
    with archive.open(_name(table.name)) as lines:
        rows = (dict(zip(columns, json.loads(line), strict=True)) for line in lines)
        for some in _batches(rows):
            for row in some:
                row.update({name: datetime.fromisoformat(row[name]) for name in times if row[name] is not None})
            connection.execute(table.insert(), some)
    if connection.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, sa.BigInteger):
        last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, last)).where(last.is_not(None)))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some


def _to_json(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _name(table: str) -> str:
    return f"tables/{table}.jsonl"


def _damaged(file: Path, why: str) -> ArtifactError:
    return ArtifactError(f"The backup {file.name} is damaged: {why}.", file=file.name, hint="Take another backup.")
