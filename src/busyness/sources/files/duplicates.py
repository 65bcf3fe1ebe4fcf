"""Several rows of one place and time: keep one, or make one of them."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.layout import Duplicates
from busyness.tables import columns as c

_KEY = "\x00key"


def repeated_rows(frame: pl.DataFrame, policy: Duplicates) -> pl.Series:
    """This will say which rows of ``time, place`` are surplus: all but the first, or all but the last for ``last``.

    With ``sum`` and ``mean`` no row is surplus (see ``merged``).
    """
    none = pl.repeat(False, frame.height, eager=True)
    if policy in {"sum", "mean"}:
        return none
    key = _key(frame)
    if key.n_unique() == key.len():
        return none
    return ~(key.is_last_distinct() if policy == "last" else key.is_first_distinct())


def merged(frame: pl.DataFrame, policy: Duplicates) -> pl.DataFrame:
    """This will make one row of several by ``sum`` or ``mean``; null amounts do not count, unless all are null."""
    key = _key(frame)
    if key.n_unique() == key.len():
        return frame
    amount = pl.col(c.AMOUNT)
    total = amount.mean() if policy == "mean" else pl.when(amount.count() > 0).then(amount.sum())
    others = [pl.col(name).first() for name in frame.columns if name not in {c.TIME, c.PLACE, c.AMOUNT}]
    together = frame.group_by(c.TIME, c.PLACE, maintain_order=True).agg(total.alias(c.AMOUNT), *others)
    return together.select(frame.columns)


def _key(frame: pl.DataFrame) -> pl.Series:
    """One number for each place and time, which is far cheaper to compare than the pair; a struct where it would not fit."""
    place = place_codes(frame[c.PLACE]).cast(pl.Int64)
    micros = frame[c.TIME].to_physical()
    if micros.len() and bool((micros % 1_000_000 == 0).all()):
        return place * 2**34 + micros // 1_000_000
    return frame.select(pl.struct(place.alias(c.PLACE), pl.col(c.TIME)).alias(_KEY)).to_series()


def place_codes(places: pl.Series) -> pl.Series:
    """This will number the places from 0 (null stays null)."""
    return places.cast(pl.Enum(places.unique().drop_nulls())).to_physical()
