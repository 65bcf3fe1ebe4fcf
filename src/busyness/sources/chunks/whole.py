"""A table that is in memory already, or small enough to be: handed on in slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.pruned import pruned
from busyness.sources.chunks.rejections import rejections
from busyness.sources.files.raw import RawTable
from busyness.tables.events import Reason, no_rejections


@dataclass(frozen=True, slots=True)
class WholeTable:
    """``Chunks`` of a ``RawTable``. The rows that were too short or too long come with the first chunk, rejected."""

    table: RawTable
    rows: int
    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: RawTable, *, columns: Sequence[str] | None, rows: int) -> WholeTable:
        """This will keep the wanted columns, or raise ``ColumnMissingError``."""
        return cls(table, rows, pruned(table.frame.columns, columns))

    @property
    def name(self) -> str:
        """What to call the table in sentences."""
        return self.table.name

    def __iter__(self) -> Iterator[RawChunk]:
        """This will yield slices that share the table's memory."""
        frame, rejected, notes = self.table.frame.select(self.columns), self._ragged(), self.table.notes
        for start in range(0, max(frame.height, 1), self.rows):
            lines = self.table.lines.slice(start, self.rows)
            first = start == 0
            yield RawChunk(
                frame.slice(start, self.rows), lines, rejected if first else rejected.clear(), notes if first else ()
            )

    def _ragged(self) -> pl.DataFrame:
        rows, lines = self.table.ragged, self.table.ragged_lines
        if not lines.len():
            return no_rejections()
        text = rows.select(pl.concat_str(pl.all().cast(pl.String), separator=" ", ignore_nulls=True)).to_series()
        return rejections(lines, Reason.WRONG_WIDTH if self.table.delimiter else Reason.DAMAGED, text)
