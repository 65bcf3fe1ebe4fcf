from __future__ import annotations

import gzip
import json

import polars as pl
import pytest
import shapely

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.areas import read_areas
from busyness.tables import columns as c

LEFT, RIGHT = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
CITY = [
    ({"community": "OHARE", "area": "0", "shape_area": "46.5", "area_numbe": "76"}, LEFT),
    ({"community": "LAKE VIEW", "area": "0", "shape_area": "47.5", "area_numbe": "6"}, RIGHT),
]


def collection(features, **more) -> str:
    listed = [
        {"type": "Feature", "properties": said, "geometry": None if shape is None else json.loads(shapely.to_geojson(shape))}
        for said, shape in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed, **more})


@pytest.fixture
def file(tmp_path):
    def write(text, name="areas.geojson"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def codes(areas, *xy):
    return areas.codes(pl.DataFrame(xy, schema=[c.LONGITUDE, c.LATITUDE], orient="row")).to_list()


def test_ids_names_and_attributes_are_guessed_and_said(file):
    areas = read_areas(file(collection(CITY)), timezone="America/Chicago")
    first, second = areas.places([0, 1])
    assert (first.id, first.name, first.timezone) == ("76", "OHARE", "America/Chicago")
    assert (second.id, second.name) == ("6", "LAKE VIEW")
    assert second.attributes == {"area": 0.0, "shape_area": 47.5}
    assert (second.latitude, second.longitude) == (0.5, 1.5)
    assert areas.notes == ("Read 2 areas from areas.geojson; 'area_numbe' is their id and 'community' their name.",)
    assert codes(areas, (0.5, 0.5), (1.0, 0.5), (1.5, 0.5), (2.5, 0.5)) == [0, 0, 1, None]


def test_what_is_named_is_taken(file):
    areas = read_areas(file(collection(CITY)), id="community", name="area_numbe")
    assert [(place.id, place.name) for place in areas.all] == [("OHARE", "76"), ("LAKE VIEW", "6")]
    same = read_areas(file(collection(CITY)), id="community", name="community")
    assert [(place.id, place.label) for place in same.all] == [("OHARE", "OHARE"), ("LAKE VIEW", "LAKE VIEW")]
    with pytest.raises(ColumnMissingError, match=r"no column 'comunity'.*areas' names.*Did you mean 'community'"):
        read_areas(file(collection(CITY)), name="comunity")


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ([{"name": "A"}, {"name": "B"}], [("A", ""), ("B", "")]),
        (
            [{"OBJECTID": 1, "LocationID": 4, "zone": "A"}, {"OBJECTID": 2, "LocationID": 7, "zone": "A"}],
            [("4", "A"), ("7", "A")],
        ),
        ([{"objectid": 8.0, "x": 0.5}, {"objectid": 9.0, "x": 1.5}], [("8", ""), ("9", "")]),
        ([{"pop": 5.5}, {"pop": 6.5}], [("1", ""), ("2", "")]),
        ([{"id": "n1", "nbhd_name": "A"}, {"id": "n2", "nbhd_name": "B"}], [("n1", "A"), ("n2", "B")]),
        ([None, None], [("1", ""), ("2", "")]),
    ],
)
def test_other_cities(file, properties, found):
    areas = read_areas(file(collection(zip(properties, [LEFT, RIGHT], strict=True))))
    assert [(place.id, place.name) for place in areas.all] == found
    assert len(areas.notes) == 1


def test_ids_beside_the_properties(file):
    whole = json.loads(collection([({}, LEFT), ({}, RIGHT)]))
    for key, feature in zip(("x7", "x8"), whole["features"], strict=True):
        feature["id"] = key
    assert [place.id for place in read_areas(file(json.dumps(whole))).all] == ["x7", "x8"]


def test_gzipped(file):
    areas = read_areas(file(gzip.compress(collection(CITY).encode()), "areas.geojson.gz"))
    assert len(areas) == 2


def parquet(tmp_path, geo=None, column="geometry"):
    path = tmp_path / "areas.parquet"
    frame = pl.DataFrame(
        {
            "area_number": [76, 6],
            "name": ["OHARE", "LAKE VIEW"],
            "parts": [[1], [2]],
            column: [shapely.to_wkb(LEFT), shapely.to_wkb(RIGHT)],
        }
    )
    frame.write_parquet(path, metadata=None if geo is None else {"geo": json.dumps(geo)})
    return path


@pytest.mark.parametrize(
    ("geo", "column"),
    [
        (None, "geometry"),
        ({"primary_column": "outline", "columns": {"outline": {"encoding": "WKB"}}}, "outline"),
        (
            {
                "primary_column": "g",
                "columns": {"g": {"encoding": "WKB", "crs": {"id": {"authority": "EPSG", "code": 4326}}}},
            },
            "g",
        ),
        ({"primary_column": "g", "columns": {"g": {"encoding": "WKB", "crs": None}}}, "g"),
    ],
)
def test_geoparquet(tmp_path, geo, column):
    areas = read_areas(parquet(tmp_path, geo, column))
    assert [(place.id, place.name, place.attributes) for place in areas.all] == [("76", "OHARE", {}), ("6", "LAKE VIEW", {})]
    assert codes(areas, (0.5, 0.5), (1.5, 0.5)) == [0, 1]


