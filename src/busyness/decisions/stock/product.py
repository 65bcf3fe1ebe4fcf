"""A product: what it costs and earns, how it is ordered, how long it keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from busyness.domain.errors import InputError

HOLDING_A_YEAR = 0.25
"""What keeping a unit for a year costs as a share of its cost, where the product does not say."""

NEWSVENDOR, BASE_STOCK, S_S = "newsvendor", "base stock", "(s, S)"


@dataclass(frozen=True, slots=True)
class Product:
    """Money is per unit, times are in days, ``pack``, ``minimum`` (of one order) and ``shelf`` are units.

    ``lead_days`` pass between order and delivery (0: it can be sold the same day), ``review_days`` between two orders.
    ``shelf_life`` is the number of days a unit can be sold, None for ever; what expires brings ``salvage``. ``holding``
    is the cost of a unit kept overnight (None: ``HOLDING_A_YEAR``), ``order_cost`` that of an order whatever its size,
    ``goodwill`` what a disappointed customer costs beyond the margin.

    Raises ``InputError``, which names the product, for facts that cannot be.
    """

    id: str
    price: float
    cost: float
    lead_days: int
    review_days: int = 1
    pack: int = 1
    minimum: int = 0
    shelf: float = math.inf
    shelf_life: int | None = None
    salvage: float = 0.0
    holding: float | None = None
    order_cost: float = 0.0
    goodwill: float = 0.0

    def __post_init__(self) -> None:
        self._demand_numbers()
        if self.cost <= 0 or self.price < self.cost:
            raise self._wrong(
                f"its price of {self.price:g} is below its cost of {self.cost:g}"
                if self.cost > 0
                else f"its cost of {self.cost:g} is not above 0",
                "Each unit sold would lose money: check both numbers.",
            )
        if self.pack < 1 or self.pack != int(self.pack):
            raise self._wrong(f"a pack holds {self.pack:g} units", "Write 1 where single units are ordered.")
        if self.shelf < self.pack:
            raise self._wrong(
                f"its shelf holds {self.shelf:g} units, less than one pack of {self.pack:g}",
                "Make the shelf larger or the pack smaller.",
            )
        if self.least > self.shelf:
            raise self._wrong(
                f"the smallest order is {self.least} units and its shelf holds {self.shelf:g}",
                "Lower the minimum or enlarge the shelf.",
            )
        if self.lead_days < 0 or self.review_days < 1:
            raise self._wrong(
                f"it is ordered every {self.review_days} days and takes {self.lead_days} days to come",
                "Both are whole days: at least 1 between orders, at least 0 to come.",
            )
        if self.shelf_life is not None and self.shelf_life < 1:
            raise self._wrong(f"it keeps {self.shelf_life} days", "Write at least 1, or leave it blank if it keeps.")
        if self.salvage > self.cost:
            raise self._wrong(
                f"what expires brings {self.salvage:g}, more than the cost of {self.cost:g}", "Check the salvage value."
            )

    def _demand_numbers(self) -> None:
        for fact in fields(self):
            value = getattr(self, fact.name)
            endless = fact.name == "shelf" and value == math.inf
            if isinstance(value, int | float) and not endless and (not math.isfinite(value) or value < 0):
                raise self._wrong(f"'{fact.name}' is {value:g}", "Write a number that is not negative.")

    def _wrong(self, what: str, hint: str) -> InputError:
        return InputError(f"Product '{self.id}': {what}.", hint=hint)

    @property
    def least(self) -> int:
        """The smallest order in units: the minimum, filled up to whole packs."""
        return max(math.ceil(self.minimum / self.pack), 1) * self.pack

    @property
    def short_cost(self) -> float:
        """What a unit costs that somebody wanted and did not get: margin and goodwill."""
        return self.price - self.cost + self.goodwill

    @property
    def waste_cost(self) -> float:
        """What a unit costs that expires."""
        return self.cost - self.salvage

    @property
    def holding_cost(self) -> float:
        """What a unit costs that is kept overnight."""
        return self.cost * HOLDING_A_YEAR / 365 if self.holding is None else self.holding

    @property
    def policy(self) -> str:
        """The policy these facts call for: what expires before the next order is a newsvendor's; orders that cost
        something are made rarely, by (s, S); all else is filled up to a base stock at every review.
        """
        if self.shelf_life is not None and self.shelf_life <= self.review_days:
            return NEWSVENDOR
        return S_S if self.order_cost > 0 else BASE_STOCK

    @property
    def reach_days(self) -> int:
        """How many days from a review on an order has to last: until the next one can arrive, or it expires."""
        kept = self.review_days if self.shelf_life is None else min(self.review_days, self.shelf_life)
        return self.lead_days + kept

    @property
    def critical_fractile(self) -> float:
        """How often demand should be met in full: short ÷ (short + over).

        Over is the loss on an expired unit (newsvendor), or the nights one more unit is kept (all else). Source: Arrow,
        Harris & Marschak, "Optimal inventory policy", Econometrica 19, 1951.

        >>> Product("bread", price=3, cost=1, lead_days=0, shelf_life=1, holding=0).critical_fractile
        0.6666666666666666
        """
        over = self.waste_cost if self.policy == NEWSVENDOR else self.holding_cost * self.review_days
        both = self.short_cost + over
        return self.short_cost / both if both > 0 else 0.5
