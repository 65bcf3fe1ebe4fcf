from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.geo.neighbours import neighbours


def test_the_nearest_first_and_minus_one_where_there_are_fewer():
    places = [Place(str(i), latitude=0.0, longitude=east) for i, east in enumerate([0.0, 1.0, 3.0])] + [Place("nowhere")]
    assert neighbours(places, count=3).tolist() == [[1, 2, -1], [0, 2, -1], [1, 0, -1], [-1, -1, -1]]
    assert neighbours(places, count=1).tolist() == [[1], [0], [1], [-1]]
    assert neighbours(places).dtype == np.int32
    assert neighbours([]).shape == (0, 6)
    assert neighbours([Place("a", latitude=1.0, longitude=1.0)], count=2).tolist() == [[-1, -1]]


def test_places_at_one_position_are_not_their_own_neighbours():
    near = neighbours([Place(str(i), latitude=5.0, longitude=5.0) for i in range(50)], count=3)
    assert (near != np.arange(50)[:, None]).all()
    assert (near >= 0).all()


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_as_by_the_definition(seed, count):
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(-90, 90, 12), rng.uniform(-180, 180, 12)
    near = neighbours([Place(str(i), latitude=lat[i], longitude=lon[i]) for i in range(12)], count=count)
    metres = metres_between(lat[:, None], lon[:, None], to_latitude=lat, to_longitude=lon)
    np.fill_diagonal(metres, np.inf)
    np.testing.assert_allclose(np.take_along_axis(metres, near.astype(int), 1), np.sort(metres, axis=1)[:, :count], atol=1)
