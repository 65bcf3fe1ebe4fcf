from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from busyness.geo.named import Named
from busyness.sources.areas import read_areas
from busyness.tables import columns as c

pytestmark = pytest.mark.real


def test_the_77_areas_as_published(real_data: Path) -> None:
    areas = read_areas(real_data / "chicago_areas" / "community_areas.geojson", timezone="America/Chicago")
    assert "'area_numbe' is their id and 'community' their name" in areas.notes[0]
    assert {int(place.id) for place in areas.all} == set(range(1, 78))
    assert areas.findings[0].startswith("3 gaps lie between the areas: 7.98 km²")  # Norridge and Harwood Heights first
    assert all(areas.adjacent())
    for place, polygon in zip(areas.all, areas.polygons, strict=True):
        assert shapely.contains_xy(polygon, place.longitude, place.latitude)


def test_points_are_found_as_shapely_finds_them(real_data: Path) -> None:
    areas = read_areas(real_data / "chicago_areas" / "community_areas.geojson")
    rng = np.random.default_rng(1)
    west, south, east, north = shapely.total_bounds(areas.polygons)
    corners = rng.choice(shapely.get_coordinates(areas.polygons), 2000)
    x = np.concatenate([rng.uniform(west, east, 6000), corners[:, 0]])
    y = np.concatenate([rng.uniform(south, north, 6000), corners[:, 1]])
    point, area = shapely.STRtree(areas.polygons).query(shapely.points(x, y), predicate="intersects")
    first = np.full(len(x), len(areas))
    np.minimum.at(first, point, area)
    codes = areas.codes(pl.DataFrame({c.LATITUDE: y, c.LONGITUDE: x}))
    assert (codes.fill_null(len(areas)).to_numpy() == first).all()
    assert codes.tail(2000).null_count() == 0  # corners belong to an area


def test_names_and_numbers_mean_what_the_city_means(real_data: Path) -> None:
    areas = read_areas(real_data / "chicago_areas" / "community_areas.geojson")
    named = Named(areas.all)
    codes = named.codes(pl.DataFrame({c.PLACE: ["6", "Lake View", "O'Hare", "Mc Kinley Park", "78"]})).to_list()
    assert codes[-1] is None
    assert [place.name for place in named.places(codes[:-1])] == ["LAKE VIEW", "LAKE VIEW", "OHARE", "MCKINLEY PARK"]
