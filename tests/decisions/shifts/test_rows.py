"""The dynamic program against every row that the checker allows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.shifts.figures import figures_of
from busyness.decisions.shifts.instance import Instance, Person, ShiftType
from busyness.decisions.shifts.rows import Rows

from .conftest import instances, possible_rows


@settings(max_examples=60)
@given(instances(days=7, staff=2), st.integers(0, 2**32 - 1))
def test_the_cheapest_row_is_the_cheapest_of_all_possible_ones(instance: Instance, seed: int) -> None:
    figures = figures_of(instance)
    prices = figures.wishes + np.random.default_rng(seed).integers(-9, 9, figures.wishes.shape)
    found = {one.person: one for one in Rows(instance).cheapest(prices, range(len(instance.staff)))}
    numbers = {shift.name: number for number, shift in enumerate(instance.shifts)}
    for person, member in enumerate(instance.staff):
        possible = [tuple(numbers.get(shift, -1) for shift in row) for row in possible_rows(instance, member)]
        assert (person in found) == bool(possible)
        if possible:
            costs = {row: sum(prices[person, day, s] for day, s in enumerate(row) if s >= 0) for row in possible}
            assert found[person].value == min(costs.values()) == costs[found[person].row]


def test_only_those_who_are_asked_for_are_answered() -> None:
    one, other = (Person(name, {"D": 3}, 2400, 480, 3, 1, 1, 1) for name in "AB")
    instance = Instance("two", 5, (ShiftType("D", 480),), (one, other))
    assert [found.person for found in Rows(instance).cheapest(figures_of(instance).wishes, [1])] == [1]
