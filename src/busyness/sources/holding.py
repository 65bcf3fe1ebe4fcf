"""How long a value holds that has only a time: until the next one, but no longer than the table's usual step."""

from __future__ import annotations

from datetime import timedelta

import polars as pl


def until_next(rows: pl.DataFrame) -> tuple[pl.Series, timedelta]:
    """This will return the end of each row's time, and the usual step (an hour where there is only one time).

    ``rows`` have two columns: whose time it is (a place or station; may be null), and the time. A time may come more
    than once.
    """
    whose, at = rows.columns
    distinct = rows.unique().with_columns(pl.col(at).shift(-1).over(whose, order_by=at).alias("next"))
    steps = distinct.select((pl.col("next") - pl.col(at)).drop_nulls().mode().min()).to_series()
    step = steps[0] if steps.len() and steps[0] is not None else timedelta(hours=1)
    ends = distinct.with_columns(pl.min_horizontal(pl.col(at) + pl.lit(step), "next").alias("end")).drop("next")
    joined = rows.join(ends, on=[whose, at], how="left", nulls_equal=True, maintain_order="left")
    return joined["end"], step
