"""Delimited text → raw table, all cells as text, and every line that is too short or too long set aside."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.sources.files.delimiters import Heading, find_heading, sniff_delimiter
from busyness.sources.files.raw import RawTable, row_numbers, unique_names
from busyness.sources.files.times import looks_like_time

_SAMPLE = 65_536
_RULE = re.compile(rb"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)+\|?[ \t]*$", re.MULTILINE)
_PIPES = re.compile(rb"[ \t]*\|[ \t]*")
_OUTER_PIPES = re.compile(rb"^\|+|\|+$", re.MULTILINE)


def read_delimited(text: bytes, name: str, *, delimiter: str | None = None) -> RawTable:
    """This will return the table in UTF-8 text, its cells as written.

    Cells that are empty are null. Blank lines are no rows. ``lines`` are physical lines, also below quoted cells that
    span several. A Markdown table is read as well.

    Raises: ``InputError`` where there is a header and nothing below, or where the times lie across the columns.
    """
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    notes: list[str] = []
    above = 0
    rule = _RULE.search(text[: 16 * _SAMPLE])
    if rule:
        text, above = _markdown_body(text, rule)
        delimiter = "|"
    elif text[:4].lower() == b"sep=" and text[5:6] == b"\n":
        delimiter = delimiter or text[4:5].decode("latin-1")
        text, above = text[6:], 1
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n")]
    start = sample.decode("utf-8", errors="ignore")
    separator = delimiter or sniff_delimiter(start.splitlines())
    heading = find_heading(start, separator)
    if heading.line and not rule:
        notes.append(f"Took line {heading.line + above + 1} as the header; the lines above it are no table.")
    body, first_line, names = _below(text, heading, above, notes, name)
    if rule:
        first_line += 1  # the line of dashes
    return _table(body, names, separator, first_line, name=name, notes=notes)


def _markdown_body(text: bytes, rule: re.Match[bytes]) -> tuple[bytes, int]:
    """The first table of a document, without dashes and outer pipes, and the number of lines above its header."""
    header_start = text.rfind(b"\n", 0, max(rule.start() - 1, 0)) + 1
    rows = text[rule.end() + 1 :]
    end = re.search(rb"^[^|\n]*$", rows, re.MULTILINE)
    rows = rows[: end.start()] if end else rows
    table = text[header_start : rule.start()] + rows
    bare = b"\n".join(line.strip() for line in _PIPES.sub(b"|", table).split(b"\n"))
    return _OUTER_PIPES.sub(b"", bare), text.count(b"\n", 0, header_start)


def _below(text: bytes, heading: Heading, above: int, notes: list[str], name: str) -> tuple[bytes, int, list[str]]:
    """What lies below the header, the line it starts on (from 1), and the column names."""
    names = heading.names
    times_in_header = [cell for cell in names if looks_like_time(cell)]
    if len(times_in_header) > 2:
        raise InputError(
            f"{name} has its times across the columns ({times_in_header[0]}, {times_in_header[1]}, …).",
            hint="Turn it around: one row for each time.",
        )
    skipped = heading.line
    if times_in_header:
        notes.append("There is no header line: the columns are called column_1, column_2, ….")
        names = [""] * len(names)
    else:
        skipped += heading.height
    position = 0
    for _ in range(skipped):
        following = text.find(b"\n", position)
        position = len(text) if following < 0 else following + 1
    clean, repeated = unique_names(names)
    if repeated:
        notes.append(f"Several columns are called '{repeated[0]}'; the later ones got a number.")
    return text[position:], above + skipped + 1, clean


def _table(body: bytes, names: list[str], delimiter: str, first_line: int, *, name: str, notes: list[str]) -> RawTable:
    if not body.strip():
        raise InputError(f"{name} has a header but no rows.")
    quoted = b'"' in body
    frame = _parse(body, len(names), delimiter, quoted=quoted)
    widths, starts = None, None
    if quoted or frame is None or _may_be_uneven(body, frame, delimiter):
        widths, starts = row_shapes(body, delimiter, quoted=quoted)
    if frame is None or (widths is not None and len(widths) != frame.height):
        # Quotes that do not match up: they are then just characters, and each line stands for itself.
        frame = _parse(body, len(names), delimiter, quoted=False)
        widths, starts = row_shapes(body, delimiter, quoted=False)
        notes.append(f"The quotation marks in {name} do not match up; they were ignored.")
        assert frame is not None
        frame = frame.with_columns(pl.all().str.strip_chars('"'))
    lines = row_numbers(frame.height, first_line) if starts is None else pl.Series(starts + first_line, dtype=pl.Int64)
    wrong = np.zeros(frame.height, bool)
    beyond = frame.to_series(len(names)).fill_null("")
    if widths is not None and len(widths) == frame.height:
        tail_empty = (beyond == "").to_numpy()
        wrong = (widths != len(names)) & ~((widths == len(names) + 1) & tail_empty)
    frame = frame.drop(frame.columns[-1])
    frame.columns = names
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    filled = _filled(frame) | (beyond.str.strip_chars() != "")  # a row may stand wholly to the right of the table
    kept = filled & ~pl.Series(wrong)
    bad = filled & pl.Series(wrong)
    if kept.all():
        return RawTable(name, frame, lines, notes=tuple(notes), delimiter=delimiter)
    return RawTable(
        name, frame.filter(kept), lines.filter(kept), frame.filter(bad), lines.filter(bad), tuple(notes), delimiter=delimiter
    )


def _parse(body: bytes, width: int, delimiter: str, *, quoted: bool) -> pl.DataFrame | None:
    """All cells as text, with one column more than the header has, so that a longer line shows."""
    header = delimiter.join(f"c{number}" for number in range(width + 1)).encode() + b"\n"
    try:
        return pl.read_csv(
            header + body,
            separator=delimiter,
            quote_char='"' if quoted else None,
            infer_schema=False,
            truncate_ragged_lines=True,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _may_be_uneven(body: bytes, frame: pl.DataFrame, delimiter: str) -> bool:
    """Whether any line may have another number of fields than the header, told cheaply where there are no quotes.

    Every line is as wide as the header where none has more, none ends in an empty cell, and the delimiters add up.
    """
    width = frame.width - 1
    if body.count(delimiter.encode()) != frame.height * (width - 1):
        return True
    last, beyond = frame.to_series(width - 1), frame.to_series(width)
    return bool((last == "").any() or (beyond != "").any()) and width > 1


def row_shapes(body: bytes, delimiter: str, *, quoted: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """This will return the number of fields of each row, and the line each starts on (from 0).

    A delimiter or line end between quotes is part of a cell: the parity of the quotes before it tells.
    """
    letters = np.frombuffer(body, np.uint8)
    breaks = np.flatnonzero(letters == ord("\n"))
    delimiters = np.flatnonzero(letters == ord(delimiter))
    ends = breaks
    if quoted:
        inside = np.cumsum(letters == ord('"'), dtype=np.uint8) & 1  # wraps at 256, which keeps the parity
        ends = breaks[inside[breaks] == 0]
        delimiters = delimiters[inside[delimiters] == 0]
    if not body.endswith(b"\n"):
        ends = np.append(ends, len(body))
    starts = np.concatenate([[0], ends[:-1] + 1])
    edges = np.searchsorted(delimiters, np.concatenate([[0], ends]))
    return np.diff(edges) + 1, np.searchsorted(breaks, starts)


def _filled(frame: pl.DataFrame) -> pl.Series:
    """Whether each row has anything in it."""
    blank = frame.to_series(0).is_null()
    if not blank.any():
        return ~blank
    return frame.select(pl.any_horizontal(pl.all().str.strip_chars().str.len_chars().fill_null(0) > 0)).to_series()
