from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.tables import columns as c


def areas(*wkt: str) -> Areas:
    return Areas([Place(f"a{i}") for i in range(len(wkt))], [shapely.from_wkt(text) for text in wkt])


def points(x, y) -> pl.DataFrame:
    return pl.DataFrame({c.LATITUDE: y, c.LONGITUDE: x}, schema={c.LATITUDE: pl.Float64, c.LONGITUDE: pl.Float64})


def plainly(polygons, x, y) -> list[int | None]:
    """The definition: the first polygon that covers the point."""
    rows = []
    for east, north in zip(x, y, strict=True):
        covers = shapely.intersects(polygons, shapely.Point(east, north))
        rows.append(int(covers.argmax()) if covers.any() else None)
    return rows


LEFT, RIGHT = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))", "POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0))"
RING = "POLYGON ((0 0, 3 0, 3 3, 0 3, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"
TWO = "MULTIPOLYGON (((10 0, 11 0, 11 1, 10 0)), ((1.2 1.2, 1.8 1.2, 1.8 1.8, 1.2 1.2)))"


def test_a_border_belongs_to_the_first_area_alone():
    codes = areas(LEFT, RIGHT).codes(points([0.5, 1.0, 1.5, 0.0, 2.0, 2.1], [0.5, 0.5, 0.5, 0.0, 1.0, 0.5]))
    assert codes.to_list() == [0, 0, 1, 0, 1, None]
    assert codes.dtype == pl.UInt64


def test_holes_and_several_parts():
    found = areas(RING, TWO).codes(points([0.5, 1.5, 1.1, 1.7, 10.9, 5.0, 1.0], [0.5, 1.9, 1.15, 1.5, 0.5, 0.5, 1.5]))
    assert found.to_list() == [0, None, None, 1, 1, None, 0]


def test_missing_and_impossible_positions_are_in_no_area():
    odd = [None, float("nan"), float("inf"), -float("inf"), 1e300, 0.5]
    assert areas(LEFT).codes(points(odd, [0.5] * 6)).to_list() == [None] * 5 + [0]
    assert areas(LEFT).codes(points([0.5] * 6, odd)).to_list() == [None] * 5 + [0]
    assert areas(LEFT).codes(points([], [])).to_list() == []


RINGS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=7)


@given(st.lists(RINGS, min_size=1, max_size=5), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_raster_answers_as_the_polygons_do(rings, seed):
    drawn = [shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False) for ring in rings]
    drawn = [shape for shape in drawn if shapely.area(shape) > 0]
    if not drawn:
        return
    found = Areas([Place(str(i)) for i in range(len(drawn))], drawn)
    rng = np.random.default_rng(seed)
    corners = shapely.get_coordinates(found.polygons)
    between = rng.random((len(corners), 1)) * (np.roll(corners, 1, axis=0) - corners) + corners
    near = corners + rng.normal(0, 1e-9, corners.shape)
    xy = np.concatenate(
        [rng.uniform(-1, 13, (150, 2)), corners, between, near, np.round(rng.uniform(-1, 13, (50, 2)) * 2) / 2]
    )
    x, y = xy.T
    codes = found.codes(points(x, y))
    assert codes.to_list() == plainly(found.polygons, x, y)
    assert codes.len() == codes.null_count() + codes.drop_nulls().len() == len(xy)


def test_many_areas_tile_without_losing_a_point():
    rng = np.random.default_rng(3)
    seeds = shapely.MultiPoint(rng.uniform([-88, 41.6], [-87.5, 42.05], (80, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    city = Areas([Place(str(i)) for i in range(len(cells))], cells)
    x, y = rng.uniform(-87.99, -87.51, 20_000), rng.uniform(41.61, 42.04, 20_000)
    codes = city.codes(points(x, y))
    assert codes.null_count() == 0
    assert codes.head(2000).to_list() == plainly(city.polygons, x[:2000], y[:2000])
    assert codes.n_unique() == 80


def test_an_area_far_larger_than_its_detail():
    huge = areas("POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))", "POLYGON ((0 0, 1e-7 0, 0 1e-7, 0 0))")
    assert huge.codes(points([180.0, -180.0, 1e-8], [90.0, 0.0, 1e-8])).to_list() == [0, 0, 0]
    tiny = areas("POLYGON ((0 0, 1e-7 0, 0 1e-7, 0 0))", "POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))")
    assert tiny.codes(points([1e-8, 2e-7], [1e-8, 0.0])).to_list() == [0, 1]


def test_the_position_lies_inside():
    crescent = "POLYGON ((0 0, 4 0, 4 1, 1 1, 1 3, 4 3, 4 4, 0 4, 0 0))"
    square, bent = areas(LEFT, crescent).all
    assert (square.latitude, square.longitude) == (0.5, 0.5)
    assert shapely.contains(shapely.from_wkt(crescent), shapely.Point(bent.longitude, bent.latitude))
    kept = Areas([Place("a", latitude=9.0, longitude=8.0)], [shapely.from_wkt(LEFT)]).places([0])[0]
    assert (kept.latitude, kept.longitude) == (9.0, 8.0)


def test_what_is_refused():
    with pytest.raises(InputError, match=r"There are no areas"):
        Areas([], [])
    with pytest.raises(InputError, match="1 areas and 2 polygons"):
        Areas([Place("a")], [shapely.from_wkt(LEFT)] * 2)
