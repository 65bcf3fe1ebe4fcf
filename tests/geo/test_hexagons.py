from __future__ import annotations

import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.geo.distance import metres_between
from busyness.geo.hexagons import Hexagons, disk, outlines, parents
from busyness.tables import columns as c

DEGREES = st.one_of(st.none(), st.floats(-200, 200), st.sampled_from([float("nan"), float("inf"), -90.0, 90.0, 180.0]))


def points(*rows: tuple[float | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={c.LATITUDE: pl.Float64, c.LONGITUDE: pl.Float64}, orient="row")


CHICAGO = points((41.0, -87.0))
CELL = 613165017325371391  # 8826655a65fffff


def test_a_point_and_its_hexagon():
    hexagons = Hexagons(8, timezone="America/Chicago", parent=5)
    codes = hexagons.codes(CHICAGO)
    assert codes.to_list() == [CELL]
    assert codes.dtype == pl.UInt64
    (place,) = hexagons.places(codes.to_list())
    assert (place.id, place.timezone, place.parent) == ("8826655a65fffff", "America/Chicago", "8526655bfffffff")
    assert metres_between(place.latitude, place.longitude, to_latitude=41, to_longitude=-87) < 600


def test_without_a_parent():
    assert Hexagons(8, timezone="UTC").places([CELL])[0].parent == ""
    assert Hexagons(8, timezone="UTC").places([]) == ()


def test_points_off_the_earth_are_in_no_hexagon():
    codes = Hexagons(7, timezone="UTC").codes(
        points((None, 1.0), (float("nan"), 1.0), (91.0, 0.0), (0.0, 200.0), (1.0, float("inf")), (1.0, 2.0))
    )
    assert codes.is_null().to_list() == [True] * 5 + [False]


@given(st.lists(st.tuples(DEGREES, DEGREES), max_size=30), st.integers(0, 15))
def test_every_point_is_mapped_or_counted_as_unmapped(rows, resolution):
    hexagons = Hexagons(resolution, timezone="UTC")
    codes = hexagons.codes(points(*rows))
    assert len(codes) == len(rows)
    on_earth = [lat is not None and lon is not None and -90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in rows]
    assert codes.is_not_null().to_list() == on_earth
    assert len(hexagons.places(codes.drop_nulls().to_list())) == sum(on_earth)


@given(st.floats(-80, 80), st.floats(-170, 170))
def test_the_outline_holds_the_point(north, east):
    code = Hexagons(6, timezone="UTC").codes(points((north, east))).item()
    (ring,) = outlines([code])
    polygon = shapely.Polygon([(lon - 360 * round((lon - east) / 360), lat) for lat, lon in ring])
    assert polygon.buffer(0.01).covers(shapely.Point(east, north))


def test_an_outline_stays_on_one_side_of_the_date_line():
    code = Hexagons(5, timezone="UTC").codes(points((0.0, 179.999))).item()
    longitudes = [east for _, east in outlines([code])[0]]
    assert max(longitudes) - min(longitudes) < 1


def test_parents_and_neighbours():
    assert parents([CELL], 5).tolist() == [int("8526655bfffffff", 16)]
    (near,) = disk([CELL], 1)
    assert len(near) == len(set(near)) == 6
    assert CELL not in near
    assert len(disk([CELL], 2)[0]) == 18
    assert set(disk([CELL], 2)[0][:6]) == set(near)


@pytest.mark.parametrize("asked", [{"resolution": 16}, {"resolution": -1}, {"resolution": 7, "parent": 7}])
def test_resolutions_that_are_not_there(asked):
    with pytest.raises(InputError, match="esolution"):
        Hexagons(**asked, timezone="UTC")


def test_what_is_no_hexagon():
    with pytest.raises(InputError, match="5 is not the number of a hexagon"):
        Hexagons(8, timezone="UTC").places([5])
    with pytest.raises(InputError, match="no parent of resolution 9"):
        parents([CELL], 9)
