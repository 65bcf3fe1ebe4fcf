"""A block of delimited lines → rows, all cells as text, and the lines that are too short or too long set aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.count_byte import count_byte
from busyness.sources.chunks.quotes import match_up, straightened
from busyness.sources.chunks.rejections import rejections
from busyness.sources.files.delimited import row_shapes
from busyness.tables.events import Reason, no_rejections


@dataclass(frozen=True, slots=True)
class RowShape:
    """What every row of a file should look like: the ``names`` of its cells, of which ``columns`` are wanted."""

    file: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    delimiter: str


def parse_rows(text: bytes, first_line: int, shape: RowShape) -> RawChunk:
    """This will read whole lines of UTF-8. Empty cells are null, blank lines are no rows, quoted cells may span lines."""
    quoted = b'"' in text
    notes: tuple[str, ...] = ()
    if quoted and not match_up(text, shape.delimiter):
        notes = (f"Some quotation marks in {shape.file} do not match up; those lines were read one by one.",)
        readable = straightened(text, shape.delimiter)
    else:
        readable = text
    for marked in (quoted, False):
        frame = _parsed(readable, shape, quoted=marked)
        widths, starts = _shapes(readable, frame, shape, quoted=marked)
        if widths is None or len(widths) == frame.height:
            break
    lines = pl.int_range(frame.height, eager=True) if starts is None else pl.Series(starts)
    lines = (lines + first_line).cast(pl.Int64).alias("line")
    rows, kept, wrong = _sorted_out(frame, widths, shape)
    if kept.all():
        return RawChunk(rows, lines, notes=notes)
    rejected = no_rejections()
    if wrong.any():
        written, bad = text.split(b"\n"), lines.filter(wrong)
        rejected = rejections(bad, Reason.WRONG_WIDTH, [written[line - first_line].decode() for line in bad])
    return RawChunk(rows.filter(kept), lines.filter(kept), rejected, notes)


def _parsed(text: bytes, shape: RowShape, *, quoted: bool) -> pl.DataFrame:
    """The wanted cells, the last one, and one beyond it, in which a longer line shows."""
    width = len(shape.names)
    wanted = [place for place, name in enumerate(shape.names) if name in set(shape.columns) or place == width - 1]
    frame = _read(text, shape, [*wanted, width], quoted=quoted)
    if frame.width <= width and frame.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        frame = _read(text, shape, list(range(width + 1)), quoted=quoted)  # is the row blank, or are only these cells?
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all())) if quoted else frame


def _read(text: bytes, shape: RowShape, places: list[int], *, quoted: bool) -> pl.DataFrame:
    header = shape.delimiter.join(f"cell_{place}" for place in range(len(shape.names) + 1)).encode()
    return pl.read_csv(
        header + b"\n" + text,
        columns=[f"cell_{place}" for place in places],
        separator=shape.delimiter,
        quote_char='"' if quoted else None,
        infer_schema=False,
        truncate_ragged_lines=True,
    )


def _shapes(
    text: bytes, frame: pl.DataFrame, shape: RowShape, *, quoted: bool
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]:
    """The width and the first line of every row, or nothing where all rows are surely lines of the right width.

    They are where the delimiters add up, no line is longer than the header, none ends in an empty cell and no quoted
    cell spans lines.
    """
    width = len(shape.names)
    one_line_each = not quoted or frame.height == count_byte(text, b"\n") + (not text.endswith(b"\n"))
    if one_line_each and count_byte(text, shape.delimiter.encode()) == frame.height * (width - 1):
        last, beyond = frame[f"cell_{width - 1}"], frame[f"cell_{width}"]
        if not last.null_count() and beyond.null_count() == beyond.len():
            return None, None
    return row_shapes(text, shape.delimiter, quoted=quoted)


def _sorted_out(
    frame: pl.DataFrame, widths: NDArray[np.int64] | None, shape: RowShape
) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """The wanted columns under their names, which rows to keep, and which have the wrong width."""
    width = len(shape.names)
    names = {f"cell_{place}": name for place, name in enumerate(shape.names) if name in set(shape.columns)}
    rows = frame.select(pl.col(cell).alias(name) for cell, name in names.items())
    if widths is None:
        every = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
        return rows, every, ~every
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    if "cell_0" in frame.columns:  # a line of spaces alone
        filled &= ~(pl.Series(widths == 1) & (frame["cell_0"].str.strip_chars() == "").fill_null(True))
    ends_early = (widths == width + 1) & frame[f"cell_{width}"].is_null().to_numpy()  # a delimiter at the line's end
    wrong = pl.Series((widths != width) & ~ends_early)
    return rows, filled & ~wrong, filled & wrong
