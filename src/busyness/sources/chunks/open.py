"""The one way in: a path, a glob, a folder, a list of files, a table in memory or a database → chunks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.avro import MAGIC, AvroFile
from busyness.sources.chunks.chunk import Chunks
from busyness.sources.chunks.columnar import ColumnarFile
from busyness.sources.chunks.delimited import DelimitedFile
from busyness.sources.chunks.encoding import decoded, encoding_of
from busyness.sources.chunks.in_turn import InTurn
from busyness.sources.chunks.json_lines import JsonLinesFile
from busyness.sources.chunks.paths import files_of
from busyness.sources.chunks.sql import SqlQuery
from busyness.sources.chunks.sql_url import is_sql_url, split_table
from busyness.sources.chunks.unpacked import beginning, is_gzip
from busyness.sources.chunks.whole import WholeTable
from busyness.sources.files.content import Kind, kind_of
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.load import load

ROWS = 1_000_000
_HEAD = 1 << 20
_WORKBOOK = (b"PK", b"\xd0\xcf\x11\xe0")
_SELF_PACKED = (MAGIC, b"PAR1", b"ARROW1")


def open_chunks(
    source: str | Path | pl.DataFrame | Sequence[str | Path],
    *,
    columns: Sequence[str] | None = None,
    rows: int = ROWS,
    reader: str | None = None,
) -> Chunks:
    """This will open a table of any size: only its beginning is read, the rest when the chunks are.

    ``source`` is a path, a folder, a glob or a list of paths (files of one table, one after the other), a Polars, pandas
    or Arrow table, or the URL of a database with the table after a ``#`` (``sqlite:///shop.db#sales``; ``env:NAME`` takes
    the URL from the environment). ``columns`` are the ones to read, all of them where left out; a chunk has at most
    ``rows`` rows. ``reader`` names the kind of event (``trip``, ``ping``, …) whose schema Avro files are read by.

    CSV, JSON lines (both also as ``.gz``), Parquet, Arrow and Avro files stream. Excel workbooks, JSON arrays and Arrow
    streams are read whole.

    Raises: ``InputError``, one sentence that names the file or the table, for whatever cannot be read.
    """
    if rows < 1:
        raise InputError(f"A chunk has at least one row, not {rows}.")
    if isinstance(source, str) and is_sql_url(source):
        url, table = split_table(source)
        return SqlQuery(url, table=table, columns=columns, rows=rows)
    if not isinstance(source, str | Path | list | tuple):
        return WholeTable.of(load(source, CountsLayout()), columns=columns, rows=rows)
    files = files_of(source)
    parts = tuple(_open_file(path, columns, rows=rows, reader=reader) for path in files)
    return parts[0] if len(parts) == 1 else InTurn.of(parts, f"{files[0].name} and {len(files) - 1} more")


def _open_file(path: Path, columns: Sequence[str] | None, *, rows: int, reader: str | None) -> Chunks:
    head = beginning(path, _HEAD)
    if head.startswith(_SELF_PACKED) and is_gzip(path):
        raise InputError(f"{path.name} is packed twice, the second time with gzip.", hint="Unpack it.")
    if head.startswith(MAGIC) or path.suffix.lower() == ".avro":
        return AvroFile.open(path, reader=reader, columns=columns, rows=rows)
    kind = Kind.EXCEL if head.startswith(_WORKBOOK) else kind_of(head, path.name)
    if kind in {Kind.PARQUET, Kind.ARROW}:
        return ColumnarFile.open(path, kind, columns=columns, rows=rows)
    binary = kind in {Kind.EXCEL, Kind.ARROW_STREAM}
    start = "" if binary else decoded(head, encoding_of(head, path.name)).lstrip()[:1]
    if binary or start == "[":
        return WholeTable.of(load(path, CountsLayout()), columns=columns, rows=rows)
    if start == "{":
        return JsonLinesFile.open(path, head, columns=columns, rows=rows)
    return DelimitedFile.open(path, head, columns=columns, rows=rows)