def test_geoparquet_of_another_kind(tmp_path):
    other = {"encoding": "WKB", "crs": {"name": "NAD83 / Illinois East", "id": {"authority": "EPSG", "code": 3435}}}
    with pytest.raises(InputError, match=r"coordinate system 3435, not in degrees.*WGS 84"):
        read_areas(parquet(tmp_path, {"primary_column": "geometry", "columns": {"geometry": other}}))
    with pytest.raises(InputError, match="no column of outlines as WKB"):
        read_areas(parquet(tmp_path, {"primary_column": "geometry", "columns": {"geometry": {"encoding": "polygon"}}}))
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "areas.parquet").read_bytes()[:-50])
    with pytest.raises(InputError, match=r"cut\.parquet is a damaged Parquet file"):
        read_areas(tmp_path / "cut.parquet")


def test_well_known_text_in_a_table(file):
    text = (
        "the_geom,AREA_NUMBE,COMMUNITY\n"
        '"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",76,OHARE\n'
        '"POLYGON ((1 0, 2 0, 2 1, 1 0))",6,LAKE VIEW\n'
    )
    areas = read_areas(file(text, "areas.csv"))
    assert [(place.id, place.name) for place in areas.all] == [("76", "OHARE"), ("6", "LAKE VIEW")]
    assert codes(areas, (0.5, 0.2), (1.5, 0.2)) == [0, 1]


def test_a_table_without_outlines(file):
    with pytest.raises(InputError, match=r"areas\.csv has no column of outlines.*well-known text"):
        read_areas(file("id,name\n1,A\n", "areas.csv"))


BROKEN = [{"type": "Feature", "properties": {"name": "X"}, "geometry": shape} for shape in (
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0]]]},
    {"type": "Polygon", "coordinates": [[[None, 0], [1, 1], [1, 0], [0, 0]]]},
    {"type": "Polygon"},
    {"type": "Blob", "coordinates": []},
    "POLYGON",
    5,
)]  # fmt: skip


@pytest.mark.parametrize("feature", BROKEN)
def test_a_damaged_outline_is_named(file, feature):
    with pytest.raises(InputError, match=r"areas\.geojson: the outline of area 1 \('X'\) is damaged: "):
        read_areas(file(json.dumps({"type": "FeatureCollection", "features": [feature]})))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (collection([({"id": "a"}, LEFT), ({"id": "b"}, None)]), r"areas\.geojson: Area 2 \('b'\) has no polygon"),
        (
            collection([({"id": "a"}, LEFT), ({"id": "b"}, shapely.LineString([(0, 0), (1, 1)]))]),
            r"\('b'\) is made of lines",
        ),
        (collection([({"id": "a"}, shapely.Point(1, 1)), ({"id": "b"}, shapely.Point(2, 2))]), "has points only.*as places"),
        (collection([({"id": "a"}, shapely.box(1e6, 1e6, 2e6, 2e6))]), r"Area 1 \('a'\) does not lie on Earth.*EPSG:4326"),
        (
            collection(CITY, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3435"}}),
            "coordinate system urn:ogc:def:crs:EPSG::3435, not in degrees.*Write it in degrees",
        ),
        (shapely.to_geojson(LEFT), "is a single Polygon.*one feature for each area"),
        (json.dumps({"type": "Feature", "geometry": None, "properties": {}}), "is a single Feature"),
        ('{"type": "Topology", "objects": {}}', "is TopoJSON"),
        ("[1, 2]", "is no collection of areas"),
        ('{"type": "FeatureCollection", "features": []}', "has no areas"),
        ('{"type": "FeatureCollection", "features": [7]}', "entry 1 is no feature"),
        (collection(CITY)[:-30], r"damaged or cut short at line 1, character \d+"),
        (b'{"type": "\xff\xfe"}', "is damaged"),
        ("[" * 100_000, "is damaged"),
        (b"PK\x03\x04 whatever", "is a ZIP archive.*GeoJSON"),
        ("<?xml version='1.0'?><kml/>", "is an XML file"),
        ("", "is empty"),
        ("id,name\n1,A\n", "is no GeoJSON"),
    ],
)
def test_what_is_refused(file, text, words):
    with pytest.raises(InputError, match=words):
        read_areas(file(text))


def test_degrees_by_another_word_are_fine(file):
    for crs in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4269"):
        assert len(read_areas(file(collection(CITY, crs={"type": "name", "properties": {"name": crs}})))) == 2
    assert len(read_areas(file(collection(CITY, crs=None)))) == 2


def test_ids_that_come_twice_or_not_at_all(file):
    three = [({"id": "a"}, LEFT), ({"id": "b"}, LEFT), ({"id": "a"}, RIGHT)]
    with pytest.raises(InputError, match=r"areas\.geojson: areas 1 and 3 have the same id, 'a'"):
        read_areas(file(collection(three)), id="id")
    with pytest.raises(InputError, match=r"areas 1 and 2 have the same name, 'A'"):
        read_areas(file(collection([({"name": "A"}, LEFT), ({"name": "A"}, RIGHT)])))
    with pytest.raises(InputError, match="area 2 has no id"):
        read_areas(file(collection([({"id": "a"}, LEFT), ({"id": None}, RIGHT)])), id="id")


def test_crossed_outlines_are_mended_and_said(file):
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    areas = read_areas(file(collection([({"id": 1, "name": "Loop"}, bow_tie)])))
    assert areas.notes[1] == "The polygon of Loop crossed itself and was mended."
    assert codes(areas, (0.1, 0.5), (0.5, 0.1)) == [0, None]


def test_missing_files_and_zones(tmp_path, file):
    with pytest.raises(InputError, match="There is no file"):
        read_areas(tmp_path / "none.geojson")
    with pytest.raises(InputError, match="is a folder"):
        read_areas(tmp_path)
    with pytest.raises(InputError, match="Mars"):
        read_areas(file(collection(CITY)), timezone="Mars/Base")
