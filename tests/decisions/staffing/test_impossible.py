from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from busyness.decisions.staffing.impossible import refuse_impossible
from busyness.decisions.staffing.people import Past
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.domain.errors import InputError

from .conftest import ADULTS, MONDAY, RULES, STAFF, small_problem

SUNDAY = MONDAY + timedelta(days=6)


def with_rules(**fields: object) -> StaffingProblem:
    return small_problem(rules=replace(RULES, adults=replace(ADULTS, **fields)))


def with_shifts(**fields: object) -> StaffingProblem:
    return small_problem(rules=replace(RULES, shifts=replace(RULES.shifts, **fields)))


def everyone(**fields: object) -> StaffingProblem:
    return small_problem(tuple(replace(person, **fields) for person in STAFF), least=2)


def one(who: str, **fields: object) -> StaffingProblem:
    return small_problem(tuple(replace(p, **fields) if p.id == who else p for p in STAFF))


def published(shift: Shift, **fields: object) -> StaffingProblem:
    return replace(small_problem(), published=Roster((shift,)), **fields)


WORKED = Shift(MONDAY, 9 * 60, 13 * 60, "ana", "sales")


def _closed() -> StaffingProblem:
    problem = small_problem()
    return replace(problem, need=replace(problem.need, open=np.zeros_like(problem.need.open)))


def _no_break() -> StaffingProblem:
    rules = replace(RULES, adults=replace(ADULTS, break_after_hours=1))
    return small_problem(rules=replace(rules, shifts=replace(rules.shifts, stretch_least_hours=5)))


def _keys_off() -> StaffingProblem:
    people = tuple(replace(p, days_off=frozenset([SUNDAY])) if p.keys else p for p in STAFF)
    return small_problem(people)


def _weekends() -> StaffingProblem:
    return everyone(past=Past(weekends_in_a_row=52))


REFUSED: dict[str, tuple[Callable[[], StaffingProblem], str]] = {
    "nobody": (lambda: replace(small_problem(), people=()), "nobody to plan with"),
    "closed": (_closed, "closed in the whole week"),
    "no key": (lambda: everyone(keys=False), "none of the 6 people has the keys"),
    "no role": (lambda: everyone(roles=("sales",)), "needs 'checkout', and nobody"),
    "starts between slots": (lambda: with_shifts(start_minutes=45), "start every 45 minutes"),
    "half hours": (lambda: with_shifts(hours=(4.5,)), "is a whole number of 60-minute slots"),
    "too long for the law": (lambda: with_rules(daily_hours=3), "adults may work 3 hours a day"),
    "no room for a break": (_no_break, "it needs a break"),
    "no day to work": (lambda: with_rules(rest_days=7), "allow no work at all"),
    "twice": (lambda: small_problem((*STAFF, STAFF[0])), "'ana' comes twice"),
    "wage": (lambda: one("ana", wage=float("nan")), "wage is nan"),
    "contract upside down": (lambda: one("ana", min_hours=40, max_hours=30), "at least 40 and at most 30"),
    "contract above the law": (
        lambda: one("ana", min_hours=50, max_hours=60),
        "promises 50 hours a week; adults may work 48",
    ),
    "minor above the law": (lambda: one("dino", min_hours=40, max_hours=40), "minors may work 36"),
    "shift from the future": (lambda: one("ana", past=Past(last_end=datetime(2026, 3, 9))), "after the week's first day"),
    "sunday": (lambda: everyone(days_off=frozenset([SUNDAY])), "On Sun 8 March at least 2 people must be there, and 0 of 6"),
    "keys off": (_keys_off, "at least 1 key holder must be there, and 0 of 2"),
    "weekends": (_weekends, "has worked 52 weekends in a row"),
    "stranger": (lambda: published(replace(WORKED, person="zoe")), "'zoe', who is not on the staff"),
    "unknown shift": (lambda: published(replace(WORKED, end=12 * 60), fixed_days=1), "a shift the rules do not know"),
    "broke the law": (lambda: published(replace(WORKED, role="checkout"), fixed_days=1), "already breaks a rule"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_nobody_could_keep_is_refused_with_the_facts(kind: str) -> None:
    make, said = REFUSED[kind]
    with pytest.raises(InputError, match=re.escape(said)) as refused:
        refuse_impossible(make())
    assert refused.value.hint


def test_what_can_be_kept_is_not_refused(problem: StaffingProblem) -> None:
    refuse_impossible(problem)


def test_a_reason_names_the_people_who_cannot_come() -> None:
    with pytest.raises(InputError, match="ana has the day off; beto has the day off"):
        refuse_impossible(everyone(days_off=frozenset([SUNDAY])))
