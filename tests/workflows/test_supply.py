"""Supply by whatever name a place goes by, and what it does to what was served."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from busyness.workflows.ingest import ingest
from busyness.workflows.settings import RunSettings

AREAS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "6", "name": "LAKE VIEW", "area_number": 6},
  "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
 {"type": "Feature", "properties": {"id": "76", "name": "O'HARE", "area_number": 76},
  "geometry": {"type": "Polygon", "coordinates": [[[2,0],[3,0],[3,1],[2,1],[2,0]]]}}]}"""


@pytest.fixture
def settings(tmp_path):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    points = [(start + timedelta(hours=hour, minutes=5 * k), 0.5, 0.5) for hour in range(72) for k in range(9)]
    table = pl.DataFrame(points, schema=["time", "latitude", "longitude"], orient="row")
    table.write_parquet(tmp_path / "points.parquet")
    (tmp_path / "areas.geojson").write_text(AREAS)

    def made(place: str, column: str = "available", value: float = 0.5) -> RunSettings:
        rows = [f"{start + timedelta(hours=hour):%Y-%m-%d %H:%M},{place},{value}" for hour in range(24)]
        (tmp_path / "supply.csv").write_text(f"time,place,{column}\n" + "\n".join(rows) + "\n")
        return RunSettings.model_validate(
            {
                "counts": {"file": str(tmp_path / "points.parquet"), "timezone": "UTC", "every": "1h"},
                "events": {"rows": "points", "supply": tmp_path / "supply.csv"},
                "space": {"areas": tmp_path / "areas.geojson"},
            }
        )

    return made


@pytest.mark.parametrize("place", ["6", "LAKE VIEW", "Lake View", "lakeview"])
def test_a_place_may_be_called_by_id_or_name(settings, place):
    found = ingest(settings(place))
    lake = found.panel.demand[found.panel.ids.index("6")]
    assert np.allclose(lake[:24], (9 - 1) / 0.5)
    assert np.allclose(lake[24:72], 9)


def test_vehicles_are_there_or_not(settings):
    gone = ingest(settings("LAKE VIEW", "vehicles", 0))
    assert np.isnan(gone.panel.demand[gone.panel.ids.index("6"), :24]).all()
    there = ingest(settings("LAKE VIEW", "vehicles", 12))
    assert np.allclose(there.panel.demand[there.panel.ids.index("6"), :72], 9)
    assert any("'vehicles' says what could be had" in note for note in there.notes)
