"""The checker: every hard rule on a roster that breaks just that one, and the penalty by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.instance import OFF, Cover, Instance, Person, Request, ShiftType

PERSON = Person("Ana", {"E": 5, "L": 2}, 2400, 960, 4, 2, 2, 1, frozenset({8}))
INSTANCE = Instance(
    "ten days",
    10,
    (ShiftType("E", 480), ShiftType("L", 480, frozenset({"E"}))),
    (PERSON,),
    (Request("Ana", 0, "E", 3, True), Request("Ana", 1, "L", 2, False), Request("Ana", 3, "E", 7, True)),
    (Cover(0, "E", 2, 100, 1), Cover(1, "L", 0, 100, 5), Cover(2, "E", 0, 100, 1)),
)


def row(letters: str) -> tuple[str, ...]:
    return tuple(OFF if letter == "." else letter for letter in letters)


def test_the_penalty_is_wishes_and_cover() -> None:
    assert check(INSTANCE, {"Ana": row("EL..EL....")}) == (2 + 7 + 100 + 5, ())


@pytest.mark.parametrize(
    ("letters", "change", "said"),
    [
        ("EEE..EEE..", {"most_minutes": 2880}, "works shift E 6 times, at most 5 are allowed"),
        ("EEE..EL...", {"most_minutes": 1920}, "works 2400 minutes, at most 1920 are allowed"),
        ("E.........", {}, "works 480 minutes, at least 960 are due"),
        ("EEEEE.....", {}, "works 5 days in a row from day 0, at most 4 are allowed"),
        ("EE..E..EE.", {"days_off": frozenset()}, "works 1 days in a row from day 4, at least 2 are due"),
        ("EE.EE.....", {}, "has 1 days off from day 2, at least 2 are due"),
        ("EE...EE...", {"most_weekends": 0}, "works 1 weekends, at most 0 are allowed"),
        ("EE.....EE.", {}, "works on day 8, a day off"),
        ("EELE......", {}, "works E on day 3, which cannot follow L"),
    ],
)
def test_each_hard_rule_is_seen_alone(letters: str, change: dict[str, object], said: str) -> None:
    instance = replace(INSTANCE, staff=(replace(PERSON, **change),))
    assert check(instance, {"Ana": row(letters)})[1] == (f"Ana {said}.",)


def test_a_stretch_at_the_border_may_be_short() -> None:
    instance = replace(INSTANCE, staff=(replace(PERSON, least_in_a_row=3, least_days_off=3, days_off=frozenset()),))
    assert check(instance, {"Ana": row("EE...EEE..")})[1] == ()
    assert check(instance, {"Ana": row(".EEE.....E")})[1] == ()


def test_what_is_no_roster_of_this_staff_is_said() -> None:
    assert check(INSTANCE, {"Ben": row("E")})[1] == (
        "Ana is not in the roster.",
        "Ben is not on the staff.",
        "Ben has 1 days of 10.",
    )
    assert check(INSTANCE, {"Ana": row("X" * 10)})[1] == ("Ana has an unknown shift 'X'.",)
