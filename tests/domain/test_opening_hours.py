from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.slots import SlotLength

QUARTER, HOUR, DAY = SlotLength(15), SlotLength(60), SlotLength(1440)
MONDAY = np.datetime64("2024-06-03", "s")
LATE = OpeningHours((*[parse_intervals("18:00-02:00")] * 6, ()))


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("08:00-22:00", ((480, 1320),)),
        (" 8:00 – 22:30 ", ((480, 1350),)),
        ("15:00-20:00,09:00-13:00", ((540, 780), (900, 1200))),
        ("18:00-02:00", ((1080, 1560),)),
        ("18:00-00:00", ((1080, 1440),)),
        ("18:00-24:00", ((1080, 1440),)),
        ("08:00-08:00", ((480, 1920),)),
        ("24h", ((0, 1440),)),
        ("always", ((0, 1440),)),
        ("00:00-24:00", ((0, 1440),)),
        ("00:00-00:00", ((0, 1440),)),
        ("closed", ()),
        ("Cerrado", ()),
        ("-", ()),
        ("", ()),
    ],
)
def test_hours_are_read(text: str, intervals: tuple[tuple[int, int], ...]) -> None:
    assert parse_intervals(text) == intervals


@pytest.mark.parametrize(
    "text",
    ["nine to five", "08:00", "08:00-", "8-22", "25:00-26:00", "08:00-24:01", "24:30-02:00", "08:00-24:30", "08:60-09:00",
     "08:00-22:00,", "-08:00-22:00", "08:00-22:00-23:00"],
)  # fmt: skip
def test_what_are_no_hours_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InputError, match="are no opening hours") as raised:
        parse_intervals(text)
    assert "08:00-22:00" in raised.value.hint


def test_a_week_has_seven_days() -> None:
    with pytest.raises(InputError, match="seven weekdays; 6"):
        OpeningHours(((),) * 6)


def open_hours(hours: OpeningHours, day: str) -> list[int]:
    wall = np.datetime64(day, "s") + np.arange(24) * HOUR.step
    return np.flatnonzero(hours.open_at(wall, HOUR)).tolist()


def test_hours_past_midnight_reach_into_the_next_day() -> None:
    assert open_hours(LATE, "2024-06-03") == [18, 19, 20, 21, 22, 23]  # Monday, after a closed Sunday
    assert open_hours(LATE, "2024-06-04") == [0, 1, 18, 19, 20, 21, 22, 23]
    assert open_hours(LATE, "2024-06-09") == [0, 1]  # Sunday: what Saturday left


def test_exceptions_replace_the_hours_of_a_date_and_not_of_the_night_before() -> None:
    hours = OpeningHours(LATE.weekly, {date(2024, 6, 4): (), date(2024, 6, 6): parse_intervals("08:00-10:00")})
    assert hours.minutes(date(2024, 6, 4)) == ()
    assert open_hours(hours, "2024-06-04") == [0, 1]
    assert open_hours(hours, "2024-06-05") == [18, 19, 20, 21, 22, 23]
    assert open_hours(hours, "2024-06-06") == [0, 1, 8, 9]


def test_a_slot_is_open_if_any_part_of_it_is() -> None:
    hours = OpeningHours((parse_intervals("08:30-09:15"),) * 7)
    assert open_hours(hours, "2024-06-03") == [8, 9]
    quarters = hours.open_at(MONDAY + np.arange(96) * QUARTER.step, QUARTER)
    assert np.flatnonzero(quarters).tolist() == [34, 35, 36]
    assert hours.open_at(MONDAY + np.arange(2) * DAY.step, DAY).tolist() == [True, True]
    assert LATE.open_at(np.datetime64("2024-06-09", "s") + np.arange(1) * DAY.step, DAY).tolist() == [True]


def test_a_slot_over_midnight_sees_both_days() -> None:
    """In zones off by half an hour, hours counted in UTC begin at half past."""
    wall = np.datetime64("2024-06-03T22:30", "s") + np.arange(3) * HOUR.step
    assert OpeningHours((parse_intervals("00:00-06:00"),) * 7).open_at(wall, HOUR).tolist() == [False, True, True]
    assert OpeningHours((parse_intervals("22:00-23:45"),) * 7).open_at(wall, HOUR).tolist() == [True, True, False]
    assert OpeningHours((parse_intervals("00:30-06:00"),) * 7).open_at(wall, HOUR).tolist() == [False, False, True]


def test_no_slots_are_no_answer() -> None:
    assert LATE.open_at(np.array([], "datetime64[s]"), HOUR).tolist() == []


@st.composite
def any_hours(draw: st.DrawFn) -> OpeningHours:
    quarters = st.integers(0, 95)
    day = st.lists(st.tuples(quarters, st.integers(1, 96)), max_size=3)
    as_day = day.map(lambda parts: tuple((start * 15, (start + long) * 15) for start, long in sorted(parts)))
    exceptions = st.dictionaries(st.dates(date(2024, 6, 1), date(2024, 6, 12)), as_day, max_size=3)
    return OpeningHours(tuple(draw(as_day) for _ in range(7)), draw(exceptions))


@given(hours=any_hours(), minutes=st.sampled_from([30, 60, 120, 360, 1440]), shift=st.integers(0, 95))
@settings(max_examples=60)
def test_a_longer_slot_is_open_if_one_of_its_quarters_is(hours: OpeningHours, minutes: int, shift: int) -> None:
    begin = np.datetime64("2024-06-02", "s") + shift * QUARTER.step
    long, short = SlotLength(minutes), minutes // 15
    count = 8 * 96 // short
    quarters = hours.open_at(begin + np.arange(count * short) * QUARTER.step, QUARTER)
    longer = hours.open_at(begin + np.arange(count) * long.step, long)
    assert (longer == quarters.reshape(count, short).any(axis=1)).all()


@given(hours=any_hours(), minute=st.integers(0, 10 * 1440))
@settings(max_examples=60)
def test_a_quarter_is_open_when_an_interval_covers_it(hours: OpeningHours, minute: int) -> None:
    minute -= minute % 15
    day = date.fromordinal(date(2024, 6, 2).toordinal() + minute // 1440)
    within = minute % 1440
    today = any(start <= within < end for start, end in hours.minutes(day))
    yesterday = any(start <= within + 1440 < end for start, end in hours.minutes(date.fromordinal(day.toordinal() - 1)))
    wall = np.array([np.datetime64("2024-06-02", "s") + np.timedelta64(minute, "m")])
    assert hours.open_at(wall, QUARTER).tolist() == [today or yesterday]
