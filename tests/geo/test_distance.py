from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.geo.distance import chord_of, degrees_of, metres_between, unit_vectors

NORTH, EAST = st.floats(-90, 90), st.floats(-180, 180)


def test_known_distances():
    chicago, lima = (41.8781, -87.6298), (-12.0464, -77.0428)
    assert metres_between(*chicago, to_latitude=lima[0], to_longitude=lima[1]) == pytest.approx(6_087_000, rel=0.005)
    assert metres_between(0, 179.5, to_latitude=0, to_longitude=-179.5) == pytest.approx(111_195, rel=1e-4)
    assert metres_between(90, 0, to_latitude=-90, to_longitude=70) == pytest.approx(20_015_115, rel=1e-4)


def test_a_missing_position_is_nowhere():
    far = metres_between(np.array([0.0, np.nan]), np.array([0.0, 1.0]), to_latitude=1, to_longitude=0)
    assert far[0] > 0
    assert np.isnan(far[1])


@given(NORTH, EAST, NORTH, EAST)
def test_haversine_and_chord_agree(north, east, to_north, to_east):
    metres = metres_between(north, east, to_latitude=to_north, to_longitude=to_east)
    straight = np.linalg.norm(unit_vectors(north, east) - unit_vectors(to_north, to_east))
    assert chord_of(metres) == pytest.approx(straight, abs=1e-9)
    back = metres_between(to_north, to_east, to_latitude=north, to_longitude=east)
    assert back == pytest.approx(float(metres), abs=1e-6)


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_there_and_back(north, east):
    assert degrees_of(3 * unit_vectors(north, east)) == (pytest.approx(north, abs=1e-6), pytest.approx(east, abs=1e-6))
