"""From tables (a file, a database) to products and lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import polars as pl

from busyness.decisions.stock.problem import StockLine, TodaysRule
from busyness.decisions.stock.product import Product
from busyness.decisions.stock.rates import PRODUCT, Rate, Rates
from busyness.domain.errors import InputError
from busyness.tables import columns as c

CONVERSION, UNITS_PER_BASKET = "conversion", "units_per_basket"
_WHOLE = {"lead_days", "review_days", "pack", "minimum", "shelf_life"}


def products_of(table: pl.DataFrame) -> tuple[Product, ...]:
    """This will make products of one row each: the fields of ``Product`` as columns, ``product`` being the id; blank is
    the field's default. Raises ``InputError`` as ``Product`` does.
    """
    names = [fact.name for fact in fields(Product) if fact.name in table.columns]
    return tuple(Product(str(row[PRODUCT]), **_facts(row, names)) for row in table.iter_rows(named=True))


def _facts(row: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    given = {name: row[name] for name in names if row[name] is not None}
    return {name: int(value) if name in _WHOLE else float(value) for name, value in given.items()}


def fixed_rates(table: pl.DataFrame) -> dict[str, Rates]:
    """This will return the fixed rates of the products that have ``conversion`` and ``units_per_basket``."""
    if not {CONVERSION, UNITS_PER_BASKET} <= set(table.columns):
        return {}
    given = table.drop_nulls([CONVERSION, UNITS_PER_BASKET])
    rows = given.select(PRODUCT, CONVERSION, UNITS_PER_BASKET).iter_rows()
    return {str(product): Rates(Rate(float(share)), Rate(float(units))) for product, share, units in rows}


def lines_of(
    stock: pl.DataFrame,
    products: tuple[Product, ...],
    *,
    origin: datetime,
    learned: Mapping[tuple[str, str], Rates],
    fixed: Mapping[str, Rates],
) -> tuple[StockLine, ...]:
    """This will make lines of a stock table: ``place, product, on_hand, on_order, arrives, reorder_point, order_up_to``.

    Rates learned of the very product and place come before a product's fixed ones. A delivery without a date arrives
    when one ordered now would; ``arrives`` counts from the date of ``origin`` in its own zone. Raises ``InputError``
    where a product has no rates.
    """
    lead = {product.id: product.lead_days for product in products}
    lines = []
    for key, rows in stock.group_by(c.PLACE, PRODUCT, maintain_order=True):
        place, product = str(key[0]), str(key[1])
        rates = learned.get((product, place), fixed.get(product))
        if rates is None:
            raise InputError(
                f"Nobody knows how many visitors of '{place}' buy '{product}'.",
                hint="Give a history of baskets, or conversion and units_per_basket in the table of products.",
            )
        coming = rows.filter(pl.col("on_order") > 0).select("arrives", "on_order").iter_rows()
        lines.append(
            StockLine(
                product,
                place,
                float(rows["on_hand"].sum()),
                rates,
                tuple((_day(when, origin, lead.get(product, 0)), float(units)) for when, units in coming),
                _rule(rows),
            )
        )
    return tuple(lines)


def _day(arrives: date | None, origin: datetime, lead_days: int) -> int:
    return lead_days if arrives is None else (arrives - origin.date()).days


def _rule(rows: pl.DataFrame) -> TodaysRule | None:
    points = rows.select("reorder_point", "order_up_to").drop_nulls("reorder_point")
    if not points.height:
        return None
    point, level = points.row(0)
    return TodaysRule(float(point), float(point if level is None else level))
