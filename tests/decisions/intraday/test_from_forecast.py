from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from busyness.decisions.intraday.from_forecast import day_ahead, split_evenly
from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast

LIMA = ZoneInfo("America/Lima")


def forecast(minutes: int = 60) -> Forecast:
    places = tuple(Place(name, timezone="America/Lima") for name in ("A", "B", "C"))
    slots = Slots(np.datetime64("2026-03-02T05:00"), SlotLength(minutes), 48 * 60 // minutes)
    mean = np.broadcast_to(20 + 10 * np.sin(np.arange(slots.count) / 3), (3, slots.count)).astype(np.float32)
    quantiles = np.stack([mean * 0.5, mean, mean * 1.5], axis=-1)
    ranks = np.random.default_rng(0).integers(0, 256, (5, 3, slots.count)).astype(np.uint8)
    return Forecast(places, slots, (0.1, 0.5, 0.9), quantiles, mean, np.ones_like(mean, bool), ranks)


def test_a_day_is_cut_out_of_the_forecasts_own_paths() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=LIMA)
    day = day_ahead(forecast(), ["C", "A"], start=start, steps=48, paths=20, seed=3)
    whole = forecast().paths(20, seed=3)[:, [2, 0], 9:21]
    assert day.paths.shape == (20, 2, 48)
    assert day.paths.reshape(20, 2, 12, 4).sum(axis=3) == pytest.approx(whole, rel=1e-4)
    assert day.expected == pytest.approx(day.paths.mean(axis=0))


def test_quarters_of_an_hour_are_taken_as_they_are() -> None:
    day = day_ahead(forecast(15), ["B"], start=datetime(2026, 3, 2, 9, 15, tzinfo=LIMA), steps=8, paths=5)
    assert day.paths == pytest.approx(forecast(15).paths(5)[:, [1], 37:45])


def test_parts_add_up_and_are_never_negative() -> None:
    demand = np.random.default_rng(0).gamma(0.5, 10, (40, 24))
    fine = split_evenly(demand, 4)
    assert fine.reshape(40, 24, 4).sum(axis=2) == pytest.approx(demand)
    assert fine.min() >= 0


def test_days_that_are_not_there_are_refused() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=LIMA)
    with pytest.raises(UnknownPlaceError):
        day_ahead(forecast(), ["X"], start=start, steps=8)
    with pytest.raises(InputError, match="does not reach"):
        day_ahead(forecast(), ["A"], start=datetime(2026, 3, 3, 20, tzinfo=LIMA), steps=48)
    with pytest.raises(InputError, match="does not reach"):
        day_ahead(forecast(), ["A"], start=datetime(2026, 3, 1, 9, tzinfo=LIMA), steps=8)
    with pytest.raises(InputError, match="cannot be cut"):
        day_ahead(forecast(), ["A"], start=start, steps=8, step_minutes=25)
