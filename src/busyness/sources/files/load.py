"""A path or a table → raw table, whatever the format."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.files.content import Kind, as_utf8, kind_of, read_bytes
from busyness.sources.files.delimited import read_delimited
from busyness.sources.files.frames import read_frame
from busyness.sources.files.json_lines import read_json
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.raw import RawTable, row_numbers
from busyness.sources.files.workbook import read_workbook


def load(source: object, layout: CountsLayout) -> RawTable:
    """This will read a table as it is. The format is told from the content, the name only helps to explain.

    Raises: ``InputError``, one sentence that names the file, for whatever is not a table with rows.
    """
    if not isinstance(source, str | Path):
        raw = read_frame(source)
    else:
        path = Path(source).expanduser()
        raw = _read(read_bytes(path), path.name, layout)
    if not raw.frame.width:
        raise InputError(f"{raw.name} has no columns.")
    if not raw.frame.height and not raw.ragged_lines.len():
        raise InputError(f"{raw.name} has a header but no rows.")
    return raw


def _read(content: bytes, name: str, layout: CountsLayout) -> RawTable:
    kind = kind_of(content, name)
    if kind is Kind.EXCEL:
        return read_workbook(content, name, sheet=layout.sheet)
    if kind in {Kind.PARQUET, Kind.ARROW, Kind.ARROW_STREAM}:
        return _columnar(content, kind, name)
    text, note = as_utf8(content, name, layout.encoding)
    if not text.strip():
        raise InputError(f"{name} is empty.")
    if kind is Kind.TEXT and text.lstrip()[:1] in {b"{", b"["}:
        kind = Kind.JSON
    raw = read_json(text, name) if kind is Kind.JSON else read_delimited(text, name, delimiter=layout.delimiter)
    notes = (*raw.notes, note) if note else raw.notes
    return RawTable(raw.name, raw.frame, raw.lines, raw.ragged, raw.ragged_lines, notes, raw.delimiter)


def _columnar(content: bytes, kind: Kind, name: str) -> RawTable:
    readers = {Kind.PARQUET: pl.read_parquet, Kind.ARROW: pl.read_ipc, Kind.ARROW_STREAM: pl.read_ipc_stream}
    try:
        frame: pl.DataFrame = readers[kind](io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):  # damage inside makes some readers panic
        raise InputError(f"{name} is a damaged or incomplete {kind} file.", hint="Download or write it again.") from None
    return RawTable(name, frame, row_numbers(frame.height))
