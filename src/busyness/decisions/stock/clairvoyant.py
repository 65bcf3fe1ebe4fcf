"""The bounds: what somebody would pay who knew each path in advance, and the best order made without knowing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.levels import Levels
from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.product import NEWSVENDOR, Product
from busyness.decisions.stock.simulate import simulate

Units = NDArray[np.float64]


def perfect_knowledge(product: Product, line: StockLine, demand: Units) -> Units:
    """This will return a cost per path, ``[paths]``, that no policy can undercut.

    What is on hand and on its way serves the earliest demand it can. Of the rest each unit is served from the newest
    order that is there, or lost if that is cheaper; the days of orders are chosen best by dynamic programming over the
    days on which one can arrive. Packs, the minimum, the shelf and the shelf life of new orders are left out, so the
    real optimum costs at least this. Source: Wagner & Whitin, "Dynamic version of the economic lot size model",
    Management Science 5, 1958, with lost sales.
    """
    paths, days = demand.shape
    never = Levels(np.full((1, days), -1.0), np.zeros((1, days)))
    sunk = simulate(product, line, demand=demand, levels=never)
    carried = product.waste_cost * sunk.wasted[0] + product.holding_cost * sunk.held[0]
    unmet = _unmet(line, demand)
    arrivals = list(range(product.lead_days, days, product.review_days))
    lost = product.short_cost * np.concatenate([np.zeros((paths, 1)), np.cumsum(unmet, axis=1)], axis=1)
    best = [np.zeros(paths)] * (len(arrivals) + 1)  # from arrival number i on, with an order there
    cheapest = lost[:, days] - lost[:, arrivals[0]] if arrivals else np.zeros(paths)
    for i in range(len(arrivals) - 1, -1, -1):
        nights = np.arange(days - arrivals[i])
        each = np.minimum(product.short_cost, product.holding_cost * nights)
        served = np.cumsum(each * unmet[:, arrivals[i] :], axis=1)
        ends = [served[:, arrivals[j] - arrivals[i] - 1] + best[j] for j in range(i + 1, len(arrivals))]
        best[i] = product.order_cost + np.minimum.reduce([served[:, -1], *ends])
    if not arrivals:
        return np.asarray(carried + lost[:, days])
    starts = [lost[:, arrivals[i]] + best[i] for i in range(len(arrivals))]
    return np.asarray(carried + np.minimum.reduce([lost[:, arrivals[0]] + cheapest, *starts]))


def _unmet(line: StockLine, demand: Units) -> Units:
    """This will return the demand of each day that stock and deliveries under way cannot serve even if they kept for
    ever, ``[paths, days]``.
    """
    supply = np.zeros(demand.shape[1])
    supply[0] += line.on_hand
    for day, units in line.on_order:
        if day < len(supply):
            supply[day] += units
    there = np.zeros(len(demand))
    unmet = np.empty_like(demand)
    for day in range(demand.shape[1]):
        there += supply[day]
        unmet[:, day] = np.maximum(demand[:, day] - there, 0)
        there = np.maximum(there - demand[:, day], 0)
    return unmet


def newsvendor_optimum(product: Product, line: StockLine, demand: Units) -> float | None:
    """This will return the least expected cost of orders made in advance for goods that expire before the next delivery,
    or None where the product is another, takes days to come, or has deliveries under way.

    Each order is a newsvendor's: what is left is lost, so one number of units is best for all paths (packs and the shelf
    are left out). It bounds every policy that does not learn from the first days' sales about the later ones.
    """
    if product.policy != NEWSVENDOR or product.lead_days or line.on_order:
        return None
    total, days = 0.0, demand.shape[1]
    kept = product.shelf_life or 1
    for begin in range(0, days, product.review_days):
        end = min(begin + product.review_days, days)
        sold = demand[:, begin : min(begin + kept, end)].sum(axis=1)
        units = np.quantile(sold, product.critical_fractile, method="inverted_cdf")
        over = product.waste_cost * np.maximum(units - sold, 0) * (begin + kept <= days)
        total += float((product.short_cost * np.maximum(sold - units, 0) + over).mean())
        total += product.short_cost * float(demand[:, begin + kept : end].sum(axis=1).mean())
    return total
