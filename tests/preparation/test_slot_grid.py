from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.slot_grid import after, lay_slots

KATHMANDU, LIMA, NEW_YORK = (Place(zone, timezone=zone) for zone in ("Asia/Kathmandu", "America/Lima", "America/New_York"))


def micro(*times: str) -> np.ndarray:
    return np.array(times, "datetime64[us]").astype(np.int64)


def test_slots_hold_their_rows() -> None:
    time = micro("2024-01-01T05:14", "2024-01-01T05:15", "2024-01-01T07:00")
    grid = lay_slots(time, np.zeros(3, np.int64), [KATHMANDU], length=SlotLength(60), end=None)
    assert grid.slots.start == np.datetime64("2024-01-01T04:15")  # 10 o'clock there
    assert grid.index.tolist() == [0, 1, 2]
    assert grid.slots.count == 3


def test_long_slots_follow_a_clock_that_all_zones_share() -> None:
    time, place = micro("2024-01-01", "2024-12-31"), np.array([0, 1])
    with pytest.raises(InputError, match="Use --every 1h"):
        lay_slots(time, place, [LIMA, NEW_YORK], length=SlotLength(120), end=None)
    assert lay_slots(time, place, [LIMA, NEW_YORK], length=SlotLength(60), end=None).notes == ()


def test_the_end_is_a_local_date() -> None:
    grid = lay_slots(micro("2024-01-01T12:00"), np.zeros(1, np.int64), [LIMA], length=SlotLength(60), end=date(2024, 1, 1))
    assert grid.slots.end == np.datetime64("2024-01-02T05:00")


def test_the_first_slot_that_begins_at_or_after_a_time() -> None:
    hours = Slots(np.datetime64("2024-01-01"), SlotLength(60), 24)
    rows = np.zeros(3, np.int64)
    times = micro("2024-01-01T02:00", "2024-01-01T02:00:00.000001", "2024-01-01T03:00")
    assert after(times, rows, places=[LIMA], slots=hours).tolist() == [2, 3, 3]
    days = Slots(np.datetime64("2024-01-01"), SlotLength(1440), 24)
    assert after(
        micro("2024-01-02T05:00", "2024-01-02T05:01", "2024-01-02T04:59"), rows, places=[LIMA], slots=days
    ).tolist() == [1, 2, 1]
