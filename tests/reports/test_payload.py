from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl

from busyness.reports.material import ReportMaterial
from busyness.reports.payload import payload
from busyness.reports.places import shown_places
from busyness.reports.report import embedded

Make = Callable[..., ReportMaterial]


def test_sixty_stores_two_weeks_ahead_stay_small(chain_of: Make) -> None:
    material = chain_of(60)
    assert len(embedded(payload(material, shown_places(material))).encode()) < 3_000_000


def test_only_the_busiest_sixty_are_plotted_and_all_have_tables(chain_of: Make) -> None:
    material = chain_of(64, days=3)
    found = payload(material, shown_places(material))
    assert found["plotted"] == 60
    assert ["forecast" in store for store in found["stores"]] == [True] * 60 + [False] * 4
    assert all(len(store["peaks"]) == 3 and len(store["totals"]) == 3 for store in found["stores"])


def test_short_slots_leave_room_for_fewer(chain_of: Make) -> None:
    material = chain_of(60, slot_minutes=15, days=14)
    assert 10 < payload(material, shown_places(material))["plotted"] < 60


def test_bands_are_the_80_percent_or_else_the_90(chain_of: Make) -> None:
    material = chain_of(1, days=2)
    assert material.forecast is not None
    wider = chain_of(1, days=2, forecast=material.forecast.drop("q10", "q90"))
    only = chain_of(1, days=2, forecast=material.forecast.select("place", "time", "mean"))
    found = [payload(each, shown_places(each)) for each in (material, wider, only)]
    assert [each["outer"] for each in found] == [80, 90, 80]
    assert set(found[0]["stores"][0]["forecast"]) == {"mid", "a", "b", "low", "high"}
    assert set(found[2]["stores"][0]["forecast"]) == {"mid"}


def test_numbers_that_are_not_known_are_null(chain_of: Make) -> None:
    material = chain_of(1, days=2)
    assert material.last_week is not None
    gaps = material.last_week.with_columns(observed=pl.lit(float("nan")), seasonal_naive=pl.lit(None, pl.Float64))
    text = embedded(payload(chain_of(1, days=2, last_week=gaps), shown_places(material)))
    assert set(json.loads(text)["stores"][0]["last"]["observed"]) == {None}
    assert json.loads(text)["stores"][0]["result"] == ""
