from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.day_clusters import lonely_days
from busyness.preparation.outlier_rule import OutlierMethod, OutlierRule
from busyness.preparation.outliers import flag_outliers
from busyness.tables.panel import Panel, wall_times

WEEKS = 26
METHODS = [method for method in get_args(OutlierMethod) if method != "none"]


def city(places: int = 6, timezone: str = "Australia/Melbourne", seed: int = 0) -> Panel:
    """Hourly Poisson counts with a day and a week, over both clock changes of Melbourne."""
    slots = Slots(np.datetime64("2023-09-03T14"), SlotLength(60), WEEKS * 168 + 168)
    who = tuple(Place(str(i), timezone=timezone) for i in range(places))
    wall = wall_times(who[:1], slots)[0]
    hour = (wall - wall.astype("datetime64[D]")).astype("timedelta64[h]").astype(int)
    weekend = (wall.astype("datetime64[D]").view("int64") - 4) % 7 >= 5
    usual = (60 + 50 * np.sin((hour - 8) / 24 * 2 * np.pi)) * np.where(weekend, 0.5, 1.0)
    demand = np.random.default_rng(seed).poisson(usual, (places, slots.count)).astype(np.float32)
    history = WEEKS * 168
    demand[:, history:] = np.nan
    cube = np.ones(demand.shape, bool)
    return Panel(who, slots, history, demand, cube, ~cube)


def with_demand(panel: Panel, rows: object, slots: object, value: float) -> Panel:
    demand = panel.demand.copy()
    demand[rows, slots] = value
    return replace(panel, demand=demand)


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_outlier_is_flagged_and_little_else(method: OutlierMethod) -> None:
    planted = np.arange(2000, 2024) if method == "cluster" else np.array([2012])
    sealed = with_demand(city(), 2, planted, 1500.0).sealed()
    flags = flag_outliers(sealed, OutlierRule(method))
    assert flags.shape == sealed.demand.shape
    assert flags[2, planted].mean() > 0.9 or flags[2, planted].sum() >= 10  # the planted 24 h touch two local days
    flags[2, 1980:2050] = False
    assert flags.mean() < 1e-4


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_after_the_origin_changes_no_flag(method: OutlierMethod) -> None:
    panel = with_demand(city(), 1, slice(2500, 2524), 2000.0)
    noise = np.random.default_rng(1).exponential(5000, panel.demand.shape).astype(np.float32)
    origin = 4000
    noisy = np.where(np.arange(panel.slots.count) < origin, panel.demand, noise)
    flags = flag_outliers(panel.until(origin), OutlierRule(method))
    assert flags.any()
    np.testing.assert_array_equal(flags, flag_outliers(replace(panel, demand=noisy).until(origin), OutlierRule(method)))


@pytest.mark.parametrize("method", METHODS)
def test_a_day_that_is_unusual_all_over_the_city_is_no_outlier(method: OutlierMethod) -> None:
    panel = city(10)
    days = wall_times(panel.places[:1], panel.slots)[0].astype("datetime64[D]")
    parade = np.flatnonzero(days == np.datetime64("2023-12-13"))
    few = flag_outliers(with_demand(panel, [[0], [1]], parade, 900.0).sealed(), OutlierRule(method))
    many = flag_outliers(with_demand(panel, [[0], [1], [2]], parade, 900.0).sealed(), OutlierRule(method))
    assert few[:2, parade].any()
    assert not many[:, parade].any()


def test_public_holidays_are_spared_even_at_one_place() -> None:
    panel = city(1)
    days = wall_times(panel.places, panel.slots)[0].astype("datetime64[D]")
    christmas = np.flatnonzero(days == np.datetime64("2023-12-25"))
    panel = replace(with_demand(panel, 0, christmas, 0.0), holidays={date(2023, 12, 25): "Christmas Day"})
    assert not flag_outliers(panel.sealed(), OutlierRule())[0, christmas].any()
    assert flag_outliers(panel.sealed(), OutlierRule(spare_holidays=False))[0, christmas].any()


@pytest.mark.parametrize("timezone", ["Australia/Melbourne", "America/Lima"])
@pytest.mark.parametrize("method", METHODS)
def test_a_clock_change_makes_no_outlier(method: OutlierMethod, timezone: str) -> None:
    panel = city(3, timezone)
    steady = replace(panel, demand=np.where(np.isnan(panel.demand), np.nan, np.float32(0)) + _shape(panel))
    assert not flag_outliers(steady.sealed(), OutlierRule(method)).any()


def _shape(panel: Panel) -> np.ndarray:
    wall = wall_times(panel.places, panel.slots)
    hour = (wall - wall.astype("datetime64[D]")).astype("timedelta64[h]").astype(int)
    return np.where(hour == 12, 1000, 10).astype(np.float32)


@pytest.mark.parametrize("method", METHODS)
def test_gaps_closed_slots_and_short_histories_are_not_judged(method: OutlierMethod) -> None:
    panel = with_demand(city(3), 0, slice(0, 3000), np.nan)
    opened = panel.open.copy()
    opened[1] = False
    flags = flag_outliers(replace(panel, open=opened).sealed(), OutlierRule(method))
    assert not flags[1].any()
    assert not flags[0, :3000].any()
    for origin in (0, 1, 30, 200):
        assert flag_outliers(panel.until(origin), OutlierRule(method)).shape == (3, origin)


def test_the_second_of_a_repeated_hour_is_judged_by_its_own_value() -> None:
    slots = Slots(np.datetime64("2023-12-03T13"), SlotLength(60), 168 * 22)
    demand = np.random.default_rng(2).poisson(50, (1, slots.count)).astype(np.float32)
    first = int(slots.index(np.datetime64("2024-04-06T15")))
    demand[0, first + 1] = 4000
    cube = np.ones(demand.shape, bool)
    panel = Panel((Place("m", timezone="Australia/Melbourne"),), slots, slots.count, demand, cube, ~cube)
    assert np.flatnonzero(flag_outliers(panel.sealed(), OutlierRule())).tolist() == [first + 1]


def test_daily_slots_and_growth_are_no_trouble() -> None:
    slots = Slots(np.datetime64("2022-01-03"), SlotLength(1440), 400)
    growing = np.linspace(100, 2000, 400) * np.where(np.arange(400) % 7 < 5, 1, 0.4)
    demand = np.round(growing)[None].astype(np.float32)
    demand[0, 200] = 20_000
    cube = np.ones(demand.shape, bool)
    sealed = Panel((Place("a", timezone="America/Lima"),), slots, 400, demand, cube, ~cube).sealed()
    for method in METHODS:
        flags = np.flatnonzero(flag_outliers(sealed, OutlierRule(method)))
        assert 200 in flags, method
        assert len(flags) <= 3, method


def test_very_many_days_are_sampled() -> None:
    shapes = np.random.default_rng(0).normal(1, 0.05, (4000, 24)).astype(np.float32)
    shapes[1234] = 9
    shapes[5] = np.nan
    assert np.flatnonzero(lonely_days(shapes, 4.0)).tolist() == [1234]


def test_rules_are_checked() -> None:
    assert not flag_outliers(city(2).sealed(), OutlierRule("none")).any()
    with pytest.raises(InputError, match="Did you mean 'hampel'"):
        OutlierRule("hampl")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="threshold above 0"):
        OutlierRule("iqr", threshold=-1)
    assert OutlierRule("iqr").limit == 3
    assert OutlierRule("iqr", threshold=2).limit == 2
