"""Check-ins are few, anonymous, and come from visitors."""

import polars as pl
from polars.testing import assert_frame_equal

from busyness.sources.simulator.check_ins import simulate_check_ins
from busyness.sources.simulator.retail import RetailChain, simulate_retail

WORLD = simulate_retail(RetailChain(stores=4, days=40))


def test_a_small_share_of_the_visitors_checks_in():
    check_ins = simulate_check_ins(WORLD, days=None)
    assert check_ins.columns == ["time", "place", "user"]
    assert 0.025 < len(check_ins) / WORLD.actual["visitors"].sum() < 0.035
    seen = check_ins.group_by("place", time=pl.col("time").dt.truncate("1h")).len()
    both = seen.join(WORLD.actual, on=["time", "place"], how="left", validate="1:1")
    assert (both["len"] <= both["visitors"]).all()


def test_users_are_hashes_that_come_back_to_their_store():
    check_ins = simulate_check_ins(WORLD)
    assert check_ins["user"].str.contains(r"^[0-9a-f]{16}$").all()
    users = check_ins.group_by("user").agg(pl.len(), pl.col("place").n_unique())
    assert (users["place"] == 1).all()
    assert users["len"].max() > 3


def test_the_same_world_has_the_same_check_ins_and_another_seed_other_users():
    assert_frame_equal(simulate_check_ins(WORLD), simulate_check_ins(WORLD))
    other = simulate_check_ins(simulate_retail(RetailChain(stores=4, days=40, seed=1)))
    assert not set(other["user"]) & set(simulate_check_ins(WORLD)["user"])
