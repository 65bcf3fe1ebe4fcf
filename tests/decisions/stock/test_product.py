"""Facts that cannot be are refused with the product's name; the others choose the policy."""

from __future__ import annotations

import math

import pytest

from busyness.decisions.stock.product import BASE_STOCK, NEWSVENDOR, S_S, Product
from busyness.domain.errors import InputError

BAD = {
    "price below cost": ({"price": 0.5}, "its price of 0.5 is below its cost of 1"),
    "free": ({"cost": 0, "price": 0}, "its cost of 0 is not above 0"),
    "pack 0": ({"pack": 0}, "a pack holds 0 units"),
    "shelf under a pack": ({"pack": 12, "shelf": 10}, "its shelf holds 10 units, less than one pack of 12"),
    "minimum over the shelf": ({"pack": 6, "minimum": 31, "shelf": 35}, "the smallest order is 36 units"),
    "never reviewed": ({"review_days": 0}, "it is ordered every 0 days"),
    "keeps no day": ({"shelf_life": 0}, "it keeps 0 days"),
    "salvage above cost": ({"salvage": 1.5}, "what expires brings 1.5, more than the cost of 1"),
    "negative holding": ({"holding": -1}, "'holding' is -1"),
    "endless price": ({"price": math.inf}, "'price' is inf"),
}


@pytest.mark.parametrize(("facts", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_facts(facts, sentence):
    with pytest.raises(InputError) as caught:
        Product("milk", **{"price": 2, "cost": 1, "lead_days": 1, **facts})
    assert caught.value.message.startswith("Product 'milk': ")
    assert sentence in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("facts", "policy"),
    [({}, BASE_STOCK), ({"order_cost": 5}, S_S), ({"shelf_life": 1}, NEWSVENDOR), ({"shelf_life": 5}, BASE_STOCK)],
)
def test_the_facts_choose_the_policy(facts, policy):
    assert Product("milk", price=2, cost=1, lead_days=1, **facts).policy == policy


def test_the_critical_fractile_weighs_short_against_over():
    bread = Product("bread", price=2, cost=1, lead_days=0, shelf_life=1, salvage=0.5, goodwill=0.5)
    assert bread.critical_fractile == pytest.approx(1.5 / 2)
    weekly = Product("rice", price=2, cost=1, lead_days=2, review_days=7, holding=0.01)
    assert weekly.critical_fractile == pytest.approx(1 / 1.07)
    assert weekly.reach_days == 9
