"""What would happen: a policy day by day on paths of demand, with deliveries, expiry and lost sales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.levels import Levels
from busyness.decisions.stock.orders import orderable
from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.product import Product

Units = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What happened over all days, ``[candidates, paths]``: units ``wanted``, ``lost`` (nobody waits), ``wasted``
    (expired) and ``held`` (unit-nights), the ``orders`` made, the ``short_days`` on which something ran out.
    """

    wanted: Units
    lost: Units
    wasted: Units
    held: Units
    orders: Units
    short_days: Units

    def cost(self, product: Product) -> Units:
        """This will return the money lost to shortage, waste, holding and ordering, ``[candidates, paths]``."""
        return (
            product.short_cost * self.lost
            + product.waste_cost * self.wasted
            + product.holding_cost * self.held
            + product.order_cost * self.orders
        )


def simulate(product: Product, line: StockLine, *, demand: Units, levels: Levels) -> Ledger:
    """This will run every candidate of ``levels`` over the same paths of ``demand``, ``[paths, days]``.

    Each day: deliveries arrive, an order is made if it is a day of review (with no lead time it arrives at once), customers
    take the oldest units first, what has reached its last day expires. Stock on hand counts as fresh.
    """
    paths, days = demand.shape
    shape = (len(levels.up_to), paths)
    incoming = np.zeros((days + product.lead_days + 1, *shape))  # day first: a day's numbers lie side by side
    for day, units in line.on_order:
        incoming[min(day, days + product.lead_days)] += units
    ages = np.zeros((product.shelf_life or 1, *shape))
    ages[-1] = line.on_hand
    lost, wasted, held, orders, short = (np.zeros(shape) for _ in range(5))
    for day in range(days):
        if day % product.review_days == 0:
            there = ages.sum(axis=0)
            position = there + incoming[day : day + product.reach_days].sum(axis=0)
            due = position <= levels.reorder[:, day, None]
            need = np.where(due, levels.up_to[:, day, None] - position, 0.0)
            full = there + incoming[day:].sum(axis=0) if np.isfinite(product.shelf) else there
            order = orderable(product, need, full)
            incoming[day + product.lead_days] += order
            orders += order > 0
        ages[-1] += incoming[day]
        missing = _sell(ages, demand[:, day])
        lost += missing
        short += missing > 0
        if product.shelf_life is not None:
            wasted += ages[0]
            ages[:-1] = ages[1:]
            ages[-1] = 0.0
        held += ages.sum(axis=0)
    return Ledger(np.broadcast_to(demand.sum(axis=1), shape), lost, wasted, held, orders, short)


def _sell(ages: Units, wanted: Units) -> Units:
    """This will take what is ``wanted`` from ``ages``, oldest (first) before newest, and return what is missing."""
    missing = np.broadcast_to(wanted, ages.shape[1:])
    for age in range(len(ages)):
        sold = np.minimum(ages[age], missing)
        ages[age] -= sold
        missing = missing - sold
    return missing
