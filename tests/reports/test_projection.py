from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.reports.projection import HIGHEST, MARGIN, WIDEST, Projection

CHICAGO = np.array([[-87.94, 41.64], [-87.52, 42.02]])


def test_a_kilometre_is_as_long_both_ways() -> None:
    projection = Projection.around(CHICAGO)
    north = 1 / 111.195
    east = north / np.cos(np.radians(projection.latitude))
    middle, up, right = projection.points([(-87.7, 41.8), (-87.7, 41.8 + north), (-87.7 + east, 41.8)])
    np.testing.assert_allclose(middle - up, [0, projection.per_km], atol=1e-6)
    np.testing.assert_allclose(right - middle, [projection.per_km, 0], atol=1e-6)


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=20))
def test_everything_fits_into_the_picture(places: list[tuple[float, float]]) -> None:
    projection = Projection.around(np.array(places))
    assert projection.width <= WIDEST + 1e-6
    assert projection.height <= HIGHEST + 1e-6
    found = projection.points(places)
    assert (found >= MARGIN - 1e-3).all()
    assert (found <= np.array([projection.width, projection.height]) - MARGIN + 1e-3).all()


def test_places_on_both_sides_of_the_date_line_stay_together() -> None:
    projection = Projection.around(np.array([[179.5, -17.0], [-179.5, -18.0]]))
    left, right = projection.points([(179.5, -17.0), (-179.5, -18.0)])
    assert left[0] < right[0]
    assert projection.per_km > 3


@pytest.mark.parametrize("scale", [0.01, 0.1, 1, 20, 300])
def test_the_scale_is_a_round_length(scale: float) -> None:
    projection = Projection(1000, 500, 10 / scale, 0, 0)
    length, share = projection.scale_bar()
    assert 0.11 < share <= 0.3
    assert f"{length:.0e}"[0] in "125"
    assert share * projection.width == pytest.approx(length * projection.per_km)
