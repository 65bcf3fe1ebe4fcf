"""Which places take part, by what their table or their polygons say of them."""

import pytest
import shapely

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.workflows.options import with_options
from busyness.workflows.register import read_register, where_areas, where_attributes
from busyness.workflows.settings import RunSettings

TABLE = "place,name,latitude,longitude,timezone,city,docks\nS1,Sol,-12,-77,America/Lima,Lima,6\nS2,Luz,-13,-77,,Ica,12\n"


@pytest.fixture
def table(tmp_path):
    (tmp_path / "stores.csv").write_text(TABLE, "utf-8")
    return tmp_path / "stores.csv"


def asked(**options):
    return with_options(RunSettings(), options)


def test_without_a_table_there_is_no_register(table):
    assert read_register(asked()) == {}
    with pytest.raises(SettingsError, match="--where needs a table of places"):
        read_register(asked(where="city=Lima"))
    assert read_register(asked(where="city=Lima", areas="areas.geojson")) == {}  # it is asked of the areas then


def test_a_table_with_and_without_a_condition(table):
    whole = read_register(asked(places=table, timezone="America/Bogota"))
    assert {place.id: place.timezone for place in whole.values()} == {"S1": "America/Lima", "S2": "America/Bogota"}
    for where, kept in {"city=Ica": ["S2"], "docks=6": ["S1"], "name=Luz": ["S2"], "city=Lima,docks=6": ["S1"]}.items():
        assert list(read_register(asked(places=table, where=where))) == kept


def test_conditions_that_nothing_meets_are_refused_with_what_there_is(table):
    with pytest.raises(SettingsError, match=r"no column 'cty'; they have city, docks, name, place"):
        read_register(asked(places=table, where="cty=Lima"))
    with pytest.raises(SettingsError, match=r"city = Lma; there are Ica, Lima"):
        read_register(asked(places=table, where="city=Lma"))
    with pytest.raises(SettingsError, match=r"docks = 7; there are 12, 6"):
        read_register(asked(places=table, where={"docks": 7}))


def test_a_place_that_comes_twice_is_refused_for_counts_and_moved_for_events(table):
    table.write_text(TABLE + "S1,Sol,-12.5,-77,America/Lima,Lima,6\n", "utf-8")
    with pytest.raises(InputError, match="line 4"):
        read_register(asked(places=table))
    moved = read_register(asked(places=table, rows="trips"))
    assert moved["S1"].latitude == -12.5


def test_where_leaves_areas_with_their_polygons():
    places = [
        Place(name, attributes={"side": side, "ward": ward}) for name, side, ward in (("a", "N", 1.0), ("b", "S", 2.0))
    ]
    areas = Areas(places, [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], notes=["read"])
    assert where_areas(areas, {}) is areas
    south = where_areas(areas, {"side": "S", "ward": "2"})
    assert [place.id for place in south.all] == ["b"]
    assert south.polygons[0].equals(shapely.box(1, 0, 2, 1))
    assert south.notes == ("read",)
    with pytest.raises(SettingsError, match="side = E"):
        where_attributes(areas.all, {"side": "E"})
