"""Why this order: one sentence for the person who signs it."""

from __future__ import annotations

from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.product import NEWSVENDOR, Product


def reason(
    product: Product,
    line: StockLine,
    *,
    quantity: float,
    levels: tuple[float, float],
    demand: tuple[float, float],
) -> str:
    """This will say why ``quantity`` units are ordered; ``levels`` are reorder point and order-up-to, ``demand`` the
    expected units over the order's reach and those exceeded one time in ten.

    >>> from busyness.decisions.stock.rates import Rate, Rates
    >>> milk = Product("milk", price=2, cost=1, lead_days=1, pack=12)
    >>> line = StockLine("milk", "S1", 20, Rates(Rate(0.1), Rate(1)))
    >>> reason(milk, line, quantity=48, levels=(60, 60), demand=(50, 60))
    '20 on hand, none on the way; 50 will be asked for within 2 days (one time in ten more than 60). 4 packs of 12.'
    """
    position = line.position(product.reach_days)
    full = line.on_hand + line.on_way
    there = f"{line.on_hand:,.0f} on hand, {f'{line.on_way:,.0f}' if line.on_way else 'none'} on the way"
    days = "today" if product.reach_days == 1 else f"within {product.reach_days} days"
    asked = f"{demand[0]:,.0f} will be asked for {days} (one time in ten more than {demand[1]:,.0f})"
    if quantity:
        return f"{there}; {asked}. {_size(product, full, quantity, levels[1] - position)}"
    if position > levels[0] or levels[1] <= position:
        return f"{there}: enough, as {asked}."
    if full + product.least > product.shelf:
        return f"{there}: the shelf of {product.shelf:,.0f} has no room for an order of {product.least:,}; {asked}."
    return f"{there}: what is missing is less than an order of {product.least:,} is worth; {asked}."


def _size(product: Product, full: float, quantity: float, need: float) -> str:
    packs = quantity / product.pack
    size = f"{packs:,.0f} packs of {product.pack}" if packs != 1 else f"1 pack of {product.pack}"
    if product.pack == 1:
        size = f"{quantity:,.0f} units"
    if quantity < need and full + quantity + product.pack > product.shelf:
        return f"{size}: the shelf of {product.shelf:,.0f} has no room for more."
    if quantity == product.least and product.minimum > need:
        return f"{size}: the smallest order."
    if product.policy == NEWSVENDOR:
        return f"{size}: what is left over is lost, so demand is met {product.critical_fractile:.0%} of the time."
    return f"{size}."
