from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from busyness.decisions.staffing.people import Past, Person
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.score import PARTS, edit, planned_heads, score

from .conftest import MONDAY, STAFF, small_problem

ANA, BETO = STAFF[0], STAFF[1]


def shift(day: int, start: int, end: int, person: str = "ana", *, role: str = "sales", rest: int | None = None) -> Shift:
    """A shift in hours; with an hour's break from ``rest`` on."""
    pause = (rest * 60, rest * 60 + 60) if rest is not None else (0, 0)
    return Shift(MONDAY + timedelta(days=day), start * 60, end * 60, person, role, *pause)


def broken(problem: StaffingProblem, *shifts: Shift) -> str:
    return " ".join(score(problem, Roster(shifts)).broken)


def changed(person: Person = ANA, **fields: object) -> StaffingProblem:
    return small_problem(tuple(replace(p, **fields) if p.id == person.id else p for p in STAFF))


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        ([shift(0, 9, 13, "zoe")], "zoe is not on the staff"),
        ([shift(7, 9, 13)], "outside the week"),
        ([shift(0, 9, 13, role="checkout")], "does not have the role 'checkout'"),
        ([shift(0, 13, 9)], "ends before it starts"),
        ([shift(0, 9, 19, rest=13)], "may work 8 hours a day"),
        ([shift(0, 9, 17)], "needs a break of 60 minutes"),
        ([shift(0, 9, 18, rest=17)], "works more than 6 hours without a break"),
        ([shift(0, 13, 19), shift(1, 6, 10)], "rests 11 hours before Tue 3 March; 12 are due"),
        ([shift(0, 9, 11), shift(0, 15, 17)], "two shifts on Mon 2 March"),
        ([shift(0, 13, 21, "dino", rest=16)], "may only work from 07:00 to 19:00"),
        ([shift(0, 9, 13, "elsa")], "is not available"),
        ([shift(day, 9, 13) for day in range(7)], "has 0 of 7 days off; 1 are due"),
        ([shift(day, 9, 18, rest=13) for day in range(4)] + [shift(4, 9, 18, "elsa", rest=13)], "elsa is not available"),
    ],
)
def test_every_hard_rule_is_told(shifts: list[Shift], said: str) -> None:
    assert said in broken(small_problem(), *shifts)


def test_hours_of_the_week_are_told() -> None:
    weekly = [shift(day, 9, 18, rest=13) for day in range(6)]
    assert broken(small_problem(), *weekly) == ""
    assert "works 48 hours in the week; the contract allows 40" in broken(changed(max_hours=40), *weekly)
    rules = replace(small_problem().rules, adults=replace(small_problem().rules.adults, weekly_hours=44))
    assert "the rules allow 44" in broken(small_problem(rules=rules), *weekly)


def test_the_weeks_before_count() -> None:
    assert "works 7 days in a row until Mon 2 March" in broken(changed(past=Past(days_in_a_row=6)), shift(0, 9, 13))
    late = Past(last_end=datetime(2026, 3, 1, 23))
    assert "rests 10 hours before Mon 2 March" in broken(changed(past=late), shift(0, 9, 13))
    assert "52 weekends in a row" in broken(changed(past=Past(weekends_in_a_row=52)), shift(6, 9, 13))
    night = Past(last_end=datetime(2026, 3, 1, 2))  # the shift began on Saturday
    long_rest = replace(small_problem().rules, adults=replace(small_problem().rules.adults, weekly_rest_hours=36))
    problem = replace(changed(past=night), rules=long_rest)
    assert "rests 31 hours before Mon 2 March around the day off; 36 are due" in broken(problem, shift(0, 9, 13))


def test_days_off_and_absences_are_told() -> None:
    assert "has the day off" in broken(changed(days_off=frozenset([MONDAY])), shift(0, 9, 13))
    absent = replace(small_problem(), absent=frozenset([("ana", MONDAY)]))
    assert "is absent" in broken(absent, shift(0, 9, 13))


