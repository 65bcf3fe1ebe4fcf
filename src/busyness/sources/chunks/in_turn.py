"""Several files of one table, read one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from busyness.domain.errors import InputError
from busyness.sources.chunks.chunk import Chunks, RawChunk


@dataclass(frozen=True, slots=True)
class InTurn:
    """``Chunks`` of all the files. ``lines`` count within each file; notes name the file, and so does ``name``."""

    parts: tuple[Chunks, ...]
    name: str

    @classmethod
    def of(cls, parts: tuple[Chunks, ...], name: str) -> InTurn:
        """This will see that all files have the same columns, in whatever order.

        Raises: ``InputError`` that names the first file whose columns differ, and one that differs.
        """
        first = parts[0]
        for part in parts[1:]:
            missing = [column for column in first.columns if column not in part.columns]
            extra = [column for column in part.columns if column not in first.columns]
            if missing or extra:
                what = f"has no column '{missing[0]}'" if missing else f"has a column '{extra[0]}' more"
                raise InputError(
                    f"{part.name} {what}; {first.name} has {', '.join(first.columns[:20])}.",
                    hint="Read files with different columns one by one, or name the columns that all have.",
                )
        return cls(parts, name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, in the order of the first file."""
        return self.parts[0].columns

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the files one after the other."""
        for part in self.parts:
            for chunk in part:
                yield RawChunk(chunk.frame.select(self.columns), chunk.lines, chunk.rejected, chunk.notes)
