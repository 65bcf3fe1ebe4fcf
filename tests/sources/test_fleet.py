from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import SettingsError
from busyness.domain.place import Place
from busyness.sources.fleet import read_depots, read_fleet, read_vans
from busyness.tables.fleet import DEPOTS_SCHEMA, FLEET_SCHEMA, VANS_SCHEMA


def written(folder, text, name="table.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_fleet(tmp_path):
    frame = read_fleet(written(tmp_path, "Area,Scooters,broken\nLAKE VIEW,12,2\n8.0,3,\n"))
    assert frame.rows() == [("LAKE VIEW", 12, 2, 0), ("8", 3, 0, 0)]
    assert dict(frame.schema) == dict(FLEET_SCHEMA)


def test_positions_belong_to_the_nearest_place(tmp_path):
    places = (Place("sol", latitude=40.417, longitude=-3.704), Place("atocha", latitude=40.406, longitude=-3.69))
    text = "courier,lat,lon\nc1,40.4165,-3.7035\nc2,40.4061,-3.6905\nc3,40.4172,-3.7041\n"
    assert sorted(read_fleet(written(tmp_path, text), places).rows()) == [("atocha", 1, 0, 0), ("sol", 2, 0, 0)]
    with pytest.raises(SettingsError, match="more than 25 km from every place") as caught:
        read_fleet(written(tmp_path, text + "c4,48.85,2.35\n"), places)
    assert caught.value.line == 5


def test_depots_and_vans(tmp_path):
    depots = read_depots(written(tmp_path, "depot,lat,lon,vehicles,capacity\nnorth,41.9,-87.7,20,60\nsouth,41.7,-87.6,,\n"))
    assert depots.rows() == [("north", 41.9, -87.7, 20, 60), ("south", 41.7, -87.6, 0, 1_000_000)]
    assert dict(depots.schema) == dict(DEPOTS_SCHEMA)
    vans = read_vans(written(tmp_path, "van;depot;capacity;cost_per_km;cost_per_vehicle;hours\n1;north;20;0,5;1;7,5\n"))
    assert vans.rows() == [("1", "north", 20, 0.5, 1.0, 7.5)]
    assert dict(vans.schema) == dict(VANS_SCHEMA)


DEPOTS = "depot,lat,lon,vehicles,capacity\n"
VANS = "van,depot,capacity,cost_per_km,cost_per_vehicle,hours\n"
BAD = {
    "negative": (read_fleet, "place,vehicles\na,3\nb,-1\n", 3, "the number of vehicles -1 is negative"),
    "missing": (read_fleet, "place,vehicles\na,\n", 2, "the number of vehicles is missing"),
    "half a vehicle": (read_fleet, "place,vehicles\na,2.5\n", 2, "2.5 is no whole number"),
    "text": (read_fleet, "place,vehicles\na,many\n", 2, "'many' is no number"),
    "more broken": (read_fleet, "place,vehicles,broken,charging\na,3,2,2\n", 2, "than the 3 that are there"),
    "twice": (read_fleet, "place,vehicles\na,3\na,4\n", 3, "'a' comes a second time"),
    "no place": (read_fleet, "place,vehicles\n,3\n", 2, "the place is missing"),
    "no column": (read_fleet, "place,vehicle\na,3\n", None, "there is no column 'vehicles'"),
    "swapped": (read_depots, DEPOTS + "n,-187.7,41.9,1,2\n", 2, "the latitude -187.7 lies outside -90 to 90"),
    "nowhere": (read_depots, DEPOTS + "n,41.9,,1,2\n", 2, "the longitude is missing"),
    "too full": (read_depots, DEPOTS + "n,41.9,-87.7,9,2\n", 2, "9 vehicles are more than there is room for"),
    "depot twice": (read_depots, DEPOTS + "n,1,1,1,2\nn,1,1,1,2\n", 3, "depot 'n' comes a second time"),
    "no room": (read_vans, VANS + "v,n,0,1,1,8\n", 2, "the van has no room"),
    "no hours": (read_vans, VANS + "v,n,9,1,1,0\n", 2, "the van has no hours"),
    "no depot": (read_vans, VANS + "v,,9,1,1,8\n", 2, "the van has no depot"),
    "no cost": (read_vans, VANS + "v,n,9,,1,8\n", 2, "the cost is missing"),
    "a cost below 0": (read_vans, VANS + "v,n,9,1,-1,8\n", 2, "the cost -1 is negative"),
    "no van": (read_vans, VANS + ",n,9,1,1,8\n", 2, "the van is missing"),
}


@pytest.mark.parametrize(("read", "text", "line", "sentence"), BAD.values(), ids=BAD)
def test_bad_rows_are_named(tmp_path, read, text, line, sentence):
    with pytest.raises(SettingsError) as caught:
        read(written(tmp_path, text))
    assert sentence in caught.value.message
    assert caught.value.line == line
    assert caught.value.hint


@given(st.dictionaries(st.integers(0, 999).map(str), st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1))
def test_what_was_written_is_read(tmp_path_factory, stands):
    path = tmp_path_factory.mktemp("fleet") / "fleet.parquet"
    rows = {place: (working + broken, broken) for place, (working, broken) in stands.items()}
    columns = zip(*rows.values(), strict=True)
    pl.DataFrame({"place": list(rows), **dict(zip(("vehicles", "broken"), map(list, columns), strict=True))}).write_parquet(
        path
    )
    assert {row[0]: row[1:3] for row in read_fleet(path).rows()} == rows
