"""Products, and what of them is on hand and on its way: files a person wrote, or tables of a database."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.sources.chunks.sql import SqlQuery
from busyness.sources.chunks.sql_url import is_sql_url, resolved, split_table
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

PRODUCT, ON_HAND, ON_ORDER, ARRIVES = "product", "on_hand", "on_order", "arrives"
REORDER_POINT, ORDER_UP_TO = "reorder_point", "order_up_to"

NEEDED_FACTS = ("price", "cost", "lead_days")
OTHER_FACTS = (
    "review_days", "pack", "minimum", "shelf", "shelf_life", "salvage", "holding", "order_cost", "goodwill", "conversion",
    "units_per_basket",
)  # fmt: skip
_WHOLE = ("lead_days", "review_days", "pack", "minimum", "shelf_life")
_WORDS = {
    "product": PRODUCT, "sku": PRODUCT, "item": PRODUCT, "place": c.PLACE, "store": c.PLACE, "on_hand": ON_HAND,
    "stock": ON_HAND, "on_order": ON_ORDER, "arrives": ARRIVES, "due": ARRIVES, "reorder_point": REORDER_POINT,
    "order_up_to": ORDER_UP_TO, "price": "price", "cost": "cost", "lead_days": "lead_days", "lead_time": "lead_days",
    **{name: name for name in OTHER_FACTS},
}  # fmt: skip


def read_products(source: str | Path) -> pl.DataFrame:
    """This will read one row a product: ``product, price, cost, lead_days`` and, if known, ``OTHER_FACTS``.

    ``source`` is a CSV, Parquet, Excel or JSON lines file, or a table of a database (``postgresql://…#products``). All
    facts come as Float64, null where blank; whether they make sense is the problem's to say.

    Raises:
        SettingsError: with file and line, where a product is missing or repeated, or a fact is missing or no number.

    """
    table = _table(source)
    table.require(PRODUCT, *NEEDED_FACTS)
    ids = _ids(table, PRODUCT)
    table.refuse(
        pl.lit(~ids.is_first_distinct()),
        "product '{value}' comes a second time.",
        value=PRODUCT,
        hint="Keep one row a product.",
    )
    facts = [table.numbers(name, what=f"{name}:") for name in (*NEEDED_FACTS, *OTHER_FACTS) if name in table.columns]
    for fact in facts:
        if fact.name in NEEDED_FACTS:
            table.refuse(pl.lit(fact.is_null()), f"{fact.name} is missing.", hint="Write it for every product.")
        if fact.name in _WHOLE:
            table.refuse(
                pl.lit(fact != fact.round()),
                f"{fact.name} '{{value}}' is no whole number.",
                value=fact.name,
                hint="Round it.",
            )
    return pl.DataFrame([ids, *facts])


def read_stock(source: str | Path) -> pl.DataFrame:
    """This will read what stands where: ``place, product, on_hand`` and, if known, ``on_order, arrives``,
    ``reorder_point`` and ``order_up_to`` (today's rule).

    ``source`` is as for ``read_products``. Further deliveries of the same product to the same place are rows of their own
    with a blank ``on_hand``. Returns these seven columns: text, Float64, and ``arrives`` as a date; null where blank.

    Raises:
        SettingsError: with file and line, where a name is missing, a number is missing, negative or none, or stock is
            counted twice.

    """
    table = _table(source)
    table.require(c.PLACE, PRODUCT, ON_HAND)
    names = [_ids(table, name) for name in (c.PLACE, PRODUCT)]
    numbers = []
    for name in (ON_HAND, ON_ORDER, REORDER_POINT, ORDER_UP_TO):
        if name not in table.columns:
            numbers.append(pl.Series(name, [None] * table.frame.height, dtype=pl.Float64))
            continue
        values = table.numbers(name, what=f"{name}:")
        hint = "Count the shelf again; write 0 where there is none."
        table.refuse(pl.lit(values < 0), f"{name} is negative ({{value}}).", value=name, hint=hint)
        numbers.append(values)
    counted = numbers[0].is_not_null()
    first = pl.DataFrame([*names, counted.alias("counted")]).select(
        pl.col("counted").cum_sum().over(c.PLACE, PRODUCT).alias("times")
    )["times"]
    table.refuse(
        pl.lit(counted & (first > 1)), "its stock on hand is counted twice.", hint="Leave on_hand blank in further rows."
    )
    table.refuse(pl.lit(first == 0), "on_hand is missing.", hint="Write 0 where the shelf is empty.")
    return pl.DataFrame([*names, *numbers[:2], _arrivals(table), *numbers[2:]])


def _arrivals(table: SmallTable) -> pl.Series:
    if ARRIVES not in table.columns:
        return pl.Series(ARRIVES, [None] * table.frame.height, dtype=pl.Date)
    return read_times(table, ARRIVES).at.dt.date().alias(ARRIVES)


def _ids(table: SmallTable, name: str) -> pl.Series:
    ids = table.text(name)
    table.refuse(pl.lit(ids.is_null()), f"the {name} is missing.", hint=f"Write the {name} in every row.")
    return ids.rename(name)


def _table(source: str | Path) -> SmallTable:
    if not is_sql_url(str(source)):
        return read_small_table(source, _WORDS)
    url, name = split_table(str(source))
    query = SqlQuery(resolved(url), table=name)
    frame = pl.concat([chunk.frame for chunk in query], how="vertical_relaxed")
    frame.columns = [_WORDS.get(column.lower(), column) for column in frame.columns]
    return SmallTable(query.name, frame.with_row_index(LINE, 1).cast({LINE: pl.Int64}), decimal_comma=False, typed=True)
