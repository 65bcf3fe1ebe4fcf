from __future__ import annotations

import polars as pl
import pytest

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.place import Place
from busyness.sources.places import read_places


def test_every_column(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "id,Name,lat,lon,timezone,capacity,parent,size_m2,kind,parking\n"
        "1.0,Peña,-12.05,-77.03,America/Lima,120,Lima,350,mall,yes\n"
        "2,,,,,,,,street,\n",
        encoding="utf-8",
    )
    assert read_places(path, timezone="America/Lima") == (
        Place(
            id="1",
            name="Peña",
            latitude=-12.05,
            longitude=-77.03,
            timezone="America/Lima",
            capacity=120.0,
            parent="Lima",
            attributes={"size_m2": 350.0, "kind": "mall", "parking": "yes"},
        ),
        Place(id="2", timezone="America/Lima", attributes={"kind": "street"}),
    )


def test_place_alone(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("place\nA\nB\n", encoding="utf-8")
    assert read_places(path) == (Place("A"), Place("B"))


def test_an_id_beside_the_place_is_an_attribute(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("id,place\n77,A\n", encoding="utf-8")
    assert read_places(path) == (Place("A", attributes={"id": 77.0}),)


@pytest.mark.parametrize("suffix", ["parquet", "xlsx", "jsonl"])
def test_other_formats(tmp_path, suffix):
    path = tmp_path / f"places.{suffix}"
    table = pl.DataFrame({"place": [1.0, 2.0], "latitude": [-12.0, 3.5], "longitude": [-77.0, 8.0], "kind": ["a", "b"]})
    {"parquet": table.write_parquet, "xlsx": table.write_excel, "jsonl": table.write_ndjson}[suffix](path)
    assert read_places(path) == (
        Place("1", latitude=-12.0, longitude=-77.0, attributes={"kind": "a"}),
        Place("2", latitude=3.5, longitude=8.0, attributes={"kind": "b"}),
    )


def test_booleans_are_numbers(tmp_path):
    path = tmp_path / "places.parquet"
    pl.DataFrame({"place": ["A", "B"], "mall": [True, None]}).write_parquet(path)
    assert [place.attributes for place in read_places(path)] == [{"mall": 1.0}, {}]


HEADER = "place,latitude,longitude,timezone,capacity\n"
BAD = {
    "latitude": (HEADER + "A,-12,-77,,\nB,-77.03,-12.05,,\nC,97,0,,\n", 4, "the latitude 97 lies outside -90 to 90"),
    "longitude": (HEADER + "A,0,181,,\n", 2, "the longitude 181 lies outside -180 to 180"),
    "degrees": (HEADER + "A,12°S,77,,\n", 2, "the latitude '12°S' is no number"),
    "half a position": (HEADER + "A,-12,,,\n", 2, "one of latitude and longitude is missing"),
    "timezone": (HEADER + "A,,,America/Lima,\nB,,,America/Lma,\n", 3, "'America/Lma' is not a time zone"),
    "capacity": (HEADER + "A,,,,0\n", 2, "the capacity 0 is not above 0"),
    "repeated": (HEADER + "A,,,,\nA,,,,\n", 3, "place 'A' comes a second time"),
    "no id": (HEADER + ",1,2,,\n", 2, "the place is missing"),
    "no id column": ("shop,latitude\nA,1\n", None, "there is no column 'place'"),
    "nameless column": (",place\n0,A\n", None, "column 1 has no name"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_places(tmp_path, text, line, sentence):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_places(path)
    assert sentence in caught.value.message
    assert caught.value.line == line


def test_nested_attributes_are_refused(tmp_path):
    path = tmp_path / "places.jsonl"
    path.write_text('{"place": "A", "tags": ["x", "y"]}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="column 'tags' holds nested values"):
        read_places(path)


def test_a_wrong_default_timezone(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("place\nA\n", encoding="utf-8")
    with pytest.raises(InputError, match="Did you mean 'America/Lima'"):
        read_places(path, timezone="America/Lma")
