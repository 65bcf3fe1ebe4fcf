"""One chunk of a table as it was found, and what yields chunk after chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from busyness.tables.events import no_rejections


@dataclass(frozen=True, slots=True)
class RawChunk:
    """Some rows of a table, nothing interpreted yet.

    ``frame`` has the columns of the table (delimited text and JSON lines: all String, so that no cell is lost; Parquet,
    Arrow, Avro and SQL: as they are typed). ``lines`` (Int64, one a row) is the physical line of a text file (1 is the
    first) or the number of the record (1 is the first). ``rejected`` are the rows that could not be parsed at all
    (``REJECTED_SCHEMA``). ``notes`` are sentences for the person; each is said once, in the chunk where it came up.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejected: pl.DataFrame = field(default_factory=no_rejections)
    notes: tuple[str, ...] = ()


class Chunks(Protocol):
    """A table of any size. ``name`` is what to call it in sentences; each ``iter`` reads it from its beginning."""

    @property
    def name(self) -> str:
        """What to call the table in sentences."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of every chunk, known before the first one is read."""

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the table from its beginning, chunk by chunk."""
