"""Parquet and Arrow files of any size, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.pruned import pruned
from busyness.sources.files.content import Kind
from busyness.sources.files.raw import row_numbers

# Damage inside a file makes some readers panic.
_DAMAGE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


@dataclass(frozen=True, slots=True)
class ColumnarFile:
    """``Chunks`` of a Parquet or Arrow file, typed as they are. ``lines`` number the records from 1.

    Memory is bounded by the chunk and by the largest row group, which is read whole.
    """

    path: Path
    kind: Kind
    columns: tuple[str, ...]
    height: int
    rows: int

    @classmethod
    def open(cls, path: Path, kind: Kind, *, columns: Sequence[str] | None, rows: int) -> ColumnarFile:
        """This will read the names and the number of rows, nothing else.

        Raises: ``InputError`` where the file is damaged, ``ColumnMissingError`` for a column that it does not have.
        """
        try:
            scan = _scan(path, kind)
            names = scan.collect_schema().names()
            height = int(scan.select(pl.len()).collect().item())
        except _DAMAGE:
            raise _damaged(path, kind) from None
        return cls(path, kind, pruned(names, columns), height, rows)

    @property
    def name(self) -> str:
        """What to call the table in sentences."""
        return self.path.name

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the file from its beginning.

        Raises: ``InputError`` where it is damaged inside.
        """
        for start in range(0, max(self.height, 1), self.rows):
            try:
                # Slices, not Polars' own batches: those were measured to hold five times as much of an Arrow file.
                frame = _scan(self.path, self.kind).select(self.columns).slice(start, self.rows).collect()
            except _DAMAGE:
                raise _damaged(self.path, self.kind) from None
            yield RawChunk(frame, row_numbers(frame.height, start + 1))


def _scan(path: Path, kind: Kind) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False) if kind is Kind.PARQUET else pl.scan_ipc(path, glob=False)


def _damaged(path: Path, kind: Kind) -> InputError:
    return InputError(f"{path.name} is a damaged or incomplete {kind} file.", hint="Download or write it again.")
