"""From tables of a roster, a need and a stock plan to arrays over places and slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from busyness.decisions.money.problem import Numbers
from busyness.domain.errors import ColumnMissingError, InputError, UnknownPlaceError
from busyness.tables import columns as c

HEADS = "heads"
STOCK_ITEMS = {
    "lost_cost": "stock-outs",
    "waste_cost": "waste",
    "holding_cost": "holding stock",
    "order_cost": "ordering",
}


def heads_of(
    table: pl.DataFrame, places: Sequence[str], *, start: datetime, slot_hours: float, slots: int, column: str = HEADS
) -> Numbers:
    """This will lay ``place, time, heads`` (or another ``column``, such as a need) out as ``[places, slots]``.

    Rows of one place and slot (people, roles) add up; slots without a row are 0; rows outside the slots are left out.
    Raises ``InputError`` for a missing column, an unknown place, or a time without zone.
    """
    for name in (c.PLACE, c.TIME, column):
        if name not in table.columns:
            raise ColumnMissingError(name, table.columns, role="the heads of a practice")
    kind = table.schema[c.TIME]
    if not isinstance(kind, pl.Datetime) or kind.time_zone is None:
        raise InputError("The times of the heads have no time zone.", hint="Give them in UTC.")
    row = {place: number for number, place in enumerate(places)}
    for place in table[c.PLACE].unique().to_list():
        if place not in row:
            raise UnknownPlaceError(str(place), list(places))
    step = timedelta(hours=slot_hours)
    slot = ((pl.col(c.TIME) - pl.lit(start)) / step).floor().cast(pl.Int64).alias("slot")
    inside = table.select(c.PLACE, slot, pl.col(column).cast(pl.Float64)).filter(pl.col("slot").is_between(0, slots - 1))
    found = np.zeros((len(places), slots))
    number = inside[c.PLACE].replace_strict(row, return_dtype=pl.Int64).to_numpy()
    np.add.at(found, (number, inside["slot"].to_numpy()), inside[column].fill_null(0).to_numpy())
    return found


def flat_heads(heads: Numbers, opened: Numbers) -> Numbers:
    """This will spread each place's hours evenly over its open slots, both ``[places, slots]``: today's practice where
    nobody has a roster. A place that never opens has none.
    """
    many = opened.sum(axis=1, keepdims=True)
    level = np.divide(heads.sum(axis=1, keepdims=True), many, out=np.zeros_like(many, np.float64), where=many > 0)
    return np.asarray(np.where(opened > 0, level, 0.0))


def stock_costs(paths: pl.DataFrame, places: Sequence[str], *, policy: str, days: float) -> dict[str, Numbers]:
    """This will return the costs of a stock plan's table ``paths`` by item, ``[paths, places]``, reckoned for ``days``.

    ``policy`` is ``plan`` or ``today``. Its paths are the odd-numbered ones of the traffic it was made from: compare them
    with the same paths of visitors. Places without stock cost 0. Raises ``InputError`` for a policy that is not there.
    """
    rows = paths.filter(pl.col("policy") == policy) if paths.width else paths
    if not rows.height:
        raise InputError(f"The stock plan has no paths of the policy '{policy}'.", hint="Use plan or today.")
    row = {place: number for number, place in enumerate(places)}
    rows = rows.filter(pl.col(c.PLACE).is_in(list(places)))
    place = rows[c.PLACE].replace_strict(row, return_dtype=pl.Int64).to_numpy()
    path = rows["path"].to_numpy()
    share = days / rows["days"].to_numpy()
    costs = {}
    for column, item in STOCK_ITEMS.items():
        costs[item] = np.zeros((int(paths["path"].max()) + 1, len(places)))  # type: ignore[arg-type] # numbers of paths
        costs[item][path, place] = rows[column].to_numpy() * share
    return costs
