from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from busyness.geo.coverage import adjacent, coverage_findings, gaps, overlaps


def boxes(*bounds) -> np.ndarray:
    return np.array([shapely.box(*each) for each in bounds], object)


def test_overlaps_with_their_size():
    (found,) = overlaps(boxes((0, 0, 1, 1), (0.9, 0, 2, 1), (2, 0, 3, 1)))
    assert (found.first, found.second) == (0, 1)
    assert found.km2 == pytest.approx(0.1 * 111.195**2, rel=1e-3)
    assert found.share == pytest.approx(0.1, rel=1e-6)


def test_gaps_with_their_size_and_place():
    ring = boxes((0, 60, 3, 61), (0, 61, 1, 62), (2, 61, 3, 62), (0, 62, 3, 63))
    (found,) = gaps(ring)
    assert found.km2 == pytest.approx(111.195**2 * np.cos(np.radians(61.5)), rel=1e-3)
    assert 61 < found.latitude < 62
    assert 1 < found.longitude < 2
    assert not gaps(boxes((0, 0, 1, 1), (5, 5, 6, 6)))


def test_slivers_of_digitising_are_neither():
    tiny = 1e-7
    cut = boxes((0, 0, 1, 1), (1 - tiny, 0, 2, 1e-4))
    assert overlaps(cut) == ()
    assert coverage_findings(["a", "b"], cut) == ()


def test_which_areas_touch():
    street = 15 / 111_195
    row = boxes((0, 0, 1, 1), (1 + street, 0, 2, 1), (2, 1, 3, 2), (5, 5, 6, 6))
    assert adjacent(row) == ((1,), (0, 2), (1,), ())


def test_sentences():
    said = coverage_findings(["North", "South", "x", "y"], boxes((0, 0, 1, 1), (0, 0.5, 1, 3), (1, 0, 2, 3), (0, 2.9, 2, 4)))
    assert said[0].startswith("3 pairs of areas overlap: North and South (6,1")
    assert said[0].endswith("a point in both is counted in the first.")
    ring = boxes((0, 0, 0.03, 0.01), (0, 0.01, 0.01, 0.02), (0.0101, 0.01, 0.03, 0.02), (0, 0.02, 0.03, 0.03))
    (gap,) = coverage_findings(["a"] * 4, ring)
    assert gap.startswith("One gap lies between the areas: 0.01 km² around 0.015, 0.010")


@given(st.floats(-75, 75), st.floats(-170, 170))
def test_an_area_is_as_large_as_on_the_globe(north, east):
    both = boxes((east, north, east + 1, north + 1), (east, north, east + 1, north + 1))
    (found,) = overlaps(both)
    true = np.radians(1) * 6371.0088**2 * (np.sin(np.radians(north + 1)) - np.sin(np.radians(north)))
    assert found.km2 == pytest.approx(true, rel=1e-6)
