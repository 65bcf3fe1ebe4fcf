"""Peaks: which slots of a day are likely its busiest, how large the peak is, and whether it fits the place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.tables import columns as c

PER_DAY = 3
"""How many slots of each day are listed."""

_SIZES = {"size_q10": 0.1, "size_q50": 0.5, "size_q90": 0.9}


def peaks_of_place(
    place: str,
    paths: NDArray[np.float32],
    *,
    starts: NDArray[np.datetime64],
    period: NDArray[np.datetime64],
    capacity: float | None,
    over: NDArray[np.float32],
) -> pl.DataFrame:
    """This will return the likeliest peaks of each period (a local day, or a week of daily slots) of one place.

    ``paths`` is ``[paths, horizon]``, ``starts`` the slots' UTC times, ``period`` the date of the period of each slot,
    ``over`` P(demand > capacity) of each slot. Columns: ``place, date, rank, time, probability`` (that this slot is the
    busiest of its period), ``size_q10 size_q50 size_q90`` (of the period's largest slot), ``capacity, over_capacity``.
    Periods in which nothing can happen have no peak, nor have those of which the forecast covers under half.
    """
    chance = np.random.default_rng(0).random(paths.shape, np.float32)  # ties: a flat day has no busiest hour of its own
    whole = np.unique(period, return_counts=True)[1].max(initial=0)
    rows: dict[str, list[object]] = {name: [] for name in (c.DATE, c.RANK, c.TIME, c.PROBABILITY, *_SIZES, c.OVER_CAPACITY)}
    days, begin = np.unique(period, return_index=True)
    ends: Sequence[int] = [*begin[1:], paths.shape[1]]
    for day, first, stop in zip(days, begin, ends, strict=True):
        within = paths[:, first:stop]
        largest = within.max(axis=1)
        if not (largest > 0).any() or 2 * (stop - first) < whole:
            continue
        highest = np.where(within == largest[:, None], chance[:, first:stop], -1).argmax(axis=1)
        share = np.bincount(highest[largest > 0], minlength=stop - first) / max(int((largest > 0).sum()), 1)
        order = np.argsort(-share, kind="stable")[:PER_DAY]
        sizes = np.quantile(largest, list(_SIZES.values()))
        for rank, slot in enumerate(order[share[order] > 0], start=1):
            rows[c.DATE].append(day.astype(object))
            rows[c.RANK].append(rank)
            rows[c.TIME].append(starts[first + slot].astype("datetime64[us]").astype(object))
            rows[c.PROBABILITY].append(float(share[slot]))
            for name, size in zip(_SIZES, sizes, strict=True):
                rows[name].append(float(size))
            rows[c.OVER_CAPACITY].append(None if capacity is None else float(over[first + slot]))
    return pl.DataFrame(
        {c.PLACE: [place] * len(rows[c.RANK]), **rows, c.CAPACITY: [capacity] * len(rows[c.RANK])},
        schema={
            c.PLACE: pl.String, c.DATE: pl.Date, c.RANK: pl.Int8, c.TIME: pl.Datetime("us"), c.PROBABILITY: pl.Float64,
            **dict.fromkeys(_SIZES, pl.Float64), c.OVER_CAPACITY: pl.Float64, c.CAPACITY: pl.Float64,
        },
    ).with_columns(pl.col(c.TIME).dt.replace_time_zone("UTC"))  # fmt: skip
