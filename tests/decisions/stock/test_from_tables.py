"""Tables as the readers give them → products and lines."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from busyness.decisions.stock.from_tables import fixed_rates, lines_of, products_of
from busyness.decisions.stock.problem import TodaysRule
from busyness.decisions.stock.rates import Rate, Rates
from busyness.domain.errors import InputError

from .conftest import ORIGIN

TABLE = pl.DataFrame(
    {
        "product": ["milk", "soap"],
        "price": [1.5, 4.0],
        "cost": [1.0, 2.5],
        "lead_days": [1.0, 3.0],
        "pack": [12.0, None],
        "shelf_life": [6.0, None],
        "conversion": [0.08, None],
        "units_per_basket": [1.4, 1.0],
    }
)
STOCK = pl.DataFrame(
    {
        "place": ["A", "A", "B"],
        "product": ["milk"] * 3,
        "on_hand": [30.0, None, 5.0],
        "on_order": [10.0, 5.0, 7.0],
        "arrives": [date(2025, 1, 7), date(2025, 1, 8), None],
        "reorder_point": [40.0, None, None],
        "order_up_to": [60.0, None, None],
    }
)


def test_products_keep_their_defaults_where_blank():
    milk, soap = products_of(TABLE)
    assert (milk.pack, milk.shelf_life, milk.lead_days) == (12, 6, 1)
    assert (soap.pack, soap.shelf_life, soap.holding) == (1, None, None)
    assert fixed_rates(TABLE) == {"milk": Rates(Rate(0.08), Rate(1.4))}
    assert fixed_rates(TABLE.drop("conversion")) == {}


def test_rows_of_one_product_and_place_are_one_line():
    learned = {("milk", "B"): Rates(Rate(0.1, 0.01), Rate(1.2))}
    lines = lines_of(STOCK, products_of(TABLE), origin=ORIGIN, learned=learned, fixed=fixed_rates(TABLE))
    first, second = lines
    assert first.on_hand == 30
    assert first.on_order == ((1, 10.0), (2, 5.0))
    assert first.today == TodaysRule(40, 60)
    assert first.rates == Rates(Rate(0.08), Rate(1.4))
    assert second.on_order == ((1, 7.0),)  # no date: as one ordered now
    assert second.today is None
    assert second.rates == learned["milk", "B"]


def test_a_product_nobody_knows_the_sales_of_is_told():
    with pytest.raises(InputError, match="how many visitors of 'A' buy 'milk'"):
        lines_of(STOCK, products_of(TABLE), origin=ORIGIN, learned={}, fixed={})
