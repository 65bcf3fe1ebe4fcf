from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from busyness.domain.place import Place
from busyness.sources.covariates import KnownTable
from busyness.sources.local_events import read_local_events

NEAR = Place("near", latitude=-12.05, longitude=-77.04)
FAR = Place("far", latitude=-12.10, longitude=-77.04)  # 5.6 km to the south
PLACES = [NEAR, FAR, Place("somewhere")]


def read(folder: Path, text: str) -> KnownTable:
    path = folder / "local.csv"
    path.write_text(text, encoding="utf-8")
    return read_local_events(path, PLACES)


def of(table: KnownTable, name: str) -> list[tuple]:
    return table.frame.filter(pl.col("name") == name).select("place", "start", "value").rows()


def test_an_event_is_felt_within_its_radius(tmp_path: Path) -> None:
    text = (
        "name,start,end,latitude,longitude,radius,attendance\n"
        "Concert,2025-11-28 20:00,2025-11-28 23:00,-12.05,-77.041,,40000\n"
        "Marathon,2025-11-30,2025-11-30,-12.05,-77.04,9000,\nAway,2025-11-30,2025-11-30,40,-3,,\n"
    )
    table = read(tmp_path, text)
    evening, sunday = datetime(2025, 11, 28, 20), datetime(2025, 11, 30)
    assert of(table, "event") == [("near", evening, 1.0), ("near", sunday, 1.0), ("far", sunday, 1.0)]
    assert of(table, "event_size") == [("near", evening, 40000.0)]
    assert table.flags == ("event",)
    assert "Local events that are near no place: 1." in table.notes


def test_an_event_names_its_place_or_is_for_all(tmp_path: Path) -> None:
    table = read(tmp_path, "name,place,start,end\nFair,far,2025-11-28,2025-11-29\nStrike,,2025-12-01,2025-12-01\n")
    assert of(table, "event") == [("far", datetime(2025, 11, 28), 1.0), (None, datetime(2025, 12, 1), 1.0)]
    assert table.names == ("event",)
