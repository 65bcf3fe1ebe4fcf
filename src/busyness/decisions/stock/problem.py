"""The problem of ordering: products, what stands where and what is on its way, and paths of visitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.product import Product
from busyness.decisions.stock.rates import Rates
from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean


@dataclass(frozen=True, slots=True)
class TodaysRule:
    """What is done now: at ``reorder_point`` units on hand and on the way (or fewer), order up to ``order_up_to``."""

    reorder_point: float
    order_up_to: float

    def __post_init__(self) -> None:
        if not 0 <= self.reorder_point <= self.order_up_to:
            raise InputError(
                f"A rule that orders up to {self.order_up_to:g} units at {self.reorder_point:g} is not possible.",
                hint="The level ordered up to is at least the reorder point, and neither is negative.",
            )


@dataclass(frozen=True, slots=True)
class StockLine:
    """One product in one place. ``on_order`` are the deliveries under way: (day of arrival from the origin on, units).

    ``today`` is None where nobody has a rule: then it is compared with ordering the average.
    """

    product: str
    place: str
    on_hand: float
    rates: Rates
    on_order: tuple[tuple[int, float], ...] = ()
    today: TodaysRule | None = None

    def __post_init__(self) -> None:
        amounts = (self.on_hand, *(units for _, units in self.on_order))
        if not all(np.isfinite(units) and units >= 0 for units in amounts):
            raise InputError(
                f"Product '{self.product}' in '{self.place}' has {min(amounts):g} units in stock or on the way.",
                hint="Count the shelf again; write 0 where there is none.",
            )
        if any(day < 0 for day, _ in self.on_order):
            raise InputError(
                f"A delivery of '{self.product}' to '{self.place}' was due before the forecast begins.",
                hint="Add it to the stock on hand, or give the day it is expected now.",
            )
        if self.rates.conversion.mean > 1:
            raise InputError(
                f"{self.rates.conversion.mean:.0%} of the visitors of '{self.place}' are said to buy '{self.product}'.",
                hint="The conversion is a share of visitors, from 0 to 1.",
            )

    @property
    def on_way(self) -> float:
        """Units on the way."""
        return sum(units for _, units in self.on_order)

    def position(self, days: int) -> float:
        """This will return the units on hand and those that arrive within ``days``."""
        return self.on_hand + sum(units for day, units in self.on_order if day < days)


@dataclass(frozen=True, repr=False)
class StockProblem:
    """``traffic`` is visitors a day, ``[paths, places, days]`` from ``origin`` on, joint over ``places`` (their ids).

    Half of the paths choose the orders, the other half judge them: four are the least. ``versions`` says what the paths
    were made from.

    Raises ``InputError`` for what cannot be solved: an unknown product or place, a line twice, or a product that comes
    later than the forecast reaches (the message says which horizon it takes).
    """

    products: tuple[Product, ...]
    lines: tuple[StockLine, ...]
    traffic: NDArray[np.float32]
    places: tuple[str, ...]
    origin: datetime
    currency: str = ""
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.traffic.ndim != 3 or self.traffic.shape[1] != len(self.places) or self.traffic.shape[0] < 4:
            raise InputError(f"Paths of shape {self.traffic.shape} do not fit {len(self.places)} places (and ≥ 4 paths).")
        if not np.isfinite(self.traffic).all() or (self.traffic < 0).any():
            raise InputError("The paths of visitors have gaps or negative numbers.")
        if self.origin.tzinfo is None:
            raise InputError("The origin of the forecast has no time zone.", hint="Give it in UTC.")
        known = {product.id for product in self.products}
        if len(known) < len(self.products):
            raise InputError("A product comes twice in the table of products.", hint="Keep one row a product.")
        seen: set[tuple[str, str]] = set()
        for line in self.lines:
            if line.product not in known:
                raise InputError(
                    f"There is no product '{line.product}' in the table of products (it is in stock in '{line.place}').",
                    hint=did_you_mean(line.product, known) or "Add it there, or leave its stock out.",
                )
            if line.place not in self.places:
                raise UnknownPlaceError(line.place, self.places)
            if (line.product, line.place) in seen:
                raise InputError(f"Product '{line.product}' stands in '{line.place}' twice.", hint="Add the two rows up.")
            seen.add((line.product, line.place))
        self._demand_horizon()

    def _demand_horizon(self) -> None:
        ordered = {line.product for line in self.lines}
        days = self.traffic.shape[2]
        late = max((p for p in self.products if p.id in ordered), key=lambda p: p.lead_days + p.review_days, default=None)
        if late is not None and late.lead_days + late.review_days > days:
            needed = late.lead_days + late.review_days
            raise InputError(
                f"Product '{late.id}' takes {late.lead_days} days to come and is ordered every {late.review_days}; the "
                f"forecast reaches {days} days.",
                hint=f"Forecast at least {needed} days ahead (--horizon {needed}d).",
            )

    def __repr__(self) -> str:
        paths, _, days = self.traffic.shape
        return f"StockProblem({len(self.lines):,} lines, {len(self.products)} products, {paths} paths × {days} days)"

    @property
    def catalog(self) -> dict[str, Product]:
        """The products by id."""
        return {product.id: product for product in self.products}
