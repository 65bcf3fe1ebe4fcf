"""Small pieces of a table → chunks of the size that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.tables.events import no_rejections


def gathered(parts: Iterator[RawChunk], rows: int) -> Iterator[RawChunk]:
    """This will yield chunks of ``rows`` rows (the last may be shorter; at least one comes). Nothing is copied.

    Types are joined where parts differ; a column without any value becomes text. A note is not repeated.
    """
    held: list[RawChunk] = []
    height = 0
    said: set[str] = set()
    yielded = False
    for part in parts:
        held.append(part)
        height += part.frame.height
        if height < rows:
            continue
        whole = _joined(held, said)
        for start in range(0, height - height % rows, rows):
            cut = RawChunk(no_nulls(whole.frame.slice(start, rows)), whole.lines.slice(start, rows))
            yield cut if start else RawChunk(cut.frame, cut.lines, whole.rejected, whole.notes)
            yielded = True
        done = height - height % rows
        held = [RawChunk(whole.frame.slice(done), whole.lines.slice(done))]
        height -= done
    last = _joined(held, said) if held else None
    if last is not None and (not yielded or last.frame.height or last.rejected.height or last.notes):
        yield RawChunk(no_nulls(last.frame), last.lines, last.rejected, last.notes)


def stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """This will put frames with the same columns one below the other, without copying; where types differ they widen."""
    return pl.concat([part for part in frames if part.height] or frames[:1], how="vertical_relaxed", rechunk=False)


def no_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """This will make text of the columns that have no value and so no type."""
    return frame.with_columns(pl.col(pl.Null).cast(pl.String))


def _joined(parts: list[RawChunk], said: set[str]) -> RawChunk:
    notes = dict.fromkeys(note for part in parts for note in part.notes if note not in said)
    said.update(notes)
    if len(parts) == 1:
        return RawChunk(parts[0].frame, parts[0].lines, parts[0].rejected, tuple(notes))
    return RawChunk(
        stacked([part.frame for part in parts]),
        pl.concat([part.lines for part in parts], rechunk=False),
        pl.concat([part.rejected for part in parts if part.rejected.height] or [no_rejections()]),
        tuple(notes),
    )
