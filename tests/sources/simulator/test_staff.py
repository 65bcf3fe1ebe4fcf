from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.sources.simulator.retail import RetailChain, RetailWorld, simulate_retail
from busyness.sources.simulator.staff import simulate_staff
from busyness.sources.staff import read_staff


@pytest.fixture(scope="module")
def world() -> RetailWorld:
    return simulate_retail(RetailChain(stores=9, days=200, seed=4))


def test_the_same_chain_has_the_same_staff_and_another_seed_has_others(world: RetailWorld) -> None:
    staff = simulate_staff(world)
    assert_frame_equal(staff, simulate_staff(world))
    other = simulate_staff(simulate_retail(RetailChain(stores=9, days=200, seed=5)))
    assert other["person"].to_list() != staff["person"].to_list()


def test_everybody_has_an_id_one_would_recognise(world: RetailWorld) -> None:
    staff = simulate_staff(world)
    assert staff["person"].n_unique() == staff["name"].n_unique() == staff.height
    assert staff["person"].str.contains(r"^[a-z]+\.[a-z]+\d*$").all()


def test_the_table_reads_as_a_user_wrote_it(world: RetailWorld, tmp_path) -> None:
    staff = simulate_staff(world)
    staff.write_csv(tmp_path / "staff.csv")
    read = read_staff(tmp_path / "staff.csv")
    assert read["person"].to_list() == staff["person"].to_list()
    assert set(read["roles"].explode()) == {"checkout", "sales"}
    week = world.chain.start + timedelta(days=world.chain.days)
    wished = read["wished_off"].explode().drop_nulls()
    assert wished.len()
    assert wished.is_between(week, week + timedelta(days=6)).all()
    assert (read["last_end"].dt.date() < week).all()


def test_there_are_as_many_as_the_visitors_need_and_none_where_a_store_has_closed(world: RetailWorld) -> None:
    staff = simulate_staff(world)
    closed = world.places.filter(pl.col("closed").is_not_null())["place"].to_list()
    assert closed, "one in sixteen has closed"
    assert set(staff["place"]) == set(world.places["place"]) - set(closed)
    hours = staff.group_by("place").agg(
        (pl.col("min_hours") + pl.col("max_hours")).sum() / 2, pl.col("keys").eq("yes").sum()
    )
    first = world.chain.start + timedelta(days=world.chain.days - 28)
    weekly = world.actual.filter(pl.col("time").dt.date() >= first).group_by("place").agg(pl.col("visitors").sum() / 4)
    both = hours.join(weekly, on="place").with_columns(needed=pl.col("visitors") * 2 / 60 / 0.85)
    assert (both["keys"] == 5).all()
    enough = both.filter(pl.col("needed") > 300)
    assert enough.height
    assert (enough["min_hours"] / enough["needed"]).is_between(1.0, 1.3).all()


def test_a_chain_of_a_few_days_has_staff_too() -> None:
    staff = simulate_staff(simulate_retail(RetailChain(stores=1, days=3, start=date(2025, 1, 6))))
    assert staff.height >= 8
