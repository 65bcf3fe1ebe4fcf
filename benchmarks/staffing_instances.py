"""Seeded staffing instances: one store's week, its staff, and a need made of simulated paths of visitors."""

from __future__ import annotations

from datetime import date

import numpy as np

from busyness.decisions.staffing.labour_standard import LabourStandard, RoleStandard, need_of_paths
from busyness.decisions.staffing.need import Need
from busyness.decisions.staffing.people import Past, Person
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.rules import HoursRules, Rules, ShiftRules
from busyness.decisions.staffing.week import Week
from busyness.domain.slots import SlotLength

MONDAY = date(2026, 3, 2)


def instance(seed: int, *, minutes: int = 60, people: int = 30) -> StaffingProblem:
    """This will make a store that is open 9 to 22 (Sundays 10 to 21), with sales people and cashiers."""
    rng = np.random.default_rng(seed)
    staff = _staff(rng, people)
    return StaffingProblem(_need(rng, staff, minutes=minutes), staff, _rules(minutes), Prices.usual(staff))


def _rules(minutes: int) -> Rules:
    adults = HoursRules(8, 48, 12, 24, 6, 45, rest_days=1, days_in_a_row=6)
    minors = HoursRules(6, 36, 12, 24, 4.5, 45, rest_days=1, days_in_a_row=6, earliest=7 * 60, latest=19 * 60)
    shifts = ShiftRules((4, 5, 6, 7, 8), minutes, minutes)
    return Rules(adults, minors, shifts, "PE", "PEN", weekends_in_a_row=3)


def _staff(rng: np.random.Generator, count: int) -> tuple[Person, ...]:
    everyone = []
    for number in range(count):
        full = rng.random() < 0.6
        minor = not full and rng.random() < 0.1
        roles = (("sales",), ("checkout",), ("sales", "checkout"))[rng.choice(3, p=[0.4, 0.25, 0.35])]
        days = set(range(7)) if full else set(rng.choice(7, 5, replace=False).tolist())
        spans = ((0, 1440),) if full or rng.random() < 0.6 else (((0, 930),) if rng.random() < 0.5 else ((840, 1440),))
        everyone.append(
            Person(
                id=f"P{number:02d}",
                roles=roles,
                wage=float(np.round(rng.uniform(9, 15), 1)),
                min_hours=40.0 if full else float(rng.choice([12, 16, 20])),
                max_hours=48.0 if full else 28.0,
                keys=bool(full and rng.random() < 0.4) or number < 2,
                minor=bool(minor),
                availability=dict.fromkeys(days, spans),
                wished_off=frozenset([date(2026, 3, 2 + int(rng.integers(7)))] if rng.random() < 0.4 else []),
                prefers=str(rng.choice(["", "", "morning", "evening"])),
                past=Past(int(rng.integers(0, 4)), int(rng.integers(0, 6)), int(rng.integers(0, 5))),
            )
        )
    return tuple(everyone)


def _need(rng: np.random.Generator, staff: tuple[Person, ...], *, minutes: int) -> Need:
    week = Week(MONDAY, 7, SlotLength(minutes))
    hour = (np.arange(week.count) % week.per_day) * week.hours + week.hours / 2
    day = np.arange(week.count) // week.per_day
    shape = 0.3 + np.exp(-((hour - 13) ** 2) / 6) + 1.3 * np.exp(-((hour - 18.5) ** 2) / 8)
    weekly = np.array([0.8, 0.75, 0.85, 0.9, 1.1, 1.4, 1.15])[day]
    is_open = np.where(day == 6, (hour > 10) & (hour < 21), (hour > 9) & (hour < 22))
    hours = 0.78 * sum(person.min_hours for person in staff)
    mean = shape * weekly * is_open
    mean *= hours * 60 / (7.5 * mean.sum())
    level = rng.gamma(25, 1 / 25, (200, 7))[:, day]
    visitors = rng.poisson(mean * level)
    standard = LabourStandard(
        (RoleStandard("sales", 4.5, 0.85, least=1), RoleStandard("checkout", 2.0, 0.8, least=1)), least=2, key_holder=True
    )
    return need_of_paths(
        visitors.astype(np.float32), is_open, standard=standard, prices=Prices.usual(staff), week=week, place="S1"
    )
