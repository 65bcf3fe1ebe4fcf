"""Simulated sensors: everybody passes a door, and what is planted is in the truth and in the readings."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.sources.simulator.retail import RetailChain, simulate_retail
from busyness.sources.simulator.sensors import SensorFleet, simulate_sensors

WORLD = simulate_retail(RetailChain(stores=4, days=60))
BUSY = SensorFleet(resets_per_year=12, stuck_per_year=12, zeros_per_year=12, dead_per_year=12)
CLEAN = SensorFleet(resets_per_year=0, stuck_per_year=0, zeros_per_year=0, dead_per_year=0, bias=0)


def test_every_visitor_passes_a_door_and_leaves_again():
    found = simulate_sensors(WORLD, CLEAN)
    came = found.actual.group_by("time", "place").agg(pl.col("entries").sum()).filter(pl.col("entries") > 0)
    real = WORLD.actual.filter(pl.col("visitors") > 0)
    assert_frame_equal(
        came.sort("place", "time").select("time", "place", visitors="entries"),
        real.sort("place", "time"),
        check_column_order=False,
    )
    assert found.actual["entries"].sum() == pytest.approx(found.actual["exits"].sum(), rel=1e-3)
    assert found.register["sensor"].is_unique().all()
    assert found.truth.is_empty()


def test_without_faults_or_bias_counts_are_the_truth_and_counters_add_them_up():
    counts = simulate_sensors(WORLD, SensorFleet(False, 0, 0, 0, 0, 0)).readings
    actual = simulate_sensors(WORLD, CLEAN).actual
    assert_frame_equal(counts.sort("sensor", "time"), actual.drop("place").sort("sensor", "time"), check_column_order=False)
    counters = simulate_sensors(WORLD, CLEAN).readings.sort("sensor", "time")
    steps = counters.select((pl.col("entries") - pl.col("entries").shift(1)).over("sensor")).to_series().drop_nulls()
    assert steps.min() == 0
    assert (counters["time"].min() - counts["time"].min()).total_seconds() == 3600


def test_what_is_planted_shows():
    found = simulate_sensors(WORLD, BUSY)
    assert set(found.truth["what"]) == {"reset", "stuck", "zero", "dead"}
    read = found.readings.sort("sensor", "time")
    for row in found.truth.iter_rows(named=True):
        own = read.filter(pl.col("sensor") == row["sensor"])
        within = own.filter((pl.col("time") > row["start"]) & (pl.col("time") <= row["end"]))
        before = own.filter(pl.col("time") <= row["start"]).tail(1)
        if row["what"] == "dead":
            assert within.is_empty()
        elif row["what"] == "reset":
            assert within["entries"][0] < before["entries"][0]
        else:
            assert within["entries"].n_unique() == 1


def test_the_same_world_has_the_same_sensors_and_odd_rates_are_refused():
    assert_frame_equal(simulate_sensors(WORLD, BUSY).readings, simulate_sensors(WORLD, BUSY).readings)
    with pytest.raises(InputError, match="Use 0 for none"):
        SensorFleet(dead_per_year=-1)