def test_a_night_is_available_where_two_days_meet() -> None:
    nights = dict.fromkeys(range(7), ((18 * 60, 30 * 60),))
    problem = changed(availability=nights)
    assert "not available" not in broken(problem, shift(0, 22, 28))
    assert "not available" in broken(problem, shift(0, 22, 31))


def test_heads_are_counted_where_somebody_is_there_in_full() -> None:
    problem = small_problem()
    half = replace(shift(0, 9, 13), start=9 * 60 + 30)
    planned = planned_heads(problem, Roster((half, shift(0, 9, 18, "cata", role="checkout", rest=13))))
    sales, checkout, anyone, keys = planned[:, 9:18]
    assert sales.tolist() == [0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert checkout.tolist() == [1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert (anyone == sales + checkout).all()
    assert (keys == sales).all()  # of the two, only Ana has the keys


def test_the_cost_is_the_sum_of_its_parts() -> None:
    problem = small_problem()
    nothing = score(problem, Roster())
    assert tuple(nothing.parts) == PARTS
    assert nothing.parts["wages"] == 0
    promised = sum(p.min_hours * (p.wage + problem.prices.short_hour) for p in STAFF)
    assert nothing.parts["short_hours"] == pytest.approx(promised)
    assert nothing.cost == pytest.approx(sum(nothing.parts.values()))
    week = Roster(tuple(shift(day, 9, 13) for day in range(6)))
    assert score(problem, week).parts["wages"] == pytest.approx(24 * ANA.wage)


def test_overtime_has_a_premium() -> None:
    rules = small_problem().rules
    rules = replace(rules, adults=replace(rules.adults, weekly_hours=40, overtime_hours=8))
    parts = score(small_problem(rules=rules), Roster(tuple(shift(day, 9, 18, rest=13) for day in range(6)))).parts
    assert parts["overtime"] == pytest.approx(8 * 0.25 * ANA.wage)


def test_wishes_and_fairness_are_priced_and_named() -> None:
    past = Past(weekends=6, closings=6)
    people = tuple(replace(p, past=past, prefers="evening") if p.id == "ana" else p for p in STAFF)
    problem = small_problem(people)
    scored = score(problem, Roster((shift(5, 9, 13), shift(2, 9, 13, "fito", role="checkout"), shift(6, 15, 19))))
    said = [(wish.person, wish.part) for wish in scored.wishes]
    assert said.count(("fito", "wishes")) == 1
    assert said.count(("ana", "fairness")) == 3  # two weekend shifts and a closing one
    assert "ana prefers evenings" in " ".join(f"{w.person} {w.said}" for w in scored.wishes)
    assert scored.parts["wishes"] == pytest.approx(problem.prices.wished_off + problem.prices.preference)
    assert scored.parts["fairness"] == pytest.approx(5 * (2 * problem.prices.weekend + problem.prices.closing))


def test_changes_of_what_was_published_are_priced() -> None:
    told = Roster((shift(0, 9, 13), shift(1, 9, 18, rest=13)))
    problem = replace(small_problem(), published=told)
    assert score(problem, told).parts["changes"] == 0
    moved = told.with_shift(shift(1, 9, 18, rest=12))
    assert score(problem, moved).parts["changes"] == problem.prices.adjust
    assert score(problem, told.without("ana", MONDAY)).parts["changes"] == problem.prices.change


def test_an_edit_is_scored_before_and_after() -> None:
    problem = small_problem()
    roster = Roster((shift(0, 9, 13),))
    before, after = edit(problem, roster, after=roster.with_shift(shift(0, 9, 15)))
    assert after.parts["wages"] - before.parts["wages"] == pytest.approx(2 * ANA.wage)
    assert after.parts["missing"] < before.parts["missing"]
    assert edit(problem, roster, after=roster.with_shift(shift(0, 9, 17)))[1].broken
