from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError
from busyness.testing.clock import FakeClock


def test_the_clock_stands_still_until_it_is_moved() -> None:
    clock = FakeClock(datetime(2024, 3, 1, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2024, 3, 1, tzinfo=UTC)
    assert clock.advance(timedelta(hours=5)) == clock.now() == datetime(2024, 3, 1, 5, tzinfo=UTC)
    clock.set(datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=-5))))
    assert clock.now() == datetime(2020, 1, 1, 5, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="no time zone"):
        FakeClock().set(datetime(2024, 1, 1))


def test_both_clocks_are_clocks() -> None:
    clocks: list[Clock] = [FakeClock(), SystemClock()]
    assert all(clock.now().utcoffset() == timedelta(0) for clock in clocks)
