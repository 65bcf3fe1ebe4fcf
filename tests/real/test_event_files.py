"""Real files of trips and pick-ups, as they were published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.points import Points
from busyness.sources.events.trips import Trips
from busyness.tables.events import Events

pytestmark = pytest.mark.real


def counted(chunks: Iterator[Events]) -> tuple[Counter[str], Counter[str], list[str]]:
    kinds, reasons, notes = Counter[str](), Counter[str](), []
    for events in chunks:
        kinds.update(events.frame["kind"])
        reasons.update(events.reasons())
        notes += events.notes
    return kinds, reasons, notes


@pytest.mark.parametrize("rows", [50_000, 1_000_000])
def test_bay_area_bikes(real_data: Path, rows: int) -> None:
    raw = open_chunks(real_data / "bayarea_bikeshare" / "batrips.parquet", rows=rows)
    kinds, reasons, notes = counted(Trips(raw, EventLayout(timezone="America/Los_Angeles")).chunks())
    assert reasons == {"too long": 137, "hour that daylight saving skips": 30}
    assert kinds == {"trip_start": 326_172, "trip_end": 326_172}
    assert "Durations in 'duration' are seconds: end minus start shows it." in notes


def test_louisville_scooters(real_data: Path) -> None:
    raw = open_chunks(real_data / "louisville_scooters" / "escooters-postcovid.csv")
    kinds, reasons, notes = counted(Trips(raw, EventLayout(timezone="America/Kentucky/Louisville")).chunks())
    assert reasons == {
        "too short": 859, "ends before it starts": 26, "position far from all others": 5, "too far": 4,
    }  # fmt: skip
    assert kinds == {"trip_start": 32_068, "trip_end": 32_068}
    assert "Distances in 'TripDistance' are miles: the positions of start and end show it." in notes


def test_uber_pickups(real_data: Path) -> None:
    raw = open_chunks(real_data / "uber_pickups" / "uber_b02512_2014.parquet")
    kinds, reasons, _ = counted(Points(raw, EventLayout(timezone="America/New_York")).chunks())
    assert not reasons
    assert kinds == {"event": 205_673}
