"""The unit of a column of trips: said, shown, named, or assumed."""

import polars as pl
import pytest

from busyness.sources.events.trip_units import distance_unit, duration_unit

MINUTES = pl.Series([3.0, 12.0, 25.0])


@pytest.mark.parametrize(("per_minute", "unit"), [(60, 1.0), (1, 60.0), (60_000, 0.001), (1 / 60, 3600.0)])
def test_end_minus_start_shows_the_unit_even_where_it_is_rounded(per_minute: float, unit: float) -> None:
    elapsed = pl.Series([0.0, 900.0, 1800.0])
    assert duration_unit(None, "duration_sec", values=MINUTES * per_minute, elapsed=elapsed).size == unit


def test_otherwise_the_name_or_the_size_tells() -> None:
    assert duration_unit(None, "Duration (sec.)", values=MINUTES, elapsed=None).size == 1.0
    assert duration_unit(None, "TripDuration", values=MINUTES, elapsed=None).size == 60.0
    assert duration_unit(None, "TripDuration", values=MINUTES * 60, elapsed=None).note == (
        "Durations in 'TripDuration' were assumed to be seconds: the middle one is 720."
    )
    assert duration_unit("hours", "duration_sec", values=MINUTES, elapsed=None).size == 3600.0
    assert duration_unit(None, "duration", values=MINUTES.head(0), elapsed=MINUTES.head(0)).size == 60.0


@pytest.mark.parametrize(("per_km", "unit"), [(1, 1.0), (0.621, 1.609344), (1000, 0.001), (3281, 0.0003048)])
def test_positions_show_the_unit_of_distances(per_km: float, unit: float) -> None:
    straight = pl.Series([1.0, 2.0, 3.0, 4.0, 0.0])
    travelled = straight * pl.Series([1.05, 1.2, 1.4, 2.0, 1.0]) * per_km
    found = distance_unit(None, "distance", values=travelled, straight=straight)
    assert found is not None
    assert found.size == unit


def test_the_name_of_a_distance_tells_or_nothing_does() -> None:
    found = distance_unit(None, "trip_miles", values=MINUTES, straight=None)
    assert found is not None
    assert found.size == 1.609344
    assert distance_unit(None, "distance", values=MINUTES, straight=None) is None
