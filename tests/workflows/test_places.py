"""Places described: of a table, of polygons, of events; and what lies odd."""

import json

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.workflows.options import with_options
from busyness.workflows.places import find_places
from busyness.workflows.settings import RunSettings

STORES = "place,name,latitude,longitude,city\nS1,Sol,-12.05,-77.04,Lima\nS2,Luz,-12.10,-77.04,Lima\nS3,Mar,,,Ica\n"


def found(file, **options):
    return find_places(with_options(RunSettings(), {"file": str(file), **options}))


def areas(*corners: tuple[float, float]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"q{k}", "name": f"Quarter {k}", "rank": k},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]],
            },
        }
        for k, (x, y) in enumerate(corners)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_a_table_of_stores(tmp_path):
    (tmp_path / "stores.csv").write_text(STORES, "utf-8")
    said = found(tmp_path / "stores.csv")
    assert said.table["name"].to_list() == ["Sol", "Luz", "Mar"]
    assert said.table.columns == ["place", "name", "latitude", "longitude", "city"]  # no column that is empty
    assert said.findings == ("Places without a position, not on the map: 1, such as Mar.",)
    written = said.write(tmp_path / "out", title="stores", language="en")
    assert pl.read_csv(written[0])["place"].to_list() == ["S1", "S2", "S3"]
    assert "Sol" in written[1].read_text("utf-8")


def test_a_position_on_null_island_is_said_even_of_a_few_stores(tmp_path):
    (tmp_path / "stores.csv").write_text("place,latitude,longitude\nA,0,0\nB,41,-87\nC,-77,41\n", "utf-8")
    assert found(tmp_path / "stores.csv").findings == ("A: position is 0, 0 (0.0000, 0.0000); check its row.",)


def test_stores_without_any_position(tmp_path):
    (tmp_path / "stores.csv").write_text("place,city\nA,Lima\n", "utf-8")
    assert found(tmp_path / "stores.csv").findings == ("Places without a position, not on the map: 1, such as A.",)


def test_polygons_with_their_size_overlaps_and_a_condition(tmp_path):
    file = tmp_path / "areas.geojson"
    file.write_text(areas((0.0, 0.0), (0.05, 0.0), (0.15, 0.0)), "utf-8")
    said = found(file)
    assert said.table["area_km2"].to_list() == pytest.approx([123.6] * 3, rel=0.01)  # 11.12 km squared, on the equator
    assert set(said.outlines) == {"q0", "q1", "q2"}
    assert any("Quarter 0 and Quarter 1" in finding for finding in said.findings)
    some = found(file, where="rank=2")
    assert (some.table["place"].to_list(), list(some.outlines)) == (["q2"], ["q2"])


def test_the_places_of_events_are_shaded_by_what_was_counted(tmp_path):
    (tmp_path / "areas.geojson").write_text(areas((0.0, 0.0), (0.1, 0.0)), "utf-8")
    rows = [f"2025-03-{1 + k // 24:02}T{k % 24:02}:00:00Z,0.05,{0.05 if k % 3 else 0.15}" for k in range(300)]
    (tmp_path / "events.csv").write_text(
        "time,latitude,longitude\n" + "\n".join([*rows, "2025-03-02T00:00Z,0.5,0.5"]), "utf-8"
    )
    said = found(tmp_path / "events.csv", rows="points", areas=str(tmp_path / "areas.geojson"))
    assert dict(said.table.select("place", said.shaded).iter_rows()) == {"q0": 200, "q1": 100}
    assert "Left out: 1 rows, outside every place." in said.findings
    assert said.unit == "events"


def test_a_database_holds_events_not_places():
    with pytest.raises(InputError, match="Places are read from a file"):
        found("postgresql://ann:secret@shop/main#stores")
