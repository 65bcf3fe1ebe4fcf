"""Which places there are, which are near, and their shapes."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.geo.distance import metres_between
from busyness.workflows.service.ask_places import Near, ask_places, shape_of, shapes_of


def test_all_places_in_order(snapshot):
    table = ask_places(snapshot)
    assert table["place"].to_list() == ["P1", "P2", "P3"]
    assert table["capacity"].to_list() == [60, None, None]
    assert table.columns == ["place", "name", "latitude", "longitude", "timezone", "parent", "capacity"]


def test_only_those_in_scope(snapshot):
    assert ask_places(snapshot, only={"P2"})["place"].to_list() == ["P2"]
    assert ask_places(snapshot, only=set()).is_empty()
    assert ask_places(snapshot, only={"P2"}, near=Near(-12.05, -77.04, 5)).height == 1


@pytest.mark.parametrize(("search", "found"), [("store 2", ["P2"]), ("STORE-3", ["P3"]), ("p1", ["P1"]), ("nowhere", [])])
def test_search_forgives_case_and_punctuation(snapshot, search, found):
    assert ask_places(snapshot, search=search)["place"].to_list() == found


def test_the_nearest_come_first_with_their_distance(snapshot):
    table = ask_places(snapshot, near=Near(-12.069, -77.04, 2))
    assert table["place"].to_list() == ["P3", "P2"]
    far = metres_between(-12.069, -77.04, to_latitude=-12.07, to_longitude=-77.04)
    assert table["metres"][0] == pytest.approx(float(far), abs=0.1)


def test_a_place_without_a_position_is_never_near(snapshot):
    said = snapshot.forecast
    places = (replace(said.places[0], latitude=None), *said.places[1:])
    moved = replace(snapshot, forecast=replace(said, places=places))
    assert ask_places(moved, near=Near(-12.05, -77.04, 5))["place"].to_list() == ["P2", "P3"]
    assert shape_of(moved, "P1")["geometry"] is None


@pytest.mark.parametrize(("latitude", "longitude", "count"), [(91, 0, 1), (0, 181, 1), (0, 0, 0), (float("nan"), 0, 1)])
def test_a_point_off_the_earth_is_said(latitude, longitude, count):
    with pytest.raises(InputError):
        Near(latitude, longitude, count)


def test_shapes_are_geojson_with_their_holes(snapshot):
    outer = [(-77.1, -12.1), (-77.0, -12.1), (-77.0, -12.0), (-77.1, -12.0), (-77.1, -12.1)]
    hole = [(-77.06, -12.06), (-77.04, -12.06), (-77.04, -12.04), (-77.06, -12.04)]
    drawn = replace(snapshot, outlines={"P1": [outer, hole], "P2": [outer]})
    shape = shapely.from_geojson(
        str(shape_of(drawn, "P1")["geometry"]).replace("'", '"').replace("(", "[").replace(")", "]")
    )
    assert shape.area == pytest.approx(0.01 - 0.0004)
    assert shapely.is_ccw(shape.exterior)
    kinds = [one["geometry"]["type"] for one in shapes_of(drawn)["features"]]
    assert kinds == ["Polygon", "Polygon", "Point"]
    assert [one["id"] for one in shapes_of(drawn, only={"P3"})["features"]] == ["P3"]
    assert np.allclose(shape_of(drawn, "P3")["geometry"]["coordinates"], [-77.04, -12.07])


def test_an_unknown_place_is_said(snapshot):
    with pytest.raises(UnknownPlaceError):
        shape_of(snapshot, "P9")
