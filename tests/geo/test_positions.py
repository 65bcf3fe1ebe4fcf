from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.geo.positions import Reference, faults
from busyness.tables.events import Reason

NAN, INF = float("nan"), float("inf")


def chicago(count: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(41.85, 0.08, count), rng.normal(-87.68, 0.06, count)


def reference_of(north, east) -> Reference:
    return Reference.of(pl.Series(north, dtype=pl.Float64), pl.Series(east, dtype=pl.Float64))


@pytest.mark.parametrize(
    ("north", "east", "reason"),
    [
        (41.9, -87.6, None),
        (44.0, -85.0, None),
        (None, -87.6, Reason.NO_POSITION),
        (41.9, NAN, Reason.NO_POSITION),
        (0.0, 0.0, Reason.NULL_ISLAND),
        (-0.0, 1e-5, Reason.NULL_ISLAND),
        (-87.6, 41.9, Reason.SWAPPED),
        (95.0, 10.0, Reason.NOT_ON_EARTH),
        (41.9, 272.4, Reason.NOT_ON_EARTH),
        (INF, -87.6, Reason.NOT_ON_EARTH),
        (40.7, -74.0, Reason.FAR_AWAY),
        (-41.9, -87.6, Reason.FAR_AWAY),
    ],
)
def test_each_reason(north, east, reason):
    found = faults(
        pl.Series([41.9, north], dtype=pl.Float64), pl.Series([-87.6, east], dtype=pl.Float64), reference_of(*chicago())
    )
    assert found.to_list() == [None, reason]
    assert found.dtype == pl.String


def test_a_swapped_position_beyond_90_degrees():
    lima_and_oakland = reference_of([37.8] * 50, [-122.3] * 50)
    assert faults(pl.Series([-122.3]), pl.Series([37.8]), lima_and_oakland).to_list() == [Reason.SWAPPED]


def test_bad_positions_do_not_move_the_reference():
    north, east = chicago()
    bad = [(None, None), (NAN, 1.0), (0.0, 0.0), (500.0, 2.0)] * 60 + [(-87.6, 41.9)] * 300
    mixed = reference_of([*north, *(b[0] for b in bad)], [*east, *(b[1] for b in bad)])
    clean = reference_of(north, east)
    assert mixed.km == clean.km == 500
    assert (mixed.latitude, mixed.longitude) == pytest.approx((clean.latitude, clean.longitude), abs=0.2)


def test_a_chain_over_a_country_is_no_fault():
    north, east = [40.7, 41.9, 37.8, 47.6, 29.8] * 40, [-74.0, -87.6, -122.4, -122.3, -95.4] * 40
    country = reference_of(north, east)
    assert country.km > 2000
    assert faults(pl.Series(north), pl.Series(east), country).null_count() == 200
    assert faults(pl.Series([0.0, 52.5]), pl.Series([0.0, 105.0]), country)[0] == Reason.NULL_ISLAND


def test_a_city_beside_0_0():
    accra = reference_of([5.56] * 30, [-0.2] * 30)
    assert faults(pl.Series([0.0, 2.0]), pl.Series([0.0, 2.0]), accra).to_list() == [Reason.NULL_ISLAND, None]


def test_without_any_good_position_only_the_earth_is_known():
    unknown = reference_of([None, 400.0], [None, 1.0])
    found = faults(pl.Series([12.0, 400.0, 80.0]), pl.Series([170.0, 1.0, 0.0]), unknown)
    assert found.to_list() == [None, Reason.NOT_ON_EARTH, None]


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(500, 20_000))
def test_the_box_lies_within_reach(north, east, km):
    crowd = Reference(north, east, km)
    south, top, west, right = crowd.box()
    corners = np.array([south, south, top, top, south, top]), np.array([west, right, west, right, east, east])
    assert (crowd.kilometres(*corners) <= km * (1 + 1e-9)).all()


@given(st.lists(st.tuples(st.floats(-95, 95), st.floats(-185, 185)), max_size=20))
def test_what_is_far_is_said_of_every_row(rows):
    crowd = reference_of(*chicago(50))
    north, east = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    found = faults(pl.Series(north, dtype=pl.Float64), pl.Series(east, dtype=pl.Float64), crowd)
    near = crowd.kilometres(north, east) <= crowd.km
    assert found.is_null().to_numpy().tolist() == near.tolist()
