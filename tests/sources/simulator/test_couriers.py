"""The simulated couriers keep their own rules: one place at a time, standing while they wait, and pings that mislead."""

from datetime import date

import numpy as np
import polars as pl
import polars_h3 as h3
import pytest
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events.pings import Pings
from busyness.sources.simulator.courier_pings import PINGED, local_time
from busyness.sources.simulator.couriers import SIMULATED_NOTE, CourierCity, CourierWorld, simulate_couriers

AT = local_time(PINGED)


@pytest.fixture(scope="module")
def world() -> CourierWorld:
    return simulate_couriers(CourierCity(couriers=150, restaurants=120, days=28))


def metres_from_the_restaurant(pings: pl.DataFrame) -> pl.Series:
    north = (pl.col("courier_lat") - pl.col("restaurant_lat")) * 111_200
    east = (pl.col("courier_lon") - pl.col("restaurant_lon")) * 84_660
    return pings.select((north**2 + east**2).sqrt().alias("metres"))["metres"]


def test_same_settings_give_the_same_world_and_another_seed_another():
    city = CourierCity(couriers=30, restaurants=20, days=5)
    world, again = simulate_couriers(city), simulate_couriers(city)
    for name, table in world.tables().items():
        assert_frame_equal(table, again.tables()[name])
    assert_frame_equal(world.truth, again.truth)
    other = simulate_couriers(CourierCity(couriers=30, restaurants=20, days=5, seed=1))
    assert not other.restaurants.equals(world.restaurants)


def test_the_tables_are_those_of_an_operator(world):
    assert list(world.tables()) == ["pings", "pings_five_hours", "restaurants", "weather", "weather_forecasts"]
    assert world.pings.columns == [
        *("courier_id", "order_number", "courier_location_timestamp", "courier_lat", "courier_lon"),
        *("order_created_timestamp", "restaurant_lat", "restaurant_lon"),
    ]
    assert world.pings["courier_location_timestamp"].is_sorted()
    assert world.pings["courier_location_timestamp"].str.contains(r"^2025-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").all()
    assert world.pings["courier_id"].n_unique() == 150
    assert 5 < world.pings.height / world.pings["order_number"].n_unique() < 15
    assert all("simula" in sentence for sentence in SIMULATED_NOTE.values())


def test_no_courier_is_in_two_places_and_no_ping_precedes_its_order(world):
    pings = world.pings.with_columns(AT.alias("at"), local_time("order_created_timestamp").alias("created"))
    assert (pings["at"] >= pings["created"]).all()
    stays = pings.group_by("courier_id", "order_number").agg(first=pl.col("at").min(), last=pl.col("at").max())
    following = pl.col("first").shift(-1).over("courier_id", order_by="first")
    assert stays.select((following > pl.col("last")).all()).item()
    assert stays["order_number"].is_unique().all()


def test_couriers_stand_at_the_restaurant_while_they_wait(world):
    metres = metres_from_the_restaurant(world.pings)
    assert 0.6 < (metres < 60).mean() < 0.95
    assert metres.max() < 1200


def test_there_is_lunch_and_dinner_and_more_of_it_on_saturdays(world):
    orders = world.pings.group_by("order_number").agg(AT.min().alias("at"))
    hours = dict(orders.group_by(pl.col("at").dt.hour()).len().iter_rows())
    assert hours[14] > 3 * hours[17]
    assert hours[21] > 3 * hours[17]
    assert set(hours) <= {*range(12, 24), 0, 1}
    week = dict(orders.group_by(pl.col("at").dt.weekday()).len().iter_rows())
    assert week[6] > 1.2 * week[2]


def test_more_is_ordered_when_it_rains():
    world = simulate_couriers(CourierCity(couriers=80, restaurants=60, start=date(2024, 10, 1), days=120))
    created = local_time("order_created_timestamp").dt.truncate("1h")
    hours = world.pings.unique("order_number").group_by(created.alias("time")).len()
    hours = hours.join(world.weather, on="time").with_columns(pl.col("time").dt.hour().alias("hour"))
    usual = hours.group_by("hour").agg(pl.col("len").mean().alias("usual"))
    wet = hours.filter(pl.col("precipitation") > 1).join(usual, on="hour")
    assert wet.height > 20
    assert 1.1 < wet["len"].sum() / wet["usual"].sum() < 1.6


def test_the_truth_is_what_the_pings_say_but_for_their_errors(world):
    seen = world.pings.group_by(
        AT.dt.truncate("1h").alias("time"),
        h3.latlng_to_cell("courier_lat", "courier_lon", 8, return_dtype=pl.Utf8).alias("hexagon"),
    ).agg(seen=pl.col("courier_id").n_unique(), seen_orders=pl.col("order_number").n_unique())
    both = world.truth.join(seen, on=["time", "hexagon"], how="left").with_columns(pl.col("seen").fill_null(0))
    assert (both["seen"] == both["couriers"]).mean() > 0.85
    assert (both["couriers"] <= both["orders"]).all()
    assert (both["orders"] <= both["pings"]).all()
    assert world.truth["pings"].sum() == world.pings.height


def test_pings_mislead_about_busyness(world):
    alone = world.truth.filter(pl.col("couriers") == 1)["pings"]
    assert alone.max() > 30
    busy = world.truth.filter(pl.col("couriers") >= 3).select((pl.col("pings") / pl.col("couriers")).alias("each"))["each"]
    low, high = busy.quantile(0.05), busy.quantile(0.95)
    assert high > 4 * low


def test_the_excerpt_is_five_hours_of_the_last_saturday(world):
    at = world.excerpt().select(AT.alias("at"))["at"]
    assert at.dt.date().unique().to_list() == [date(2025, 5, 31)]
    assert (at.dt.hour().min(), at.dt.hour().max()) == (18, 22)
    assert at.len() > 1000
    monday = simulate_couriers(CourierCity(couriers=20, restaurants=10, days=1)).excerpt()
    assert monday.select(AT.dt.date().unique()).to_series().to_list() == [date(2025, 5, 5)]


def test_the_product_reads_every_ping(world, tmp_path):
    pings = world.excerpt()
    pings.write_csv(tmp_path / "pings.csv")
    read = list(Pings(open_chunks(tmp_path / "pings.csv"), salt="a salt that is long enough").chunks())
    frame = pl.concat([events.frame for events in read])
    assert frame.height == pings.height
    assert frame["who"].n_unique() == pings["courier_id"].n_unique()
    assert np.allclose(frame["latitude"], pings["courier_lat"])


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"couriers": 0}, {"resolution": 16}, {"seed": -1}, {"start": date(1900, 1, 1)}]
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(InputError) as refused:
        CourierCity(**wrong)
    assert refused.value.hint
