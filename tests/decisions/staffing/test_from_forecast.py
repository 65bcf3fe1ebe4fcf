from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from busyness.decisions.staffing.from_forecast import visitors_of
from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.tables.panel import open_cube


def forecast(start: str, hours: int, *, zone: str = "America/Lima", minutes: int = 60) -> Forecast:
    place = Place("S1", timezone=zone, opening_hours=OpeningHours((parse_intervals("09:00-21:00"),) * 7))
    slots = Slots(np.datetime64(start), SlotLength(minutes), hours * 60 // minutes)
    is_open = open_cube([place], slots)
    mean = np.where(is_open, 10.0, 0.0).astype(np.float32)
    quantiles = np.stack([mean * 0.5, mean, mean * 1.5], axis=-1)
    ranks = np.random.default_rng(0).integers(0, 256, (5, 1, slots.count)).astype(np.uint8)
    return Forecast((place,), slots, (0.1, 0.5, 0.9), quantiles, mean, is_open, ranks)


def test_whole_local_days_are_staffed() -> None:
    week, visitors, is_open = visitors_of(forecast("2026-03-02T00:00", 9 * 24), "S1", paths=20)
    assert (week.first, week.days) == (date(2026, 3, 2), 7)  # 2 March in Lima begins at 05:00 UTC
    assert visitors.shape == (20, 168)
    assert np.flatnonzero(is_open[:24]).tolist() == list(range(9, 21))
    assert (visitors[:, ~is_open] == 0).all()


def test_hours_are_cut_into_quarters_that_add_up() -> None:
    coarse = visitors_of(forecast("2026-03-02T05:00", 48), "S1", paths=10)[1]
    week, fine, is_open = visitors_of(forecast("2026-03-02T05:00", 48), "S1", minutes=15, paths=10)
    assert fine.shape == (10, 192)
    assert is_open.sum() == 2 * 48
    np.testing.assert_allclose(fine.reshape(10, 48, 4).sum(axis=2), coarse, rtol=1e-4, atol=1e-4)
    assert week.length.minutes == 15


def test_quarters_are_added_up_to_hours() -> None:
    _, visitors, is_open = visitors_of(forecast("2026-03-02T05:00", 24, minutes=15), "S1", paths=10)
    assert visitors.shape == (10, 24)
    assert is_open.sum() == 12


def test_a_day_whose_clock_changes_is_a_day() -> None:
    week, visitors, is_open = visitors_of(forecast("2026-03-28T23:00", 26, zone="Europe/Madrid"), "S1", paths=5)
    assert (week.first, week.days) == (date(2026, 3, 29), 1)
    assert np.flatnonzero(is_open).tolist() == list(range(9, 21))
    assert visitors.shape == (5, 24)


def test_what_cannot_be_staffed_is_refused() -> None:
    with pytest.raises(UnknownPlaceError):
        visitors_of(forecast("2026-03-02T05:00", 24), "S2")
    with pytest.raises(InputError, match="no whole local day"):
        visitors_of(forecast("2026-03-02T08:00", 12), "S1")
    with pytest.raises(InputError, match="cannot be staffed"):
        visitors_of(forecast("2026-03-02T05:00", 24), "S1", minutes=45)
