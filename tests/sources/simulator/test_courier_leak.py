"""The leak of the courier notebook, reproduced in small: what a random split says, and what whole hexagon-hours say."""

import importlib
from pathlib import Path

import polars as pl
import pytest

from busyness.sources.simulator.couriers import CourierCity, simulate_couriers

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def courier_leak(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("courier_leak")


def test_a_random_split_flatters_and_whole_hexagon_hours_do_not(courier_leak):
    world = simulate_couriers(CourierCity(couriers=60, restaurants=60, days=7))
    rows = courier_leak.notebook_rows(world.pings, 3, hours=courier_leak.EVENING)
    random, whole, day, usual = courier_leak.split_figures(rows, threads=1, seed=0)
    assert random.ours > 0.9
    assert random.extra["hexagon_hours_on_both_sides"] > 0.9 * random.extra["hexagon_hours_held_out"]
    assert whole.extra["hexagon_hours_on_both_sides"] == day.extra["hexagon_hours_on_both_sides"] == 0
    for honest in (whole, day, usual):
        assert honest.extra["mae_pings"] > 5 * random.extra["mae_pings"]
    assert day.ours < 0.8


def test_the_notebook_s_target_counts_pings_not_orders(courier_leak):
    world = simulate_couriers(CourierCity(couriers=30, restaurants=20, days=3))
    rows = courier_leak.notebook_rows(world.pings, 3, hours=courier_leak.EVENING)
    cells = rows.group_by(courier_leak.CELL).agg(
        pl.len(), pl.col("order_number").n_unique().alias("orders"), pl.col(courier_leak.TARGET).first()
    )
    assert (cells[courier_leak.TARGET] == cells["len"]).all()
    assert cells["len"].sum() > 5 * cells["orders"].sum()
