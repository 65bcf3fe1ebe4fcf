"""Wall-clock columns over the days on which the clock changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from busyness.domain.local_time import to_local
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.features.local_clock import LocalClock
from busyness.tables.panel import Panel

MELBOURNE = (Place("1", timezone="Australia/Melbourne"),)


def test_columns_are_hours_since_the_first_local_midnight() -> None:
    slots = Slots(np.datetime64("2024-01-01T07:00"), SlotLength(60), 30)  # 02:00 in Lima
    clock = LocalClock((Place("1", timezone="America/Lima"),), slots)
    assert clock.first_day == np.datetime64("2024-01-01")
    np.testing.assert_array_equal(clock.column_of[0], np.arange(2, 33))
    assert clock.columns == 48
    assert clock.slot_of[0, 1] == -1
    assert clock.slot_of[0, 2] == 0


def test_the_skipped_hour_has_no_slot_and_the_repeated_one_keeps_its_first() -> None:
    spring = Slots(np.datetime64("2023-09-30T14:00"), SlotLength(60), 23)  # 1 October 2023, 00:00 in Melbourne
    clock = LocalClock(MELBOURNE, spring)
    np.testing.assert_array_equal(clock.column_of[0], [0, 1, *range(3, 25)])
    assert clock.slot_of[0, 2] == -1
    autumn = Slots(np.datetime64("2024-04-06T13:00"), SlotLength(60), 25)  # 7 April 2024, 00:00 in Melbourne
    clock = LocalClock(MELBOURNE, autumn)
    np.testing.assert_array_equal(clock.column_of[0], [0, 1, 2, 2, *range(3, 25)])
    assert clock.slot_of[0, 2] == 2
    np.testing.assert_array_equal(clock.localized(np.arange(25, dtype=np.float32)[None], np.nan)[0, :5], [0, 1, 2, 4, 5])


def test_a_panel_that_begins_in_the_repeated_hour_hides_what_comes_after_the_origin() -> None:
    slots = Slots(np.datetime64("2024-04-06T15:30"), SlotLength(15), 12)  # 02:30 summer time; 02:00 comes after 02:45
    clock = LocalClock(MELBOURNE, slots)
    np.testing.assert_array_equal(clock.column_of[0, :6], [10, 11, 8, 9, 10, 11])
    np.testing.assert_array_equal(clock.seen_at[0, :7], [8, 8, 8, 9, 10, 11, 12])
    for origin in range(12):
        shown = clock.slot_of[0, : clock.seen_at[0, origin]]
        assert (shown < origin).all()


@pytest.mark.parametrize("minutes", [15, 60, 1440])
def test_nothing_before_the_column_of_an_origin_lies_after_it(minutes: int) -> None:
    names = ("Australia/Lord_Howe", "America/Lima", "Asia/Kolkata", "Europe/London")
    slots = Slots(np.datetime64("2024-03-20"), SlotLength(minutes), 40 * 1440 // minutes)
    clock = LocalClock([Place(name, timezone=name) for name in names], slots)
    for zone in range(len(names)):
        for origin in range(0, slots.count, max(1, slots.count // 400)):
            assert (clock.slot_of[zone, : clock.seen_at[zone, origin]] < origin).all()
            assert clock.everywhere_at[origin] <= clock.seen_at[zone, origin]


@pytest.mark.parametrize("zones", [("Australia/Melbourne",), ("Australia/Melbourne", "America/Lima", "UTC")])
def test_localized_is_the_same_as_slot_by_slot(make_panel: Callable[..., Panel], zones: tuple[str, ...]) -> None:
    rng = np.random.default_rng(0)
    panel = make_panel(rng.random((4, 24 * 400)), timezones=zones, first="2023-02-01")
    clock = LocalClock(panel.places, panel.slots)
    seen = panel.demand[:, :9000]
    local = clock.localized(seen, np.nan)
    slow = np.full(local.shape, np.nan, np.float32)
    for place in range(4):
        for slot in reversed(range(9000)):
            slow[place, clock.column_of[clock.zone_of[place], slot]] = seen[place, slot]
    np.testing.assert_array_equal(local, slow)
    wall = to_local(panel.slots.times(), panel.places[0].timezone)
    hours = (wall - clock.first_day).astype("timedelta64[h]").astype(int)
    np.testing.assert_array_equal(clock.column_of[clock.zone_of[0], :-1], hours)
