"""Ids of places → clean text: the same place written as 1, 1.0 and ' 1 ' is one place."""

from __future__ import annotations

import difflib

import polars as pl

from busyness.sources.files.distinct import by_distinct

PLACE = "place"
_NO_PLACE = ("", "nan", "null", "none", "<na>", "na", "n/a", "#n/a", "nat")


def read_places(values: pl.Series) -> pl.Series:
    """This will return the ids as text, null where there is none.

    Whole numbers that came as decimals read as whole numbers, spaces at the ends are dropped.
    """
    if values.dtype.is_float():
        whole = values.cast(pl.Int64, strict=False)
        frame = pl.DataFrame({"float": values.fill_nan(None), "whole": whole})
        whole_text = pl.col("whole").cast(pl.String)
        other_text = pl.when(pl.col("float").is_finite()).then(pl.col("float").cast(pl.String))
        return frame.select(
            pl.when(pl.col("float") == pl.col("whole").cast(pl.Float64)).then(whole_text).otherwise(other_text).alias(PLACE)
        ).to_series()
    texts = values.cast(pl.String, strict=False)
    return by_distinct(texts, _read).to_series()


def _read(texts: pl.Series) -> pl.DataFrame:
    place = pl.col(PLACE)
    stripped = place.str.strip_chars().str.replace_all("\u00a0", " ").str.strip_chars().str.replace(r"^(-?\d+)\.0+$", "${1}")
    frame = texts.to_frame(PLACE).select(stripped)
    return frame.select(pl.when(~place.str.to_lowercase().is_in(_NO_PLACE)).then(place))


def unknown_places(places: pl.Series, known: frozenset[str]) -> tuple[list[str], tuple[str, ...]]:
    """This will return the places that are not known, and a hint for those that are nearly."""
    wanted = {name.strip() for name in known}
    unknown = sorted(set(places.unique().drop_nulls()) - wanted)
    notes = []
    by_lower = {name.lower(): name for name in wanted}
    for name in unknown[:50]:
        near = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.75)
        if near:
            notes.append(f"'{name}' is not a known place; did you mean '{by_lower[near[0]]}'?")
    return unknown, tuple(notes[:5])
