"""What the simulated stores sell, and what of it is on their shelves when the simulation ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.span import stream
from busyness.tables import columns as c


class _Product(NamedTuple):
    """Money in soles per unit; lead, review and shelf life in days; ``order_cost`` per order."""

    product: str
    price: float
    cost: float
    lead_days: int
    review_days: int
    pack: int
    shelf_life: int | None
    order_cost: float | None
    conversion: float
    units_per_basket: float


_PRODUCTS = (
    _Product("Bread, tray of six", 3.2, 1.9, 0, 1, 10, 1, None, 0.22, 1.4),
    _Product("Milk, 1 l", 4.9, 4.1, 1, 1, 12, 9, None, 0.15, 2.1),
    _Product("Chicken, 1 kg", 11.5, 9.2, 1, 1, 8, 4, None, 0.09, 1.2),
    _Product("Avocado", 2.6, 1.7, 1, 1, 20, 5, None, 0.11, 2.4),
    _Product("Rice, 5 kg", 22.9, 19.5, 3, 2, 6, None, 15.0, 0.05, 1.1),
    _Product("Oil, 1 l", 9.9, 8.3, 3, 2, 12, None, 15.0, 0.04, 1.3),
)
_USUAL_DAYS, _COVER_SPREAD, _SAFETY_DAYS, _SAFETY_FRESH = 28, 0.45, 0.5, 0.1


def shelves(world: RetailWorld) -> Mapping[str, pl.DataFrame]:
    """This will return the tables ``products`` and ``stock`` as ``sources.stock_levels`` reads them.

    Today's rule of every store is a manager's rule of thumb: order up to the usual demand of lead time and review plus half
    a day (a tenth of one for what keeps a day only), whatever is coming. What is on hand is a part of that; where goods
    take days, an order is on its way.
    """
    draw = stream(world.chain.seed, "shelves")
    last = world.chain.start + timedelta(days=world.chain.days)
    usual = _visitors_a_day(world)
    rows = []
    for place, visitors in usual.iter_rows():
        for product in _PRODUCTS:
            a_day = visitors * product.conversion * product.units_per_basket
            days = product.lead_days + min(product.review_days, product.shelf_life or product.review_days)
            spare = _SAFETY_FRESH if product.shelf_life == 1 else _SAFETY_DAYS
            up_to = _packs(a_day * (days + spare), product)
            held = 0.0 if product.shelf_life == 1 else min(draw.gamma(4.0, _COVER_SPREAD / 4.0) + 0.2, 1.0)
            coming = _packs(a_day, product) if product.lead_days else 0.0
            arrives = last + timedelta(days=max(product.lead_days - 1, 0)) if coming else None
            on_hand = float(np.floor(up_to * held))
            rows.append((place, product.product, on_hand, coming, arrives, up_to - product.pack, up_to))
    schema = {
        c.PLACE: pl.String, "product": pl.String, "on_hand": pl.Float64, "on_order": pl.Float64, "arrives": pl.Date,
        "reorder_point": pl.Float64, "order_up_to": pl.Float64,
    }  # fmt: skip
    return {
        "products": pl.DataFrame(_PRODUCTS, schema=list(_Product._fields), orient="row"),
        "stock": pl.DataFrame(rows, schema=schema, orient="row"),
    }


def _packs(units: float, product: _Product) -> float:
    """So many units or a little more, in whole packs."""
    return float(np.ceil(units / product.pack) * product.pack)


def _visitors_a_day(world: RetailWorld) -> pl.DataFrame:
    """Each store's usual visitors a day over the last weeks: ``place, visitors``."""
    first = world.chain.start + timedelta(days=max(world.chain.days - _USUAL_DAYS, 0))
    recent = world.actual.filter(pl.col(c.TIME).dt.date() >= first)
    days = recent.group_by(c.PLACE, pl.col(c.TIME).dt.date().alias(c.DATE)).agg(pl.col(VISITORS).sum())
    return days.group_by(c.PLACE).agg(pl.col(VISITORS).mean()).sort(c.PLACE)
