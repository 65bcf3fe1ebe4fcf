from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import pytest

from busyness.reports.material import ReportMaterial
from busyness.reports.written_tables import facts, quality_table

Make = Callable[..., ReportMaterial]


@pytest.mark.parametrize("zone", ["UTC", None])
def test_the_first_and_last_day_are_the_places_own(chain_of: Make, zone: str | None) -> None:
    first, last = datetime(2026, 6, 1, 4), datetime(2026, 7, 1, 2)  # 23:00 and 21:00 of the day before in Lima
    moments = pl.DataFrame({"first": [first, None], "last": [last, None]}).cast(pl.Datetime("us", zone))
    material = chain_of(2, days=1, language="en")
    assert material.quality is not None
    quality = material.quality.drop("first", "last").hstack(moments)
    written = quality_table(chain_of(2, days=1, language="en", quality=quality), {})
    assert written is not None
    assert {row[0]: row[-2:] for row in written.rows} == {"S000": ("Sun 31 May 2026", "Tue 30 Jun 2026"), "S001": ("–", "–")}


@pytest.mark.parametrize(
    ("given", "zones", "shown"),
    [
        ("2026-07-01 04:00:00+00:00", ["America/Lima"], "Tue 30 Jun 2026 23:00"),
        (datetime(2026, 7, 1, 4, tzinfo=UTC), ["America/Lima"], "Tue 30 Jun 2026 23:00"),
        ("2026-07-01 04:00:00", ["Europe/Madrid"], "Wed 1 Jul 2026 06:00"),
        ("2026-07-01T04:00:00+00:00", ["America/Lima", "Europe/Madrid"], "Wed 1 Jul 2026 04:00 UTC"),
        ("2026-11-21", ["America/Lima"], "Sat 21 Nov 2026"),
        ("last spring", ["America/Lima"], "last spring"),
    ],
)
def test_the_end_of_the_training_is_local(chain_of: Make, given: object, zones: list[str], shown: str) -> None:
    timezones = {f"S{number:03d}": zone for number, zone in enumerate(zones)}
    material = chain_of(len(zones), days=1, language="en", model={"trained_until": given}, timezones=timezones)
    assert facts(material) == [("Trained until", shown)]
