from __future__ import annotations

from collections.abc import Callable

import polars as pl

from busyness.reports.material import ReportMaterial
from busyness.reports.places import shown_places

Make = Callable[..., ReportMaterial]


def test_the_busiest_come_first(chain_of: Make) -> None:
    material = chain_of(4, days=2)
    turned = chain_of(4, days=2, places=material.places.reverse())
    assert [place.id for place in shown_places(turned)] == ["S000", "S001", "S002", "S003"]


def test_two_places_with_one_name_are_told_apart_by_id(chain_of: Make) -> None:
    places = pl.DataFrame({"place": ["S000", "S001", "S002"], "name": ["Centro", "Centro", ""]})
    assert {place.label for place in shown_places(chain_of(3, days=2, places=places))} == {
        "Centro (S000)",
        "Centro (S001)",
        "S002",
    }


def test_a_place_without_a_name_or_demand_is_shown_by_its_id(chain_of: Make) -> None:
    places = pl.DataFrame({"place": ["new", "S000"]})
    shown = shown_places(chain_of(1, days=2, places=places))
    assert [(place.id, place.label, place.capacity) for place in shown] == [("S000", "S000", None), ("new", "new", None)]
    assert shown[1].timezone == "UTC"
