"""Windows in which the busiest slot of a day likely falls, from the listed peaks."""

from __future__ import annotations

import polars as pl

from busyness.reports.local_days import with_wall
from busyness.reports.material import ReportMaterial
from busyness.tables import columns as c

WORTH = 0.05
"""A neighbouring slot joins the window when it is the busiest of its day at least so often."""


def peak_rows(material: ReportMaterial) -> pl.DataFrame | None:
    """This will return the peaks with ``minute``, the slot's start in minutes after its date's midnight, by local clock."""
    peaks = material.table("peaks")
    if peaks is None:
        return None
    absent = [name for name in ("size_q10", "size_q90", c.OVER_CAPACITY) if name not in peaks.columns]
    peaks = peaks.with_columns(pl.lit(None, pl.Float64).alias(name) for name in absent)
    midnight = pl.col(c.DATE).cast(pl.Date).to_physical().cast(pl.Int64) * 1440
    return with_wall(peaks, material.timezones).with_columns(minute=pl.col("wall") - midnight).sort(c.PLACE, c.DATE, c.RANK)


def busiest_windows(material: ReportMaterial) -> pl.DataFrame | None:
    """This will return one row a place and date, the largest peak first.

    ``start`` and ``stop`` are minutes after the date's midnight: the likeliest slot, with those beside it that are worth
    it. ``probability`` is that the date's busiest slot lies in the window: slots exclude each other, so theirs add up.
    ``size_q10 size_q50 size_q90`` are of the date's largest slot; ``over`` is the largest P(demand > capacity) of the
    window's slots, null without a capacity.
    """
    rows = peak_rows(material)
    if rows is None:
        return None
    slot = material.slot_minutes
    if material.daily and material.short:
        rows = rows.filter(pl.col(c.RANK) == pl.col(c.RANK).min().over(c.PLACE, c.DATE))  # a few days are no window of days
    by_day = [c.PLACE, c.DATE]
    first = pl.col("minute").sort_by(c.RANK).first().over(by_day)
    worthy = rows.with_columns(gap=(pl.col("minute") - first) // slot).filter(
        (pl.col("gap") == 0) | (pl.col(c.PROBABILITY) >= WORTH)
    )
    # Three slots are listed at most, so the window reaches two slots to either side at most.
    gaps = worthy.group_by(by_day).agg(pl.col("gap")).with_columns(
        before=_reach(-1, -2), after=_reach(1, 2)
    )  # fmt: skip
    inside = worthy.join(gaps.select(*by_day, "before", "after"), on=by_day).filter(
        pl.col("gap").is_between(-pl.col("before"), pl.col("after"))
    )
    return (
        inside.group_by(by_day)
        .agg(
            start=pl.col("minute").min(),
            stop=pl.col("minute").max() + slot,
            probability=pl.col(c.PROBABILITY).sum().clip(0, 1),
            over=pl.col(c.OVER_CAPACITY).max(),
            **{name: pl.col(name).first() for name in ("size_q10", "size_q50", "size_q90")},
        )
        .sort("size_q50", *by_day, descending=[True, False, False])
    )


def _reach(near: int, far: int) -> pl.Expr:
    """How many slots in a row are listed on one side of the first."""
    holds = [pl.col("gap").list.contains(gap) for gap in (near, far)]
    return pl.when(holds[0] & holds[1]).then(2).when(holds[0]).then(1).otherwise(0)
