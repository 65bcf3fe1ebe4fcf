"""Panels to work features out on by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from busyness.domain.local_time import to_utc
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import Panel


def panel_of(
    demand: np.ndarray,
    *,
    first: str = "2024-01-01",
    every: str = "1h",
    timezones: tuple[str, ...] = ("UTC",),
    places: tuple[Place, ...] = (),
    history: int | None = None,
    **parts: Any,
) -> Panel:
    """A panel of this demand from local midnight of ``first`` at the first place; places take the time zones in turn."""
    demand = np.asarray(demand, np.float32)
    count, slots = demand.shape
    length = SlotLength.parse(every)
    if not places:
        places = tuple(Place(id=f"P{k}", timezone=timezones[k % len(timezones)]) for k in range(count))
    start = np.datetime64(first, "s")
    if not length.daily and places:
        start = to_utc(np.array([start]), places[0].timezone)[0]
    cubes = {"open": np.ones(demand.shape, bool), "outlier": np.zeros(demand.shape, bool), **parts}
    return Panel(places, Slots(start, length, slots), slots if history is None else history, demand, **cubes)


@pytest.fixture
def make_panel() -> Callable[..., Panel]:
    return panel_of
