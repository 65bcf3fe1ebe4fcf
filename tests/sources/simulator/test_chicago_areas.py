"""The shipped areas are the city's 77, by its own numbers, and fit together; the product's reader reads them."""

import json

import numpy as np
import polars as pl
import shapely

from busyness.sources.areas import read_areas
from busyness.sources.simulator.chicago_areas import CHICAGO_AREAS, chicago_areas


def test_areas_bear_the_city_s_own_numbers():
    areas = chicago_areas()
    assert areas.numbers.tolist() == list(range(1, 78))
    by_number = dict(zip(areas.numbers.tolist(), areas.ids, strict=True))
    known = {1: "ROGERS PARK", 6: "LAKE VIEW", 7: "LINCOLN PARK", 8: "NEAR NORTH SIDE", 15: "PORTAGE PARK", 32: "LOOP"}
    assert known.items() <= by_number.items()
    assert (by_number[76], by_number[77]) == ("O'HARE", "EDGEWATER")
    assert dict(zip(areas.ids, areas.names, strict=True))["MCKINLEY PARK"] == "McKinley Park"


def test_outlines_are_small_valid_and_leave_no_gap_between_neighbours():
    outlines = list(chicago_areas().outlines)
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    assert CHICAGO_AREAS.stat().st_size < 48_000
    middles = shapely.points(chicago_areas().longitude, chicago_areas().latitude)
    assert shapely.contains(outlines, middles).all()


def test_the_file_names_its_source_and_terms():
    file = json.loads(CHICAGO_AREAS.read_text("utf-8"))
    assert "data.cityofchicago.org" in file["source"]
    assert "modified for use from its original source" in file["terms"]


def test_the_product_reads_them_and_finds_every_point_in_its_own_area():
    read = read_areas(CHICAGO_AREAS, timezone="America/Chicago")
    assert tuple(area.id for area in read.all) == chicago_areas().ids
    points = chicago_areas().points(50, np.random.default_rng(0)).reshape(-1, 2)
    codes = read.codes(pl.DataFrame({"latitude": points[:, 0], "longitude": points[:, 1]}))
    assert codes.to_list() == np.repeat(np.arange(77), 50).tolist()


def test_the_table_is_one_of_places():
    table = chicago_areas().table()
    assert table.columns == ["place", "name", "latitude", "longitude", "timezone", "parent", "area_number"]
    assert table["parent"].n_unique() == 9
    assert table.filter(pl.col("place") == "LAKE VIEW")["parent"].item() == "North Side"
