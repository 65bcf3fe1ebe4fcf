"""From spans of work to heads by place and slot: a head who is there for half of a slot counts half."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from busyness.decisions.money.from_tables import HEADS
from busyness.decisions.money.problem import Numbers
from busyness.domain.errors import UnknownPlaceError
from busyness.tables import columns as c


def span_heads(spans: pl.DataFrame, places: Sequence[str], *, start: datetime, slot_hours: float, slots: int) -> Numbers:
    """This will lay ``place, start, end`` (aware) and, if there, ``heads`` out as ``[places, slots]``.

    Spans add up; a negative ``heads`` takes away (a break). What lies outside the slots is left out. Raises
    ``UnknownPlaceError`` for a place that is not there.
    """
    row = {place: number for number, place in enumerate(places)}
    for place in spans[c.PLACE].unique().to_list():
        if place not in row:
            raise UnknownPlaceError(str(place), list(places))
    step = slot_hours * 3600 * 1e6
    begin, end = (
        np.clip((spans[name].dt.epoch("us").to_numpy() - start.timestamp() * 1e6) / step, 0, slots)
        for name in ("start", "end")
    )
    many = spans[HEADS].to_numpy() if HEADS in spans.columns else np.ones(spans.height)
    number = spans[c.PLACE].replace_strict(row, return_dtype=pl.Int64).to_numpy()
    filled = np.zeros((len(places), slots + 1))  # the integral of heads from the first slot on, in slots
    edges = np.arange(slots + 1)
    for place, first, last, heads in zip(number, begin, end, many, strict=True):
        filled[place] += heads * np.clip(edges - first, 0, max(last - first, 0.0))
    return np.asarray(np.maximum(np.diff(filled, axis=1), 0.0))
