from __future__ import annotations

from typing import Any

import pytest

from busyness.decisions.staffing.rules import rules_of
from busyness.decisions.staffing.week import Week, clock
from busyness.domain.errors import InputError, SettingsError
from busyness.domain.slots import SlotLength
from busyness.sources.labour_rules import preset_names, read_labour_rules

from .conftest import MONDAY


@pytest.mark.parametrize("country", preset_names())
def test_every_preset_is_a_set_of_rules_with_sources(country: str) -> None:
    read = read_labour_rules(country)
    rules = rules_of(read.values, read.sources, file=read.file)
    assert rules.country == country.upper()
    assert set(read.values) - set(rules.sources) == {"country", "currency"}
    assert rules.minors.daily_hours < 9
    assert rules.minors.latest < 24 * 60


def test_what_the_law_of_peru_says() -> None:
    read = read_labour_rules("pe")
    rules = rules_of(read.values, read.sources)
    assert (rules.adults.weekly_hours, rules.adults.daily_hours, rules.adults.break_minutes) == (48, 8, 45)
    assert (rules.minors.weekly_hours, rules.minors.earliest, rules.minors.latest) == (36, 420, 1140)
    assert "854" in rules.sources["adults.daily_hours"]


def broken(**changes: Any) -> dict[str, Any]:
    values = dict(read_labour_rules("pe").values)
    for name, value in changes.items():
        values[name.replace("__", ".")] = value
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (broken(adults__dayly_hours=8), "'adults.dayly_hours' is no rule"),
        (broken(adults__daily_hours=None), "'adults.daily_hours' is missing"),
        (broken(adults__daily_hours=-1), "cannot be -1"),
        (broken(adults__daily_hours="eight"), "cannot be 'eight'"),
        (broken(adults__rest_days=1.5), "cannot be 1.5"),
        (broken(shifts__hours=[4, -2]), "cannot be"),
        (broken(shifts__hours=[]), "at least one length"),
    ],
)
def test_wrong_rules_are_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        rules_of(values, {})


def test_a_week_has_seven_days_at_most() -> None:
    with pytest.raises(InputError, match="8 days"):
        Week(MONDAY, 8, SlotLength(60))
    week = Week(MONDAY, 7, SlotLength(15))
    assert week.said(96 + 57) == "Tue 3 March 14:15"
    assert clock(1440) == "24:00"
