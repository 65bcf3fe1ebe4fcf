"""The rejected rows of one chunk. A row is rejected once, for its first fault."""

from __future__ import annotations

import numpy as np
import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events.roles import column_parts
from busyness.sources.files.fates import code, reason_names
from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA, Reason

Written = pl.Series | tuple[pl.Series, ...]
"""Cells as they were written; of several columns they are shown one after the other."""


class Sieve:
    """What becomes of each row of a chunk, and what there is to say about it.

    ``place`` and ``time`` name the columns that are shown with a rejected row, as they were written; each may be two
    columns (``"StartDate + StartTime"``). What the chunk itself rejected and noted is kept.
    """

    def __init__(self, chunk: RawChunk, *, place: str | None = None, time: str | None = None) -> None:
        self.chunk = chunk
        self._place, self._time = place, time
        self._fates = np.zeros(chunk.frame.height, np.uint8)
        self._values: list[tuple[pl.Series, pl.Series]] = []
        self._notes = list(chunk.notes)

    @property
    def frame(self) -> pl.DataFrame:
        """The raw rows."""
        return self.chunk.frame

    @property
    def kept(self) -> pl.Series:
        """Which rows have no fault so far (Boolean)."""
        return pl.Series("kept", self._fates == 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was said, each sentence once, in order."""
        return tuple(dict.fromkeys(note for note in self._notes if note))

    def say(self, *notes: str) -> None:
        """This will keep sentences for the person; an empty one says nothing."""
        self._notes.extend(notes)

    def reject(self, bad: pl.Series, reason: Reason, *, value: Written | None = None) -> None:
        """This will reject the rows where ``bad`` is true and that have no fault yet (null is not bad).

        ``value`` has what is wrong, one for each row, to show it as it was written.
        """
        if not bad.any():
            return
        fresh = np.flatnonzero(bad.fill_null(False).to_numpy() & (self._fates == 0))
        if not fresh.size:
            return
        self._fates[fresh] = code(reason)
        if value is not None:
            rows = pl.Series("row", fresh, dtype=pl.UInt32)
            columns = (value,) if isinstance(value, pl.Series) else value
            self._values.append((rows, _texts([column.gather(rows) for column in columns])))

    def reject_as(self, faults: pl.Series, *, value: Written | None = None) -> None:
        """This will reject each row for the reason that ``faults`` has for it (texts of ``Reason``, null: no fault)."""
        if faults.null_count() == faults.len():
            return
        for reason in faults.drop_nulls().unique().sort():
            self.reject(faults == reason, Reason(reason), value=value)

    def rejected(self) -> pl.DataFrame:
        """This will return the rejected rows by line, those that the chunk could not parse among them."""
        rows = pl.Series("row", np.flatnonzero(self._fates), dtype=pl.UInt32)
        if not rows.len():
            return self.chunk.rejected
        fates = pl.Series(self._fates).gather(rows).cast(pl.Int64)
        frame = self.frame[rows]
        own = pl.DataFrame(
            {
                c.LINE: self.chunk.lines.gather(rows),
                c.REASON: fates.replace_strict(reason_names(), return_dtype=pl.String),
                c.PLACE: _written(frame, self._place),
                c.TIME: _written(frame, self._time),
                c.VALUE: self._shown(rows),
            },
            schema=REJECTED_SCHEMA,
        )
        return pl.concat([own, self.chunk.rejected]).sort(c.LINE, maintain_order=True)

    def _shown(self, rows: pl.Series) -> pl.Series:
        if not self._values:
            return pl.Series([None], dtype=pl.String).new_from_index(0, rows.len())
        seen = pl.DataFrame({"row": pl.concat([row for row, _ in self._values])}).with_columns(
            pl.concat([value.rename("value") for _, value in self._values])
        )
        return rows.to_frame().join(seen, on="row", how="left", maintain_order="left")["value"]


def _written(frame: pl.DataFrame, column: str | None) -> pl.Series:
    if column is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    return _texts([frame[name] for name in column_parts(column, frame.columns)])


def _texts(columns: list[pl.Series]) -> pl.Series:
    """The columns as one text, null where all are empty."""
    texts = [column.cast(pl.String, strict=False) for column in columns]
    if len(texts) == 1:
        return texts[0]
    joined = pl.concat_str(texts, separator=" ", ignore_nulls=True)
    return pl.select(pl.when(joined != "").then(joined)).to_series()
