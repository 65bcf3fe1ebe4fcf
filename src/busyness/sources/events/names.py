"""Ids of stations, vehicles and orders → clean text."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.place_ids import read_places

_UNCLEAN = r"^$|^[\s\u00a0]|[\s\u00a0]$|\.0+$|^(?i:nan|null|none|<na>|na|n/a|#n/a|nat)$"
"""What ``read_places`` changes."""


def names(ids: pl.Series) -> pl.Series:
    """This will return the ids as text, null where there is none: what ``files.place_ids.read_places`` returns, sooner."""
    if ids.dtype.is_integer():
        return ids.cast(pl.String)
    if ids.dtype == pl.String and not ids.str.contains(_UNCLEAN).any():
        return ids
    return read_places(ids)
