from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from busyness.registry.fingerprint import data_card, fingerprint, version_of
from busyness.tables.panel import Panel
from busyness.tables.parts import Parts
from busyness.testing.tiny_city import tiny_city


def changed(panel: Panel, name: str) -> Panel:
    cube = getattr(panel, name).copy()
    cube[0, 40] = not cube[0, 40] if cube.dtype == bool else cube[0, 40] + 1
    return replace(panel, **{name: cube})


def place_with(panel: Panel, **changes: object) -> Panel:
    return replace(panel, places=(replace(panel.places[0], **changes), *panel.places[1:]))


CHANGES: dict[str, Callable[[Panel], Panel]] = {
    "demand": lambda p: changed(p, "demand"),
    "open": lambda p: changed(p, "open"),
    "outlier": lambda p: changed(p, "outlier"),
    "known": lambda p: replace(p, known={"promo": 1 - p.known["promo"]}),
    "known by another name": lambda p: replace(p, known={"price": p.known["promo"]}),
    "known as past": lambda p: replace(p, known={}, past={**p.past, "promo": p.known["promo"]}),
    "past": lambda p: replace(p, past={"rain": p.past["rain"] + 1}),
    "holidays": lambda p: replace(p, holidays={**p.holidays, date(2024, 2, 2): "New"}),
    "history": lambda p: replace(p, history=p.history - 1),
    "fewer places": lambda p: p.select(p.ids[:2]),
    "order of places": lambda p: p.select(p.ids[::-1]),
    "id": lambda p: place_with(p, id="other"),
    "timezone": lambda p: place_with(p, timezone="UTC"),
    "capacity": lambda p: place_with(p, capacity=1.0),
    "attributes": lambda p: place_with(p, attributes={"district": "port"}),
    "known later": lambda p: replace(p, known_from=np.full(p.demand.shape, p.slots.count, np.int32)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_changes_the_fingerprint(change: str) -> None:
    panel = tiny_city(weeks=2)
    assert fingerprint(CHANGES[change](panel)) != fingerprint(panel)


def test_the_same_numbers_have_the_same_fingerprint() -> None:
    panel = tiny_city(weeks=2)
    other = np.asfortranarray(panel.demand)
    other[np.isnan(other)] = np.frombuffer(np.uint32(0xFFC00001).tobytes(), np.float32)[0]  # another NaN
    assert fingerprint(replace(panel, demand=other)) == fingerprint(panel) == fingerprint(tiny_city(weeks=2))
    zero = replace(panel, past={"rain": np.zeros_like(panel.demand)})
    assert fingerprint(zero) == fingerprint(replace(panel, past={"rain": -np.zeros_like(panel.demand)}))
    assert len(fingerprint(panel)) == 64


def test_more_places_than_are_hashed_at_a_time() -> None:
    panel = tiny_city(places=70, weeks=1, future=0)
    assert fingerprint(panel) == fingerprint(tiny_city(places=70, weeks=1, future=0))
    demand = panel.demand.copy()
    demand[69, 9] += 1
    assert fingerprint(replace(panel, demand=demand)) != fingerprint(panel)


def test_the_version_is_that_of_the_parts_and_the_data(parts: Parts) -> None:
    version = version_of(parts, "a")
    assert len(version) == 12
    assert version == version_of(replace(parts, arrays=dict(reversed(parts.arrays.items()))), "a")
    others = {
        version_of(parts, "b"),
        version_of(replace(parts, kind="x"), "a"),
        version_of(replace(parts, facts={}), "a"),
        version_of(replace(parts, texts={}), "a"),
        version_of(replace(parts, arrays={}), "a"),
        version_of(replace(parts, arrays={**parts.arrays, "scalar": np.array(3.25)}), "a"),
        version_of(replace(parts, arrays={**parts.arrays, "scalar": np.array([3.5])}), "a"),
    }
    assert len(others | {version}) == 8


def test_the_data_card_describes_the_history() -> None:
    panel = tiny_city()
    said = data_card(panel, source="counts.csv")
    assert (said.places, said.slots, said.every, said.source) == (3, 1680, "1h", "counts.csv")
    assert said.observed == int(np.isfinite(panel.demand).sum())
    assert said.first == datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert said.last == datetime(2024, 3, 11, 4, tzinfo=UTC)
    assert said.fingerprint == fingerprint(panel)


def test_a_panel_without_history_has_a_card() -> None:
    said = data_card(tiny_city(weeks=0))
    assert (said.slots, said.observed, said.first, said.last) == (0, 0, None, None)
