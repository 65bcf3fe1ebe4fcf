"""Days, holidays and their distances."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from busyness.features.calendar_table import CalendarTable, days_since_payday, holiday_names, national_day

FIRST = np.datetime64("2023-12-20")
HOLIDAYS = {date(2022, 12, 25): "Christmas", date(2023, 12, 25): "Christmas", date(2024, 1, 1): "New Year"}


def test_distances_to_holidays() -> None:
    table = CalendarTable(FIRST, 16, HOLIDAYS, holiday_names(HOLIDAYS))
    np.testing.assert_array_equal(table.until_holiday, [5, 4, 3, 2, 1, 0, 6, 5, 4, 3, 2, 1, 0, 10, 10, 10])
    np.testing.assert_array_equal(table.since_holiday, [10] * 5 + [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3])
    np.testing.assert_array_equal(table.christmas, np.arange(16) - 5)
    np.testing.assert_array_equal(table.new_year, np.arange(16) - 12)
    np.testing.assert_array_equal(np.flatnonzero(table.holiday), [5, 12])
    np.testing.assert_array_equal(table.holiday[[5, 12]], [1, 2])
    np.testing.assert_array_equal(table.day_type, [2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3])
    assert np.isnan(table.national_day).all()


def test_the_same_kind_of_day_last_year() -> None:
    holidays = {date(2023, 4, 7): "Good Friday", date(2024, 3, 29): "Good Friday", date(2024, 12, 25): "Christmas"}
    table = CalendarTable(np.datetime64("2023-01-01"), 800, holidays, ())
    at = {day: k for k, day in enumerate(table.days)}
    twins = {day: table.last_year[at[day]] for day in at}
    assert twins[date(2024, 3, 29)] == at[date(2023, 4, 7)]  # the same holiday
    assert twins[date(2024, 12, 20)] == at[date(2023, 12, 20)]  # the same date around Christmas
    assert twins[date(2024, 12, 25)] == at[date(2023, 12, 25)]  # a holiday that had no name last year
    assert twins[date(2024, 6, 5)] == at[date(2024, 6, 5) - timedelta(days=364)]
    assert twins[date(2023, 6, 5)] == -1


def test_a_holiday_that_the_model_did_not_know_is_still_one() -> None:
    table = CalendarTable(FIRST, 16, HOLIDAYS, ("Christmas",))
    assert table.is_holiday[12]
    assert table.holiday[12] == 0


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [
        ({date(2024, 7, 28): "Independence Day", date(2024, 12, 25): "Christmas"}, (7, 28)),
        ({date(2024, 1, 26): "Australia Day", date(2025, 1, 27): "Australia Day (observed)"}, (1, 26)),
        ({date(2024, 9, 16): "Independence Day", date(2024, 2, 5): "Constitution Day"}, (2, 5)),
        ({}, None),
    ],
)
def test_the_national_day_by_its_name(holidays: dict[date, str], expected: tuple[int, int] | None) -> None:
    assert national_day(holidays) == expected


def test_paydays() -> None:
    year = [date(2024, 1, 1) + timedelta(days=k) for k in range(366)]
    found = [days_since_payday(day) for day in year]
    assert max(found) == 15
    assert [day for day, since in zip(year, found, strict=True) if since == 0][:5] == [
        date(2024, 1, 15), date(2024, 1, 31), date(2024, 2, 15), date(2024, 2, 29), date(2024, 3, 15)
    ]  # fmt: skip
    for before, after in pairwise(found):
        assert after in (0, before + 1)


def test_no_days() -> None:
    assert len(CalendarTable(FIRST, 0, HOLIDAYS, ()).last_year) == 0
