from __future__ import annotations

import numpy as np
import pytest

from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation import counting
from busyness.preparation.counting import Rows, by_schedule, count

SLOTS = Slots(np.datetime64("2024-01-01"), SlotLength(60), 3)
START = int(np.datetime64("2024-01-01", "us").astype(np.int64))


def quarters(minutes: list[int], amounts: list[float]) -> Rows:
    at = np.array(minutes, np.int64)
    return Rows(np.zeros(len(at), np.int64), at // 60, START + at * 60_000_000, np.array(amounts, np.float64))


def test_a_place_that_shares_its_hours_shares_its_schedule() -> None:
    def hours() -> OpeningHours:
        return OpeningHours((parse_intervals("08:00-20:00"),) * 7)

    places = [
        Place("a", opening_hours=hours()),
        Place("b"),
        Place("c", opening_hours=hours()),
        Place("d", timezone="Asia/Tokyo"),
    ]
    like, examples = by_schedule(places)
    assert like.tolist() == [0, 1, 0, 2]
    assert [place.id for place in examples] == ["a", "b", "d"]


@pytest.mark.parametrize("bitmap", [1_000_000, 0])
def test_a_part_that_comes_twice_does_not_stand_for_another(monkeypatch: pytest.MonkeyPatch, bitmap: int) -> None:
    monkeypatch.setattr(counting, "_LARGEST_BITMAP", bitmap)
    rows = quarters([0, 15, 30, 30, 60, 75, 90, 105, 105], [1.0] * 9)
    counted = count(rows, [Place("a")], SLOTS, part=SlotLength(15))
    np.testing.assert_array_equal(counted.demand, [[np.nan, 5, np.nan]])
    assert (counted.set_aside, counted.incomplete) == (4, 1)
    assert counted.listed.tolist() == [[True, True, False]]


def test_a_part_that_comes_with_and_without_a_value_is_not_known() -> None:
    counted = count(quarters([0, 0], [3.0, np.nan]), [Place("a")], SLOTS, part=None)
    assert np.isnan(counted.demand).all()
    assert counted.set_aside == 3
