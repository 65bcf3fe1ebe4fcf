from __future__ import annotations

import numpy as np
import pytest
import shapely

from busyness.domain.errors import InputError
from busyness.geo.polygons import mended

SQUARE = shapely.box(0, 0, 1, 1)
with np.errstate(invalid="ignore"):
    HOLLOW = shapely.from_wkt("POLYGON ((0 0, nan 1, 1 1, 0 0))")
BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def test_good_polygons_stay_as_they_are():
    polygons, said = mended(["a"], [SQUARE])
    assert polygons[0] == SQUARE
    assert said == ()


def test_a_polygon_that_crosses_itself_is_mended_and_named():
    polygons, said = mended(["a", "Loop"], [SQUARE, BOW_TIE])
    assert shapely.is_valid(polygons).all()
    assert shapely.area(polygons[1]) == pytest.approx(0.5)
    assert said == ("The polygon of Loop crossed itself and was mended.",)
    assert mended(["x", "y"], [BOW_TIE, BOW_TIE])[1] == ("2 polygons (x, y) crossed themselves and were mended.",)


def test_heights_are_dropped():
    assert not shapely.has_z(mended(["a"], [shapely.from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")])[0][0])


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        (None, r"Area 2 \('Gone'\) has no polygon"),
        (shapely.Polygon(), "has no polygon"),
        (shapely.Point(1, 1), "made of points"),
        (shapely.LineString([(0, 0), (1, 1)]), "made of lines"),
        (shapely.GeometryCollection([SQUARE, shapely.Point(3, 3)]), "made of mixed shapes"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2)]), "without any ground"),
        (shapely.box(1_170_000, 1_900_000, 1_180_000, 1_910_000), "does not lie on Earth.*1,180,000.0 east"),
        (HOLLOW, "a corner without a number"),
    ],
)
def test_what_is_no_area_is_refused_by_name(polygon, words):
    with pytest.raises(InputError, match=words):
        mended(["Here", "Gone"], [SQUARE, polygon])
