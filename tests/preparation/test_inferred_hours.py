from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.local_time import to_utc
from busyness.domain.opening_hours import OpeningHours
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.inferred_hours import infer_hours, never_counted
from busyness.tables.panel import Panel, wall_times

WEEK = 168
ALWAYS = OpeningHours((((0, 1440),),) * 7)


def panel(
    weeks: float, *, zone: str = "America/Lima", places: tuple[Place, ...] = (), first: str = "2024-03-04", every: str = "1h"
) -> Panel:
    """Places counted from 8 to 22 by the local clock, from a Monday on, with two future weeks."""
    places = places or (Place("a", timezone=zone),)
    start = to_utc(np.array([first], "datetime64[s]"), zone)[0]
    length = SlotLength.parse(every)
    history = round(weeks * length.per_week)
    slots = Slots(start if not length.daily else np.datetime64(first), length, history + 2 * length.per_week)
    hour = hours_of_day(places, slots)
    demand = np.where((hour >= 8) & (hour < 22), hour + 1, np.nan).astype(np.float32)
    demand[:, history:] = np.nan
    return Panel(places, slots, history, demand, np.ones(demand.shape, bool), np.zeros(demand.shape, bool))


def hours_of_day(places: tuple[Place, ...], slots: Slots) -> np.ndarray:
    wall = wall_times(places, slots)
    return (wall - wall.astype("datetime64[D]")).astype(np.int64) // 3600


def by_day(city: Panel) -> np.ndarray:
    hour = hours_of_day(city.places, city.slots)
    return (hour >= 8) & (hour < 22)


@pytest.mark.parametrize("weeks", [2, 3, 8, 20])
def test_a_place_counted_by_day_is_closed_at_night_also_in_the_future(weeks: int) -> None:
    city = panel(weeks)
    np.testing.assert_array_equal(infer_hours(city.sealed()).open, by_day(city))


@pytest.mark.parametrize(("first", "zone"), [("2024-03-04", "Australia/Melbourne"), ("2024-02-19", "America/New_York")])
def test_hours_keep_to_the_local_clock_when_it_changes(first: str, zone: str) -> None:
    city = panel(4, zone=zone, first=first)  # the clock changes in the fifth week, or in the third
    np.testing.assert_array_equal(infer_hours(city.sealed()).open, by_day(city))


@pytest.mark.parametrize("weeks", [0, 1 / 7, 2 / 7])
def test_less_than_three_days_say_nothing(weeks: float) -> None:
    sealed = panel(weeks).sealed()
    assert infer_hours(sealed) is sealed


def test_three_days_tell_the_hours_of_the_day() -> None:
    city = panel(3 / 7)
    np.testing.assert_array_equal(infer_hours(city.sealed()).open, by_day(city))


def test_a_store_that_went_silent_tells_its_hours_by_when_it_was_not() -> None:
    city = panel(30, places=(Place("a", timezone="America/Lima"), Place("b", timezone="America/Lima")))
    demand = city.demand.copy()
    demand[1, 12 * WEEK :] = np.nan
    np.testing.assert_array_equal(infer_hours(replace(city, demand=demand).sealed()).open, by_day(city))


def test_a_new_store_has_the_hours_of_the_chain() -> None:
    city = panel(12, places=(Place("a", timezone="America/Lima"), Place("b", timezone="America/Lima")))
    demand = city.demand.copy()
    demand[1, : city.history - 30] = np.nan
    np.testing.assert_array_equal(infer_hours(replace(city, demand=demand).sealed()).open, by_day(city))


def test_a_place_counted_now_and_then_stays_open() -> None:
    city = panel(8)
    keep = np.random.default_rng(0).random(city.demand.shape) < 0.3
    sparse = replace(city, demand=np.where(keep, city.demand, np.float32(np.nan)))
    assert infer_hours(sparse.sealed()).open.all()


def test_a_few_missing_counts_change_nothing() -> None:
    city = panel(8)
    keep = np.random.default_rng(0).random(city.demand.shape) < 0.85
    gappy = replace(city, demand=np.where(keep, city.demand, np.float32(np.nan)))
    np.testing.assert_array_equal(infer_hours(gappy.sealed()).open, by_day(city))


def test_a_zero_is_a_count() -> None:
    city = panel(4)
    city.demand[:, : city.history] = 0
    assert infer_hours(city.sealed()).open.all()


def test_hours_that_were_given_are_kept() -> None:
    given = Place("given", timezone="America/Lima", opening_hours=ALWAYS)
    city = panel(4, places=(given, Place("none", timezone="America/Lima")))
    opened = infer_hours(city.sealed()).open
    assert opened[0].all()
    np.testing.assert_array_equal(opened[1], by_day(city)[1])


def test_only_the_last_eight_weeks_tell() -> None:
    city = panel(12)
    city.demand[:, : 3 * WEEK] = 1  # it used to be open around the clock
    np.testing.assert_array_equal(infer_hours(city.sealed()).open[:, 3 * WEEK :], by_day(city)[:, 3 * WEEK :])
    city.demand[:, : 5 * WEEK] = 1  # until seven weeks before the end
    assert infer_hours(city.sealed()).open.all()


def test_nothing_from_the_origin_on_is_read() -> None:
    city = panel(8)
    origin = 4 * WEEK + 30
    later = replace(city, demand=city.demand.copy())
    later.demand[:, origin : city.history] = 9
    np.testing.assert_array_equal(never_counted(city.until(origin)), never_counted(later.until(origin)))
    assert never_counted(city.until(origin)).any()


def test_counts_that_came_late_do_not_open_a_place_before() -> None:
    city = panel(4)
    city.demand[:, : city.history] = np.where(np.isnan(city.demand[:, : city.history]), 5, city.demand[:, : city.history])
    known_from = np.broadcast_to(np.arange(1, city.slots.count + 1, dtype=np.int32), city.demand.shape).copy()
    known_from[~by_day(city)] = city.history + 1
    np.testing.assert_array_equal(infer_hours(replace(city, known_from=known_from).sealed()).open, by_day(city))


def test_slots_of_days_are_left_alone() -> None:
    city = panel(8, every="1d")
    city.demand[:, 6::7] = np.nan
    assert not never_counted(city.sealed()).any()


def test_the_panel_itself_is_not_changed() -> None:
    city = panel(4)
    infer_hours(city.sealed())
    assert city.open.all()
