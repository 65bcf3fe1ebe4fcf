from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from busyness.decisions.staffing.labour_standard import LabourStandard, RoleStandard, need_of_paths
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.rules import HoursRules, Rules, ShiftRules
from busyness.decisions.staffing.week import Week
from busyness.domain.slots import SlotLength

MONDAY = date(2026, 3, 2)
ADULTS = HoursRules(8, 48, 12, 24, 6, 60)
MINORS = HoursRules(6, 36, 12, 24, 5, 60, earliest=7 * 60, latest=19 * 60)
RULES = Rules(ADULTS, MINORS, ShiftRules((4, 6, 8), 60, 60), "PE", "PEN")

STAFF = (
    Person("ana", ("sales",), 12.0, 30, 48, keys=True),
    Person("beto", ("sales", "checkout"), 10.0, 30, 48, keys=True),
    Person("cata", ("checkout",), 11.0, 0, 40),
    Person("dino", ("sales",), 9.0, 0, 30, minor=True),
    Person("elsa", ("sales", "checkout"), 13.0, 12, 24, availability={5: ((0, 1440),), 6: ((0, 1440),)}),
    Person("fito", ("checkout",), 9.5, 20, 48, wished_off=frozenset([date(2026, 3, 4)]), prefers="morning"),
)


def small_problem(
    people: tuple[Person, ...] = STAFF,
    *,
    rules: Rules = RULES,
    days: int = 7,
    seed: int = 0,
    minutes: int = 60,
    **standard: Any,
) -> StaffingProblem:
    week = Week(MONDAY, days, SlotLength(minutes))
    hour = np.arange(week.count) % week.per_day * week.hours
    is_open = (hour >= 9) & (hour < 19)
    rng = np.random.default_rng(seed)
    mean = is_open * (8 + 6 * np.sin((hour - 9) / 10 * np.pi)) * week.hours
    visitors = rng.poisson(mean * rng.gamma(9, 1 / 9, (40, 1)))
    roles = (RoleStandard("sales", 5.0, least=1), RoleStandard("checkout", 3.0))
    labour = LabourStandard(roles, **{"least": 1, "key_holder": True, **standard})
    prices = Prices.usual(people)
    need = need_of_paths(visitors.astype(np.float32), is_open, standard=labour, prices=prices, week=week, place="S1")
    return StaffingProblem(need, people, rules, prices)


@pytest.fixture
def problem() -> StaffingProblem:
    return small_problem()


@pytest.fixture
def with_person() -> Callable[..., StaffingProblem]:
    """The small problem with somebody changed."""

    def changed(who: str, **fields: Any) -> StaffingProblem:
        people = tuple(replace(person, **fields) if person.id == who else person for person in STAFF)
        return small_problem(people)

    return changed
