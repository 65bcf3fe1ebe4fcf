"""Orders: whole packs, the minimum, the shelf; and more stock never orders more."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.stock.orders import orderable
from busyness.decisions.stock.product import Product


@st.composite
def products(draw):
    pack = draw(st.integers(1, 24))
    minimum = draw(st.integers(0, 60))
    least = max(-(-minimum // pack), 1) * pack
    shelf = draw(st.one_of(st.just(float("inf")), st.integers(least, 400).map(float)))
    life = draw(st.sampled_from([None, 1, 3]))
    return Product("p", price=3, cost=1, lead_days=1, pack=pack, minimum=minimum, shelf=shelf, shelf_life=life)


UNITS = st.integers(0, 500)


@given(products(), st.floats(-100, 600), UNITS)
def test_orders_respect_packs_minimum_and_shelf(product, need, there):
    quantity = float(orderable(product, need, there))
    assert quantity >= 0
    assert quantity % product.pack == 0
    assert quantity == 0 or quantity >= product.minimum
    assert quantity == 0 or quantity + there <= product.shelf
    if need <= 0:
        assert quantity == 0


@given(products(), UNITS, st.lists(UNITS, min_size=2, max_size=20))
def test_more_stock_never_orders_more(product, level, stocks):
    there = np.sort(np.array(stocks, float))
    ordered = orderable(product, level - there, there)
    assert (np.diff(ordered) <= 0).all()


def test_a_need_is_filled_up_and_a_perishable_one_rounded():
    kept = Product("p", price=3, cost=1, lead_days=0, pack=10)
    fresh = Product("p", price=3, cost=1, lead_days=0, pack=10, shelf_life=1)
    assert orderable(kept, [1, 10, 11], 0).tolist() == [10, 10, 20]
    assert orderable(fresh, [1, 10, 14, 15], 0).tolist() == [0, 10, 10, 20]
