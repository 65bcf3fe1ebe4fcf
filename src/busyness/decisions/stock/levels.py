"""When to order and up to what, for every day ahead: the levels a policy acts by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.product import BASE_STOCK, NEWSVENDOR, Product
from busyness.decisions.stock.traffic import WEEK

_FRACTILES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.995)
_COVERS = (0.4, 0.7, 1.0, 1.4)
"""What (s, S) tries as order sizes, in parts of the economic order quantity."""


@dataclass(frozen=True, slots=True)
class Levels:
    """``reorder`` and ``up_to`` in units on hand and on the way, ``[candidates, days]``: at ``reorder`` or below it, an
    order fills up to ``up_to``. Where the two are one, that is a base stock.
    """

    reorder: NDArray[np.float64]
    up_to: NDArray[np.float64]

    def only(self, candidate: int) -> Levels:
        """This will return one of the candidates."""
        return Levels(self.reorder[candidate : candidate + 1], self.up_to[candidate : candidate + 1])


def window_demand(demand: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """This will sum each path over ``reach`` days from each day on, ``[paths, days]``.

    Windows that would run past the last day are those of the same weekday a week or more before, or the last whole one.
    """
    paths, days = demand.shape
    last = days - reach
    total = np.concatenate([np.zeros((paths, 1)), np.cumsum(demand, axis=1)], axis=1)
    whole = total[:, reach:] - total[:, : last + 1]
    day = np.arange(days)
    back = day - WEEK * -(-np.maximum(day - last, 0) // WEEK)
    return np.asarray(whole[:, np.where(back >= 0, back, last)])


def fractile(window: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """This will return the least number of units that covers ``share`` of the paths, ``[days]``."""
    return np.asarray(np.quantile(window, share, axis=0, method="inverted_cdf"), np.float64)


def candidates(product: Product, demand: NDArray[np.float64]) -> Levels:
    """This will propose levels for a product by the paths of its demand ``[paths, days]``.

    A newsvendor has one candidate, its critical fractile. A base stock has a ladder of fractiles with the critical one
    among them; (s, S) crosses the ladder with order sizes around √(2 · order cost · demand a day ÷ holding).
    """
    window = np.minimum(window_demand(demand, product.reach_days), product.shelf)
    critical = fractile(window, product.critical_fractile)
    if product.policy == NEWSVENDOR:
        return Levels(critical[None], critical[None])
    ladder = np.unique([critical, *(fractile(window, share) for share in _FRACTILES)], axis=0)
    if product.policy == BASE_STOCK:
        return Levels(ladder, ladder)
    daily = max(float(demand.mean()), 1e-9)
    economic = float(np.sqrt(2 * product.order_cost * daily / max(product.holding_cost, 1e-9)))
    economic = min(economic, daily * demand.shape[1])  # never more than the days that are judged can use
    sizes = np.array([max(round(cover * economic), product.pack) for cover in _COVERS], np.float64)
    reorder = np.repeat(ladder, len(sizes), axis=0)
    return Levels(reorder, np.minimum(reorder + np.tile(sizes, len(ladder))[:, None], product.shelf))


def average_levels(product: Product, demand: NDArray[np.float64]) -> Levels:
    """This will return the rule *order the average*: up to the mean demand until the next order can arrive."""
    mean = np.round(window_demand(demand, product.lead_days + product.review_days).mean(axis=0))[None]
    return Levels(mean, mean)
