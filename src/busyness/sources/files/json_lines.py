"""JSON lines, or one JSON array of records → raw table."""

from __future__ import annotations

import io

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.files.raw import RawTable, row_numbers


def read_json(text: bytes, name: str) -> RawTable:
    """This will read records. ``lines`` are physical lines of JSON lines, record numbers from 1 of an array.

    A line that is no record (half a line at the end of a file, say) is set aside as ragged; the others are read.

    Raises: ``InputError`` where no record can be read.
    """
    if text.lstrip()[:1] == b"[":
        return _array(text, name)
    lines = pl.Series("line", text.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n"), dtype=pl.String)
    stripped = lines.str.strip_chars()
    filled = stripped != ""
    numbers = row_numbers(lines.len()).filter(filled)
    stripped = stripped.filter(filled)
    whole = stripped.str.contains(r"^\{.*\}$")
    if not whole.any():
        raise InputError(f"{name} is not a list of JSON records.", hint="Write one record on each line, or a list of them.")
    frame = _records("\n".join(stripped.filter(whole)).encode())
    if frame is None or frame.height != int(whole.sum()):
        frame, whole = _one_by_one(stripped, name)
    ragged = pl.DataFrame(schema=dict.fromkeys(frame.columns, pl.String))
    broken = numbers.filter(~whole)
    if broken.len():
        ragged = pl.DataFrame({column: pl.Series([None] * broken.len(), dtype=pl.String) for column in frame.columns})
    return RawTable(name, frame, numbers.filter(whole), ragged, broken)


def _array(text: bytes, name: str) -> RawTable:
    try:
        frame = pl.read_json(io.BytesIO(text), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        raise InputError(f"{name} is not valid JSON, or is cut short.", hint="Write it again, or as JSON lines.") from None
    if not frame.width or not frame.height:
        raise InputError(f"{name} holds no records.")
    return RawTable(name, frame, row_numbers(frame.height))


def _records(text: bytes) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(io.BytesIO(text), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return None


def _one_by_one(lines: pl.Series, name: str) -> tuple[pl.DataFrame, pl.Series]:
    """Some line is broken inside: find the readable ones by halves, which costs little where few are broken."""
    good = [False] * lines.len()
    pending = [(0, lines.len())]
    while pending:
        start, stop = pending.pop()
        part = _records("\n".join(lines[start:stop]).encode())
        if part is not None and part.height == stop - start:
            good[start:stop] = [True] * (stop - start)
        elif stop - start > 1:
            middle = (start + stop) // 2
            pending += [(start, middle), (middle, stop)]
    whole = pl.Series(good, dtype=pl.Boolean)
    frame = _records("\n".join(lines.filter(whole)).encode()) if whole.any() else None
    if frame is None or not frame.width:
        raise InputError(f"{name} is not a list of JSON records.", hint="Write one record on each line, or a list of them.")
    return frame, whole
