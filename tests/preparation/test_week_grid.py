from __future__ import annotations

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.week_grid import WeekGrid
from busyness.tables.panel import wall_times

MELBOURNE, LIMA = Place("m", timezone="Australia/Melbourne"), Place("l", timezone="America/Lima")


@pytest.mark.parametrize("begin", ["2023-09-25T14", "2024-04-01T13"])  # a week before Melbourne's clock changes
def test_every_slot_lies_in_its_local_hour_of_the_week(begin: str) -> None:
    slots = Slots(np.datetime64(begin), SlotLength(60), 24 * 14)
    places = [MELBOURNE, LIMA, MELBOURNE]
    grid = WeekGrid(places, slots)
    number = np.broadcast_to(np.arange(slots.count, dtype=np.float32), (3, slots.count))
    weekly = grid.arranged(number)
    wall = wall_times(places, slots)
    repeated = 0
    for place in range(3):
        for slot in range(slots.count):
            since = (wall[place, slot] - grid.first_day).astype("timedelta64[h]").astype(int)
            there = weekly[place, since // 168, since % 168]
            repeated += there != slot
            assert there == slot or (wall[place, int(there)] == wall[place, slot] and there < slot)
    changes = 2 if begin.startswith("2024") else 0  # two rows are in Melbourne, whose hour comes twice in April
    assert repeated == changes
    assert grid.first_day.astype("datetime64[D]").item().weekday() == 0
    back = grid.slotted(weekly)
    assert (back != number).sum() == changes


def test_a_part_of_the_places_keeps_its_zones() -> None:
    slots = Slots(np.datetime64("2024-01-01T00"), SlotLength(60), 24 * 8)
    grid = WeekGrid([MELBOURNE, LIMA], slots)
    both = np.random.default_rng(0).random((2, slots.count), np.float32)
    np.testing.assert_array_equal(grid.arranged(both)[1:], grid.arranged(both[1:], 1))
    np.testing.assert_array_equal(grid.slotted(grid.arranged(both[1:], 1), 1), both[1:])
    np.testing.assert_array_equal(grid.days(1, 1)[0], (wall_times([LIMA], slots)[0] - grid.first_day).astype(int) // 86_400)


def test_daily_slots_have_weeks_of_seven() -> None:
    grid = WeekGrid([LIMA], Slots(np.datetime64("2024-01-03"), SlotLength(1440), 10))
    weekly = grid.arranged(np.arange(10, dtype=np.float32)[None])
    assert weekly.shape == (1, 2, 7)
    np.testing.assert_array_equal(weekly[0, 0], [np.nan, np.nan, 0, 1, 2, 3, 4])
