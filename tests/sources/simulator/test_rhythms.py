"""Paydays, holidays and their weights fall on the right days."""

import re
from datetime import date

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.sources.simulator.rhythms import (
    calendar_effects,
    days_since_payday,
    holiday_names,
    holiday_weights,
    shape_days,
)
from busyness.sources.simulator.span import Span

YEAR = Span(date(2024, 1, 1), 366, 30, 60)


def day(month: int, number: int) -> int:
    return (date(2024, month, number) - YEAR.start).days


def test_wages_are_paid_on_the_fifteenth_and_the_last_of_the_month():
    paid = YEAR.dates[days_since_payday(YEAR)[:366] == 0].tolist()
    assert len(paid) == 24
    assert {date(2024, 2, 15), date(2024, 2, 29), date(2024, 4, 30)} <= set(paid)
    assert days_since_payday(YEAR)[day(3, 2)] == 2


def test_a_holiday_weighs_the_same_every_year():
    long = Span(date(2024, 1, 1), 730, 0, 60)
    names = holiday_names("pe", long)
    weights = holiday_weights(long, names, 3)
    assert weights[day(7, 28)] == weights[day(12, 25)] == 1
    assert weights[day(8, 6)] == weights[day(8, 6) + 365] > 0
    assert weights[day(8, 5)] == 0


def test_a_high_holiday_has_a_sundays_shape():
    names = holiday_names("PE", YEAR)
    shapes = shape_days(YEAR, holiday_weights(YEAR, names, 0))
    assert shapes[day(7, 29)] == 6  # a Monday
    assert shapes[day(7, 30)] == 1


def test_demand_rises_toward_christmas_and_on_the_eve_of_the_national_day():
    names = holiday_names("PE", YEAR)
    effect = calendar_effects(YEAR, names, holiday_weights(YEAR, names, 0))
    assert effect.shape == (5, 366)
    assert (effect[:, day(12, 24)] > effect[:, day(12, 10)]).all()
    assert (effect[:, day(12, 24)] > effect[:, day(12, 26)]).all()
    assert (effect[:, day(7, 27)] > effect[:, day(7, 26)]).all()
    assert np.isfinite(effect).all()


@pytest.mark.parametrize("country", ["CL", "MX", "US", "DE", "IN", "SA", "JP"])
def test_other_countries_have_their_holidays(country):
    assert holiday_names(country, YEAR)


@pytest.mark.parametrize("country", ["", "XX", "Peru", "P E"])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(InputError, match=re.escape(f"'{country}'")) as error:
        holiday_names(country, YEAR)
    assert error.value.hint
