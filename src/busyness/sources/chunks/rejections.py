"""Rows that could not be parsed at all, as the table of rejected rows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA, Reason

_SHOWN = 200


def rejections(lines: pl.Series | Sequence[int], reason: Reason, written: pl.Series | Sequence[str | None]) -> pl.DataFrame:
    """This will return one rejected row for each line; ``value`` is what is written there, its first 200 characters."""
    return pl.DataFrame(
        {
            c.LINE: pl.Series(lines, dtype=pl.Int64),
            c.REASON: pl.repeat(reason.value, len(lines), dtype=pl.String, eager=True),
            c.PLACE: pl.repeat(None, len(lines), dtype=pl.String, eager=True),
            c.TIME: pl.repeat(None, len(lines), dtype=pl.String, eager=True),
            c.VALUE: pl.Series(written, dtype=pl.String).str.slice(0, _SHOWN),
        },
        schema=REJECTED_SCHEMA,
    )
