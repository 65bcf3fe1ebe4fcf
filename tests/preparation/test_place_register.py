from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.preparation.grid_rules import GridRules
from busyness.preparation.place_register import choose_places, natural_order


def hours(text: str) -> OpeningHours:
    return OpeningHours((parse_intervals(text),) * 7)


@given(st.lists(st.text(max_size=6), unique=True))
@example(["", "۰", "1", "²", "a1"])
def test_any_ids_can_be_put_in_order(ids: list[str]) -> None:
    ordered = natural_order(ids)
    assert sorted(ordered) == sorted(ids)
    assert natural_order(reversed(ids)) == ordered


def test_numbers_count() -> None:
    assert natural_order(["10", "9", "01", "1", "B2", "B10", "a"]) == ["01", "1", "9", "10", "B2", "B10", "a"]


def test_opening_hours_of_the_rules_come_before_the_registers_and_those_of_everyone_last() -> None:
    own, register, rest = hours("08:00-09:00"), hours("10:00-11:00"), hours("12:00-13:00")
    rules = GridRules(
        places={"a": Place("a", opening_hours=register), "b": Place("b", opening_hours=register)},
        opening_hours={"a": own, "*": rest, "nort": own},
    )
    places, notes = choose_places(["a", "b", "c", "north"], rules)
    assert [place.opening_hours for place in places] == [own, register, rest, rest]
    assert "Did you mean 'north'" in notes[0]


def test_a_wrong_time_zone_is_said_before_anything_is_gridded() -> None:
    with pytest.raises(InputError, match="Did you mean 'America/Lima'"):
        choose_places(["a"], GridRules(timezone="America/Lma"))
    with pytest.raises(InputError, match="-1 slots"):
        GridRules(future=-1)
