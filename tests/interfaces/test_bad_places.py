"""Every kind of broken place gets its sentence: polygons, tables of stores, hexagons; and what lies odd is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import shapely

BEGIN = datetime(2024, 5, 6)
EVENTS = 400
CORNERS = {"North West": (-77.1, -12.0), "North East": (-77.0, -12.0), "South West": (-77.1, -12.1), "Port": (-77.0, -12.1)}
Geometry = dict[str, object] | None


def ring(west: float, south: float, *, wide: float = 0.1, high: float = 0.1) -> list[list[float]]:
    east, north = west + wide, south + high
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> Geometry:
    return {"type": "Polygon", "coordinates": list(rings)}


def areas(first: Geometry | str = "", **properties: object) -> dict[str, object]:
    """Four quarters of a town, the first of them perhaps with another outline."""
    outlines = [polygon(ring(*corner)) for corner in CORNERS.values()]
    if first != "":
        outlines[0] = first  # type: ignore[assignment]  # never another text
    features = [
        {"type": "Feature", "properties": {"id": f"q{k}", "name": name, **properties}, "geometry": outline}
        for k, (name, outline) in enumerate(zip(CORNERS, outlines, strict=True))
    ]
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """A hundred events in the middle of each quarter."""
    rows = []
    for k in range(EVENTS):
        west, south = list(CORNERS.values())[k % 4]
        rows.append(f"{BEGIN + timedelta(minutes=70 * k)},{south + 0.05},{west + 0.05}")
    file = tmp_path / "events.csv"
    file.write_text("time,lat,lon\n" + "\n".join(rows) + "\n", "utf-8")
    return file


@pytest.fixture
def over(described, events: Path, tmp_path: Path) -> Callable[..., dict[str, object]]:
    """What is said of the events over some areas."""

    def said(content: object, *options: object) -> dict[str, object]:
        file = tmp_path / "areas.geojson"
        file.write_text(json.dumps(content), "utf-8")
        facts = described(events, "--rows", "points", "--areas", file, "--timezone", "America/Lima", *options)
        assert facts["rows"] == EVENTS
        return facts

    return said


BOW = [[-77.1, -12.0], [-77.0, -11.9], [-77.0, -12.0], [-77.1, -11.9], [-77.1, -12.0]]
FAR = [[278000, 8660000], [279000, 8660000], [279000, 8670000], [278000, 8660000]]

REFUSED: Mapping[str, tuple[object, tuple[str, ...]]] = {
    "no outline": (areas(None), ("areas.geojson", "Area 1 ('North West')", "no polygon")),
    "an empty outline": (areas(polygon()), ("Area 1 ('North West')", "no polygon")),
    "an empty collection": (areas({"type": "GeometryCollection", "geometries": []}), ("Area 1", "no polygon")),
    "a point among areas": (areas({"type": "Point", "coordinates": [-77.0, -12.0]}), ("Area 1", "points")),
    "a line among areas": (areas({"type": "LineString", "coordinates": BOW[:2]}), ("Area 1", "lines")),
    "a ring that stays open": (areas(polygon(ring(-77.1, -12.0)[:4])), ("area 1 ('North West')", "damaged")),
    "an outline without ground": (areas(polygon([*BOW[:2], BOW[0]])), ("Area 1", "ground")),
    "metres": (areas(polygon(FAR)), ("Area 1 ('North West')", "degrees")),
    "another coordinate system": (
        {**areas(), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32718"}}},
        ("EPSG::32718", "degrees", "WGS 84"),
    ),
    "points only": (
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"id": k}, "geometry": {"type": "Point", "coordinates": [-77.0, -12.0]}}
                for k in range(3)
            ],
        },
        ("points only", "places"),
    ),
    "one id for all": (areas(id="q", name="Q"), ("areas 1 and 2", "'Q'", "tells them apart")),
    "no areas": ({"type": "FeatureCollection", "features": []}, ("areas.geojson has no areas",)),
    "a single feature": (areas()["features"][0], ("single Feature", "FeatureCollection")),  # type: ignore[index]
    "TopoJSON": ({"type": "Topology", "objects": {}}, ("TopoJSON",)),
    "other JSON": ({"message": "not found"}, ("no collection of areas",)),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_areas_that_are_none_get_one_sentence(kind: str, tmp_path: Path, events: Path, busyness, refused) -> None:
    content, words = REFUSED[kind]
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps(content), "utf-8")
    refused(busyness("describe", events, "--rows", "points", "--areas", file), "areas.geojson", *words)
    refused(busyness("places", file, "--out", tmp_path / "out"), "areas.geojson", *words)
    assert not (tmp_path / "out").exists()


def test_areas_without_ids_and_names_are_numbered(over) -> None:
    facts = over(areas(id="", name=""))
    assert [place["place"] for place in facts["per_place"]] == ["1", "2", "3", "4"]
    assert any("neither ids nor names" in note for note in facts["notes"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps(areas()).encode()[:300], ("damaged or cut short",)),
        (b"<!DOCTYPE html><html></html>", ("areas.geojson is",)),
        (b"PK\x03\x04" + b"\0" * 60, ("ZIP archive", "GeoJSON")),
        (b"SQLite format 3\x00" + b"\0" * 60, ("GeoPackage",)),
        (b"PAR1" + b"\0" * 60 + b"PAR1", ("damaged Parquet",)),
        (b"", ("areas.geojson",)),
    ],
)
def test_files_that_hold_no_areas_are_named(
    content: bytes, words: tuple[str, ...], tmp_path, events, busyness, refused
) -> None:
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)
    refused(busyness("describe", events, "--rows", "points", "--areas", file), "areas.geojson", *words)


def test_a_table_without_outlines_is_no_file_of_areas(events: Path, busyness, refused) -> None:
    refused(busyness("describe", events, "--rows", "points", "--areas", events), "events.csv", "no column of outlines")


def test_geoparquet_in_another_coordinate_system(tmp_path: Path, events: Path, busyness, over, refused) -> None:
    outlines = [shapely.to_wkb(shapely.Polygon(ring(*corner))) for corner in CORNERS.values()]
    table = pl.DataFrame({"name": list(CORNERS), "geometry": outlines})
    asked = (
        "describe",
        events,
        "--rows",
        "points",
        "--timezone",
        "America/Lima",
        "--areas",
        tmp_path / "areas.parquet",
        "--json",
    )

    def written(crs: object) -> object:
        about = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "crs": crs}}, "version": "1.0.0"}
        table.write_parquet(tmp_path / "areas.parquet", metadata={"geo": json.dumps(about)})
        return busyness(*asked)

    refused(written({"name": "WGS 84 / UTM zone 18S", "id": {"authority": "EPSG", "code": 32718}}), "32718", "degrees")
    facts = json.loads(written(None).out)
    assert [(p["name"], p["mean"]) for p in facts["per_place"]] == [
        (p["name"], p["mean"]) for p in sorted(over(areas())["per_place"], key=lambda place: place["name"])
    ]


def test_a_polygon_that_crosses_itself_is_mended_and_said(over, busyness, tmp_path: Path) -> None:
    facts = over(areas(polygon(BOW)))
    assert any("North West crossed itself and was mended" in note for note in facts["notes"])
    places = busyness("places", tmp_path / "areas.geojson", "--out", tmp_path / "out", "--json")
    said = json.loads(places.out)
    assert any("crossed itself" in finding for finding in said["findings"])
    size = {place["name"]: place["area_km2"] for place in said["places"]}
    assert size["North West"] == pytest.approx(size["North East"] / 2, rel=0.01)


def test_overlaps_and_gaps_are_said_and_every_event_is_counted_once(over, busyness, tmp_path: Path) -> None:
    facts = over(areas(polygon(ring(-77.1, -12.0, wide=0.2))))
    assert any("North West and North East" in note and "counted in the first" in note for note in facts["notes"])
    assert facts["rejected"] == 0
    hole = polygon(ring(-77.1, -12.0), ring(-77.06, -11.96, wide=0.02, high=0.02))
    facts = over(areas(hole))
    assert any("gap lies between the areas" in note for note in facts["notes"])
    assert facts["rejected_by_reason"] == {"outside every place": 100}
    places = busyness("places", tmp_path / "areas.geojson", "--out", tmp_path / "out", "--json")
    assert any("gap" in finding for finding in json.loads(places.out)["findings"])


def test_areas_with_latitude_and_longitude_swapped_are_recognised(tmp_path: Path, events: Path, busyness, refused) -> None:
    turned = areas()
    for feature in turned["features"]:  # type: ignore[attr-defined]
        rings = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[[north, east] for east, north in one] for one in rings]
    (tmp_path / "areas.geojson").write_text(json.dumps(turned), "utf-8")
    asked = ("describe", events, "--rows", "points", "--areas", tmp_path / "areas.geojson")
    refused(busyness(*asked), "events.csv", "swapped they lie inside")


def test_only_some_of_the_areas(over) -> None:
    facts = over(areas(), "--where", "name=Port")
    assert [place["name"] for place in facts["per_place"]] == ["Port"]
    assert facts["rejected_by_reason"] == {"outside every place": 300}
    facts = over(areas(number=7.0, side="east"), "--where", "number=7, side=east")
    assert facts["places"] == 4


def test_names_of_areas_are_shown_as_they_are(tmp_path: Path, busyness) -> None:
    named = areas(name="<b>[red]x[/]</b>")
    (tmp_path / "areas.geojson").write_text(json.dumps(named), "utf-8")
    answer = busyness("places", tmp_path / "areas.geojson", "--area-id", "id", "--area-name", "name", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert "[red]x[/]" in answer.out
    assert "<b>[red]" not in (tmp_path / "places.html").read_text("utf-8")


STORES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "no column of places": ("store_name,latitude,longitude\nA,-12,-77\n", ("'place'",)),
    "a place twice": ("place,latitude,longitude\nA,-12,-77\nA,-13,-77\n", ("line 3", "'A'")),
    "a latitude of 100": ("place,latitude,longitude\nA,100,-77\n", ("line 2", "latitude 100")),
    "words for a latitude": ("place,latitude,longitude\nA,south,-77\n", ("line 2", "'south'")),
    "half a position": ("place,latitude,longitude\nA,-12,\n", ("line 2", "latitude and longitude")),
    "a time zone of Mars": ("place,latitude,longitude,timezone\nA,-12,-77,Mars/Base\n", ("line 2", "Mars/Base")),
    "a header only": ("place,latitude,longitude\n", ("no rows",)),
    "empty": ("", ("empty",)),
}


@pytest.mark.parametrize("kind", STORES)
def test_a_table_of_stores_that_is_wrong_is_named_with_its_line(kind: str, tmp_path: Path, busyness, refused) -> None:
    content, words = STORES[kind]
    (tmp_path / "stores.csv").write_text(content, "utf-8")
    refused(busyness("places", tmp_path / "stores.csv", "--out", tmp_path / "out"), "stores.csv", *words)


def test_positions_of_stores_that_cannot_be_right_are_said(tmp_path: Path, busyness) -> None:
    fine = [f"S{k},{-12 - k / 200},{-77 - k % 7 / 100}" for k in range(30)]
    stores = [*fine, "D,-77.0,-12.0", "E,0,0", "F,48.9,2.3", "G,,"]
    (tmp_path / "stores.csv").write_text("place,latitude,longitude\n" + "\n".join(stores) + "\n", "utf-8")
    answer = busyness("places", tmp_path / "stores.csv", "--out", tmp_path, "--json")
    findings = "\n".join(json.loads(answer.out)["findings"])
    assert answer.code == 0
    for said in (
        "D: latitude and longitude swapped",
        "E: position is 0, 0",
        "F: position far from all others",
        "not on the map: 1",
    ):
        assert said in findings
    assert "S1" not in findings


def test_stores_out_of_reach_of_every_event(tmp_path: Path, events: Path, busyness, refused) -> None:
    stores = tmp_path / "stores.csv"
    asked = ("describe", events, "--rows", "points", "--places", stores)
    stores.write_text("place,latitude,longitude\nA,41.9,-87.7\n", "utf-8")
    refused(busyness(*asked, "--within", "500"), "outside every place", "around -12", "around 41.90, -87.70")
    refused(busyness(*asked, "--within", "0"), "--within", "0")
    stores.write_text("place,name\nA,Alpha\n", "utf-8")
    refused(busyness(*asked, "--within", "500"), "No store has a position")
    refused(busyness(*asked), "--areas", "--within")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hexagons", "16"], ["16 is too large"]),
        (["--hexagons", "-1"], ["-1 is too small"]),
        (["--hexagons", "seven"], ["--hexagons"]),
        (["--hexagons", "7", "--parents", "8"], ["resolution 7", "parents of resolution 8"]),
        (["--hexagons", "7", "--only", "880000000000000"], ["880000000000000"]),
        (["--hexagons", "15", "--at-least", "5000"], ["5,000", "--at-least"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_hexagons_that_cannot_be(options: list[str], words: list[str], events: Path, busyness, refused) -> None:
    refused(busyness("describe", events, "--rows", "points", *options), *words)


@pytest.mark.parametrize(
    "option",
    [
        ("--hexagons", "8"),
        ("--within", "50"),
        ("--top", "3"),
        ("--at-least", "9"),
        ("--count", "visits"),
        ("--columns", "a=b"),
    ],
)
def test_what_is_only_for_events_is_not_passed_over(option: tuple[str, str], events: Path, busyness, refused) -> None:
    refused(busyness("describe", events, *option), option[0], "--rows trips")
