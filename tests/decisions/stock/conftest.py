"""A small problem of ordering: three products in two places, two weeks of paths."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from busyness.decisions.stock.problem import StockLine, StockProblem, TodaysRule
from busyness.decisions.stock.product import Product
from busyness.decisions.stock.rates import Rate, Rates

RATES = Rates(Rate(0.08, 0.005, 0.01), Rate(1.4, 0.02, 0.1))
PRODUCTS = (
    Product("milk", price=1.5, cost=1, lead_days=1, pack=12, shelf_life=6),
    Product("bread", price=2, cost=0.8, lead_days=0, pack=5, shelf_life=1),
    Product("soap", price=4, cost=2.5, lead_days=3, pack=24, order_cost=20, shelf=2000),
)
ORIGIN = datetime(2025, 1, 6, 5, tzinfo=UTC)


def traffic(paths: int = 200, days: int = 14) -> np.ndarray:
    return np.random.default_rng(3).gamma(20, 40, (paths, 2, days)).astype(np.float32)


@pytest.fixture
def problem() -> StockProblem:
    lines = tuple(
        StockLine(product.id, place, 30, RATES, ((1, 10.0),), TodaysRule(100, 200) if product.id == "soap" else None)
        for product in PRODUCTS
        for place in ("A", "B")
    )
    return StockProblem(PRODUCTS, lines, traffic(), ("A", "B"), ORIGIN, currency="PEN", versions={"forecast": "f1"})
