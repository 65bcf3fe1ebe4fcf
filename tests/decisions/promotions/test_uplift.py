"""Effects that were planted are found, with intervals that hold them; where none was planted, none is found."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.decisions.promotions.days import days_of
from busyness.decisions.promotions.uplift import uplifts
from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.simulator.retail import RetailChain, simulate_retail

from .conftest import FIRST, planted

SEEDS = range(40)


def judged(effect: float, seeds: range = SEEDS) -> list[tuple[float, float, float, float, float]]:
    """Truth, estimate, interval and p of each seed."""
    found = []
    for seed in seeds:
        world = planted(seed, effect)
        during = uplifts(world.days, world.promotions, draws=500).by_type["2x1"].during
        found.append((world.effect, during.change, during.low, during.high, during.p))
    return found


def test_intervals_hold_what_was_planted_as_often_as_they_say_and_the_bias_is_small():
    truth, change, low, high, p = np.array(judged(0.15)).T
    assert 0.85 <= ((low <= truth) & (truth <= high)).mean() <= 1  # 95 % is the aim; 92 % over 300 seeds
    assert abs((change - truth).mean()) < 0.005
    assert (p < 0.01).all()
    assert (high - low).mean() < 0.08


def test_where_nothing_was_planted_nothing_is_found():
    _, change, low, high, p = np.array(judged(0.0)).T
    assert abs(change.mean()) < 0.005
    assert ((low <= 0) & (high >= 0)).mean() >= 0.85
    assert (p < 0.05).mean() <= 0.15


def test_days_after_that_lose_what_was_gained_are_told():
    world = planted(3, 0.2, after=0.08, campaigns=14)
    found = uplifts(world.days, world.promotions)
    effects = {row["when"]: row for row in found.effects.iter_rows(named=True)}
    assert effects["just after"]["high"] < 0
    assert effects["just after"]["change"] == pytest.approx(-0.08, abs=0.025)
    assert effects["week before"]["low"] < 0 < effects["week before"]["high"]
    assert 0.15 < found.by_type["2x1"].pulled < 0.8
    assert "neighbours" not in effects


def test_neighbours_that_lose_are_told():
    beside = {f"P{place}": [f"P{place ^ 1}"] for place in range(8)}
    world = planted(5, 0.2, beside=0.08, campaigns=14, share=0.4)
    found = uplifts(world.days, world.promotions, neighbours=beside)
    row = found.effects.filter(when="neighbours").row(0, named=True)
    assert row["high"] < 0
    assert found.by_type["2x1"].cannibalised > 0.1
    quiet = planted(5, 0.2, campaigns=14, share=0.4)
    calm = uplifts(quiet.days, quiet.promotions, neighbours=beside).effects.filter(when="neighbours").row(0, named=True)
    assert calm["low"] < 0 < calm["high"]


def test_what_began_before_the_promotion_is_told():
    world = planted(7, 0.3)
    lifted = world.days.observed.copy()
    for place, start in world.promotions.select("place", "start").iter_rows():
        begin = (start - FIRST).days
        lifted[int(place[1]), begin - 10 : begin - 3] *= 1.3
    warned = uplifts(type(world.days)(world.days.places, FIRST, lifted, world.days.expected), world.promotions)
    assert "Careful: the week before was +" in warned.by_type["2x1"].verdict


def test_few_events_are_not_estimable():
    world = planted(1, 0.15, campaigns=3)
    kind = uplifts(world.days, world.promotions).by_type["2x1"]
    assert not kind.estimable
    assert kind.verdict.startswith("Not estimable: ")


def test_the_same_seed_gives_the_same_answer():
    world = planted(2)
    first, second = (uplifts(world.days, world.promotions, seed=4).by_type for _ in range(2))
    assert first == second


def test_the_simulated_chain_gives_its_promotions_back():
    """The same chain without campaigns is the perfect forecast of the one with them."""
    chain = RetailChain(stores=8, days=540, seed=5, outliers_per_year=0, outages_per_year=0)
    with_, without = simulate_retail(chain), simulate_retail(RetailChain(**{**vars_of(chain), "campaigns_per_year": 0}))
    predictions = with_.actual.rename({"visitors": "observed"}).join(
        without.actual.rename({"visitors": "mean"}), on=["time", "place"], how="full", coalesce=True
    )
    predictions = predictions.with_columns(pl.col("time").dt.date().alias("date")).drop("time")
    slots = predictions.group_by("place", "date").agg(pl.col("observed", "mean").sum())
    found = uplifts(days_of(slots), with_.promotions)
    truth = with_.truth.filter(pl.col("kind") == "promotion")
    for kind, uplift in found.by_type.items():
        size = truth.filter(pl.col("cause") == kind)["size"].mean()
        assert uplift.estimable
        assert uplift.during.change == pytest.approx(size, abs=0.03)
        assert uplift.during.low > 0


def vars_of(chain: RetailChain) -> dict[str, object]:
    return {name: getattr(chain, name) for name in chain.__dataclass_fields__}


# ---- tables ----------------------------------------------------------------------------------------------------------


def test_slots_add_up_to_local_days():
    times = pl.datetime_range(pl.datetime(2025, 1, 6), pl.datetime(2025, 1, 7, 23), "1h", time_zone="UTC", eager=True)
    slots = pl.DataFrame({"place": "A", "time": times, "observed": 1.0, "mean": 2.0})
    slots = slots.with_columns(pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise("observed").alias("observed"))
    twice = pl.concat([slots, slots.with_columns(mean=pl.lit(4.0))])
    days = days_of(twice, {"A": "America/Lima"})
    assert str(days.first) == "2025-01-05"
    assert days.observed.tolist() == [[4, 24, 19]]  # the slot that was not observed is out
    assert days.expected.tolist() == [[12, 72, 57]]  # 3, the mean of both origins


def test_bad_tables_are_refused():
    world = planted(1)
    with pytest.raises(ColumnMissingError, match="'mean'"):
        days_of(pl.DataFrame({"place": ["A"], "date": [FIRST], "observed": [1.0]}))
    with pytest.raises(InputError, match="No slot has both"):
        days_of(pl.DataFrame({"place": ["A"], "date": [FIRST], "observed": [None], "mean": [1.0]}).cast({"observed": float}))
    with pytest.raises(ColumnMissingError, match="'end'"):
        uplifts(world.days, world.promotions.drop("end"))
    backwards = world.promotions.with_columns(pl.col("start") + timedelta(days=30))
    with pytest.raises(InputError, match="ends on"):
        uplifts(world.days, backwards)


def test_a_blank_place_is_all_places_and_unknown_ones_are_left_out():
    world = planted(1)
    start, end = FIRST + timedelta(200), FIRST + timedelta(203)
    table = pl.DataFrame({"place": [None, "nowhere"], "start": [start] * 2, "end": [end] * 2})
    kinds = uplifts(world.days, table).by_type
    assert kinds["promotion"].during.windows == 8
