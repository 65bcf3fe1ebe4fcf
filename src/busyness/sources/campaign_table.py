"""Tables of things that happen for a while at some places (promotions, local events, school holidays) → known flags."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from busyness.sources.covariates import END, NAME, START, KnownTable
from busyness.tables import columns as c

_KEYS = (c.PLACE, START, END, NAME, c.KNOWN_AT)


def flag_rows(spans: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """This will return a row of value 1 for each span, under its row's name; rows without a name are left out."""
    return spans.with_columns(names.alias(NAME), pl.lit(1.0).alias(c.VALUE)).drop_nulls(NAME).select(*_KEYS, c.VALUE)


def number_rows(spans: pl.DataFrame, name: str, values: pl.Series) -> pl.DataFrame:
    """This will return a row for each span with a number; rows without one are left out."""
    named = spans.with_columns(pl.lit(name).alias(NAME), values.alias(c.VALUE))
    return named.drop_nulls(c.VALUE).select(*_KEYS, c.VALUE)


def campaign_table(parts: Sequence[pl.DataFrame], *, local: bool, notes: Sequence[str]) -> KnownTable:
    """This will put flags and numbers together; what is listed twice counts once, the greater number of two.

    The columns are those of a ``KnownTable``.
    """
    rows = pl.concat(parts)
    frame = rows.group_by(*_KEYS, maintain_order=True).agg(pl.col(c.VALUE).max())
    ones = frame.group_by(NAME, maintain_order=True).agg((pl.col(c.VALUE) == 1).all().alias("flag"))
    flags = tuple(ones.filter("flag")[NAME].to_list())
    return KnownTable(
        frame.select(c.PLACE, START, END, NAME, c.VALUE, c.KNOWN_AT), tuple(ones[NAME]), tuple(notes), local, flags
    )


def worded(prefix: str, words: pl.Series) -> pl.Series:
    """This will make covariate names of words, ``promotion_2x1``; null where there is no word."""
    plain = words.str.to_lowercase().str.replace_all(r"\W+", "_").str.strip_chars("_")
    return pl.select(pl.when(plain != "").then(pl.concat_str(pl.lit(f"{prefix}_"), plain))).to_series()
