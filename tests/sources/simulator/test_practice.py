"""Today's heads: two templates by the hour, for places that are open, on the days after the counts."""

from datetime import datetime, time, timedelta

import polars as pl
import pytest

from busyness.sources.simulator.practice import todays_heads
from busyness.sources.simulator.retail import RetailChain, RetailWorld, simulate_retail


@pytest.fixture(scope="module")
def world() -> RetailWorld:
    return simulate_retail(RetailChain(stores=3, days=120, seed=3))


def test_it_covers_the_two_weeks_after_the_counts(world: RetailWorld) -> None:
    heads = todays_heads(world)
    first = datetime.combine(world.chain.start + timedelta(days=world.chain.days), time())
    assert heads["time"].min() >= first
    assert heads["time"].max() < first + timedelta(days=14)
    assert heads["heads"].min() >= 2
    assert heads.group_by("place", "time").len()["len"].max() == 1


def test_every_weekday_is_alike_and_so_is_every_weekend_day(world: RetailWorld) -> None:
    time_ = pl.col("time")
    kinds = todays_heads(world).group_by("place", time_.dt.hour().alias("hour"), (time_.dt.weekday() >= 6).alias("weekend"))
    assert kinds.agg(pl.col("heads").n_unique())["heads"].max() == 1


def test_heads_do_the_work_of_the_last_four_weeks(world: RetailWorld) -> None:
    heads = todays_heads(world)
    since = datetime.combine(world.chain.start + timedelta(days=world.chain.days - 28), time())
    came = world.actual.filter(pl.col("time") >= since).group_by("place").agg(pl.col("visitors").sum())
    both = heads.group_by("place").agg(pl.col("heads").sum()).join(came, on="place")
    work = both["visitors"] / 2 * 2.0 / 60 / 0.85  # the two weeks' share of the visitors, two minutes each
    assert (both["heads"] >= work.floor()).all(), "every hour is rounded up"
    assert (both["heads"] < 2 * work + 14 * 24 * 2).all()
