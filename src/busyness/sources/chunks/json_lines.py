"""JSON lines of any size, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.broken_off import broken_off
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.count_byte import count_byte
from busyness.sources.chunks.encoding import Encoding, decoded, encoding_of
from busyness.sources.chunks.gathered import gathered
from busyness.sources.chunks.line_blocks import LineBlock, block_size, last_line_end, line_blocks
from busyness.sources.chunks.pruned import pruned
from busyness.sources.chunks.rejections import rejections
from busyness.tables.events import Reason, no_rejections

_ENTRY = r"^\{.*\}$"


@dataclass(frozen=True, slots=True)
class JsonLinesFile:
    """``Chunks`` of one JSON record a line. Every value is text (what is nested, as JSON), so chunks agree on types.

    The columns are the names in the first megabyte; a name that comes up only later is no column.
    """

    path: Path
    columns: tuple[str, ...]
    encoding: Encoding
    rows: int

    @classmethod
    def open(cls, path: Path, head: bytes, *, columns: Sequence[str] | None, rows: int) -> JsonLinesFile:
        """This will find the columns in the ``head`` of the file.

        Raises: ``InputError`` where no line of it is a record, ``ColumnMissingError`` for a column that none has.
        """
        encoding = encoding_of(head, path.name)
        names: dict[str, None] = {}
        for line in decoded(head, encoding).split("\n"):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                names.update(dict.fromkeys(entry))
        if not names:
            raise InputError(f"{path.name} is not a list of JSON records.", hint="Write one record on each line.")
        return cls(path, pruned(tuple(names), columns), encoding, rows)

    @property
    def name(self) -> str:
        """What to call the table in sentences."""
        return self.path.name

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the file from its beginning. A line that is no record is rejected; the others are read."""
        return gathered(self._parts(), self.rows)

    def _parts(self) -> Iterator[RawChunk]:
        schema = dict.fromkeys(self.columns, pl.String)
        nothing = pl.DataFrame(schema=schema)
        note = self.encoding.note
        yield RawChunk(nothing, pl.Series("line", dtype=pl.Int64), notes=(note,) if note else ())
        for block in line_blocks(self.path, self.encoding, size=block_size(self.rows), end=last_line_end):
            yield broken_off(block, self.name, nothing) if block.damaged else _chunk(block, schema)


def _chunk(block: LineBlock, schema: dict[str, type[pl.String]]) -> RawChunk:
    notes = (block.note,) if block.note else ()
    count = count_byte(block.text, b"\n") + (not block.text.endswith(b"\n"))
    lines = pl.int_range(block.first_line, block.first_line + count, eager=True, dtype=pl.Int64).alias("line")
    frame = _records(block.text, schema)
    if frame is not None and frame.height == count:
        return RawChunk(frame, lines, notes=notes)
    texts = pl.Series("text", block.text.decode().removesuffix("\n").split("\n"), dtype=pl.String).str.strip_chars()
    filled = texts != ""
    texts, lines = texts.filter(filled), lines.filter(filled)
    frame, good = _readable(texts, schema)
    rejected = rejections(lines.filter(~good), Reason.DAMAGED, texts.filter(~good)) if not good.all() else no_rejections()
    return RawChunk(frame, lines.filter(good), rejected, notes)


def _records(text: bytes, schema: dict[str, type[pl.String]]) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(text, schema=schema)
    except pl.exceptions.PolarsError:
        return None


def _readable(texts: pl.Series, schema: dict[str, type[pl.String]]) -> tuple[pl.DataFrame, pl.Series]:
    """The records among these lines, and which lines they are: found by halves, which costs little where few are broken."""
    good = texts.str.contains(_ENTRY).to_list()
    frames = []
    pending = [[place for place, looks_good in enumerate(good) if looks_good]]
    while pending:
        places = pending.pop()
        frame = _records("\n".join(texts.gather(places)).encode(), schema) if places else None
        if frame is not None and frame.height == len(places):
            frames.append(frame)
        elif len(places) > 1:
            middle = len(places) // 2
            pending += [places[middle:], places[:middle]]  # the first half is taken first, so the order stays
        elif places:
            good[places[0]] = False
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema), pl.Series(good, dtype=pl.Boolean)
