"""Purchases belong to visitors: never more of them, in open hours, and at the usual share."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.domain.slots import SlotLength
from busyness.sources.simulator.retail import RetailChain, RetailWorld, simulate_retail
from busyness.sources.simulator.transactions import simulate_transactions


@pytest.fixture(scope="module")
def world() -> RetailWorld:
    return simulate_retail(RetailChain(stores=4, days=40))


def test_no_slot_has_more_purchases_than_visitors(world):
    bought = simulate_transactions(world).group_by("place", time=pl.col("time").dt.truncate("1h")).len()
    both = bought.join(world.actual, on=["time", "place"], how="left", validate="1:1")
    assert both["visitors"].null_count() == 0
    assert (both["len"] <= both["visitors"]).all()
    assert 0.45 < both["len"].sum() / both["visitors"].sum() < 0.75


def test_every_purchase_has_its_own_number_an_amount_and_items(world):
    purchases = simulate_transactions(world)
    assert purchases.columns == ["transaction_id", "time", "place", "amount", "items"]
    assert not purchases["transaction_id"].is_duplicated().any()
    assert purchases["items"].min() == 1
    assert purchases["amount"].min() > 0
    assert purchases.equals(purchases.sort("place", "time"))


def test_the_last_days_are_the_default_and_all_can_be_had(world):
    assert simulate_transactions(world)["time"].min().date() == date(2024, 7, 13)
    assert simulate_transactions(world, days=None)["time"].min().date() == date(2024, 7, 1)
    assert simulate_transactions(world, days=999)["time"].min().date() == date(2024, 7, 1)
    with pytest.raises(InputError, match="last 0 days"):
        simulate_transactions(world, days=0)


def test_daily_counts_have_purchases_in_open_hours_only():
    world = simulate_retail(RetailChain(stores=3, days=30, every=SlotLength(1440)))
    assert set(simulate_transactions(world)["time"].dt.hour().unique()) <= set(range(7, 23))


def test_the_same_world_has_the_same_purchases(world):
    assert_frame_equal(simulate_transactions(world), simulate_transactions(world))
