"""Delimited text of any size, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.broken_off import broken_off
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.delimited_rows import RowShape, parse_rows
from busyness.sources.chunks.encoding import Encoding, decoded, encoding_of
from busyness.sources.chunks.gathered import gathered
from busyness.sources.chunks.line_blocks import LineBlock, block_size, line_blocks
from busyness.sources.chunks.pruned import pruned
from busyness.sources.chunks.quotes import last_row_end
from busyness.sources.files.delimiters import find_heading, sniff_delimiter
from busyness.sources.files.raw import unique_names
from busyness.sources.files.times import looks_like_time


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """``Chunks`` of a CSV file or its like. ``lines`` are physical lines; every cell is text, an empty one null."""

    path: Path
    shape: RowShape
    encoding: Encoding
    above: int
    notes: tuple[str, ...]
    rows: int

    @classmethod
    def open(cls, path: Path, head: bytes, *, columns: Sequence[str] | None, rows: int) -> DelimitedFile:
        """This will tell encoding, delimiter and header from the ``head`` of the file.

        Raises: ``InputError`` where it is no text, ``ColumnMissingError`` for a column that the header does not have.
        """
        encoding = encoding_of(head, path.name)
        start = decoded(head, encoding).replace("\r\n", "\n").replace("\r", "\n")
        start = start[: start.rindex("\n") + 1] if "\n" in start else start
        if not start.strip():
            raise InputError(f"{path.name} is empty.")
        delimiter = sniff_delimiter(start.split("\n"))
        heading = find_heading(start, delimiter)
        notes = [encoding.note] if encoding.note else []
        if heading.line:
            notes.append(f"Took line {heading.line + 1} of {path.name} as the header; the lines above it are no table.")
        names, above = heading.names, heading.line + heading.height
        if any(map(looks_like_time, names)):
            notes.append(f"{path.name} has no header line: the columns are called column_1, column_2, ….")
            names, above = [""] * len(names), heading.line
        clean, repeated = unique_names(names)
        if repeated:
            notes.append(f"Several columns of {path.name} are called '{repeated[0]}'; the later ones got a number.")
        shape = RowShape(path.name, tuple(clean), pruned(clean, columns), delimiter)
        return cls(path, shape, encoding, above, tuple(notes), rows)

    @property
    def name(self) -> str:
        """What to call the table in sentences."""
        return self.path.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The wanted columns, in the order of the file."""
        return self.shape.columns

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the file from its beginning; at least one chunk comes, be it empty."""
        return gathered(self._parts(), self.rows)

    def _parts(self) -> Iterator[RawChunk]:
        schema = dict.fromkeys(self.columns, pl.String)
        nothing = RawChunk(pl.DataFrame(schema=schema), pl.Series("line", dtype=pl.Int64), notes=self.notes)
        yield nothing
        found = False
        to_skip = self.above
        for block in line_blocks(self.path, self.encoding, size=block_size(self.rows), end=last_row_end):
            text, skipped = _below(block.text, to_skip)
            to_skip -= skipped
            if block.damaged:
                yield broken_off(block, self.name, nothing.frame)
                return
            if text and not text.isspace():
                found = True
                chunk = parse_rows(text, block.first_line + skipped, self.shape)
                yield _with_note(chunk, block)
        if not found:
            yield RawChunk(nothing.frame, nothing.lines, notes=(f"{self.name} has a header but no rows.",))


def _below(text: bytes, lines: int) -> tuple[bytes, int]:
    """The text below so many lines, and how many lines there were to leave out."""
    start = left_out = 0
    while left_out < lines and start < len(text):
        start = text.find(b"\n", start) + 1 or len(text)
        left_out += 1
    return text[start:], left_out


def _with_note(chunk: RawChunk, block: LineBlock) -> RawChunk:
    return RawChunk(chunk.frame, chunk.lines, chunk.rejected, (*chunk.notes, block.note)) if block.note else chunk
