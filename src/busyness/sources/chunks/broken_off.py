"""The place where a damaged text file breaks off: no row, but something to say."""

from __future__ import annotations

import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.line_blocks import LineBlock
from busyness.sources.chunks.rejections import rejections
from busyness.tables.events import Reason


def broken_off(block: LineBlock, name: str, nothing: pl.DataFrame) -> RawChunk:
    """This will reject the piece of a line at which a file breaks off: half a number is a wrong number.

    ``nothing`` is a frame of no rows with the file's columns.
    """
    note = f"{name} is damaged or cut short at line {block.first_line:,}; the lines before it were read."
    written = block.text.split(b"\n")[0].decode(errors="replace")
    rejected = rejections([block.first_line], Reason.DAMAGED, [written])
    return RawChunk(nothing, pl.Series("line", dtype=pl.Int64), rejected, (note,))
