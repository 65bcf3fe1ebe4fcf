"""What plans need of a simulated world: shelves, a fleet with its depots and vans, where couriers are."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.domain.place import Place
from busyness.sources.fleet import read_depots, read_fleet, read_vans
from busyness.sources.simulator.courier_fleet import courier_fleet
from busyness.sources.simulator.couriers import CourierCity, simulate_couriers
from busyness.sources.simulator.retail import RetailChain, simulate_retail
from busyness.sources.simulator.scooter_fleet import scooter_fleet
from busyness.sources.simulator.scooters import ScooterCity, simulate_scooters
from busyness.sources.simulator.shelves import shelves
from busyness.sources.stock_levels import read_products, read_stock


def written(folder, tables):
    for name, table in tables.items():
        table.write_csv(folder / f"{name}.csv")
    return folder


@pytest.fixture(scope="module")
def city():
    return simulate_scooters(ScooterCity(days=8))


def test_a_fleet_is_all_there_and_can_be_read(city, tmp_path):
    folder = written(tmp_path, scooter_fleet(city))
    fleet = read_fleet(folder / "fleet.csv")
    assert fleet["vehicles"].sum() == city.city.fleet
    assert fleet.height == 77
    assert 0 < fleet["broken"].sum() < 0.1 * city.city.fleet
    depots, vans = read_depots(folder / "depots.csv"), read_vans(folder / "vans.csv")
    assert set(vans["depot"]) <= set(depots["depot"])
    assert_frame_equal(scooter_fleet(city)["fleet"], scooter_fleet(city)["fleet"])


def test_shelves_belong_to_the_stores_and_fit_today_s_rule(tmp_path):
    world = simulate_retail(RetailChain(stores=3, days=40))
    folder = written(tmp_path, shelves(world))
    products, stock = read_products(folder / "products.csv"), read_stock(folder / "stock.csv")
    assert stock.height == 3 * products.height
    assert set(stock["place"]) == set(world.places["place"])
    assert (stock["on_hand"] <= stock["order_up_to"]).all()
    assert (stock["reorder_point"] < stock["order_up_to"]).all()
    coming = stock.filter(pl.col("on_order") > 0)
    assert coming["arrives"].null_count() == 0
    assert coming["arrives"].min() >= date(2024, 8, 10)  # the day after the last counted one


def test_couriers_are_where_they_were_last_seen(tmp_path):
    world = simulate_couriers(CourierCity(days=2, couriers=60))
    seen = courier_fleet(world)
    assert seen["courier"].n_unique() == seen.height > 10
    folder = written(tmp_path, {"fleet": seen})
    centre = (Place("Madrid", latitude=40.42, longitude=-3.70),)
    assert read_fleet(folder / "fleet.csv", centre)["vehicles"].sum() == seen.height
