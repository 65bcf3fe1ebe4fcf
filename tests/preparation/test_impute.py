from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.impute import Imputation, impute
from busyness.tables.panel import Panel, wall_times

METHODS = [method for method in get_args(Imputation) if method != "none"]


def weekly_panel(timezone: str = "America/Lima", weeks: int = 10) -> Panel:
    """Demand is the local hour of the week: every week the same."""
    slots = Slots(np.datetime64("2023-09-03T14"), SlotLength(60), weeks * 168)
    places = (Place("a", timezone=timezone), Place("b", timezone=timezone))
    wall = wall_times(places, slots)
    demand = ((wall - np.datetime64("1970-01-05")).astype(np.int64) // 3600 % 168).astype(np.float32)
    cube = np.ones(demand.shape, bool)
    return Panel(places, slots, slots.count, demand, cube, ~cube)


def gapped(panel: Panel, *gaps: slice) -> Panel:
    demand = panel.demand.copy()
    for gap in gaps:
        demand[0, gap] = np.nan
    return replace(panel, demand=demand)


@pytest.mark.parametrize("timezone", ["Australia/Melbourne", "America/Lima"])
@pytest.mark.parametrize("method", ["seasonal", "mean"])
def test_the_same_hour_of_the_week_fills_a_gap_over_a_clock_change(method: Imputation, timezone: str) -> None:
    panel = weekly_panel(timezone)  # Melbourne's clock goes forward on 1 October 2023
    begin = int(panel.slots.index(np.datetime64("2023-09-30T00")))
    gap = slice(begin, begin + 48)
    filled = impute(gapped(panel, gap).sealed(), method)
    np.testing.assert_array_equal(filled.demand, panel.demand)


@pytest.mark.parametrize(("method", "expected"), [("forward", [2, 2, 2]), ("backward", [10, 10, 10]), ("linear", [4, 6, 8])])
def test_neighbours_fill_a_gap(method: Imputation, expected: list[float]) -> None:
    panel = weekly_panel(weeks=1)
    demand = panel.demand.copy()
    demand[0, 10:15] = [2, np.nan, np.nan, np.nan, 10]
    assert impute(replace(panel, demand=demand).sealed(), method).demand[0, 11:14].tolist() == expected


@pytest.mark.parametrize("method", METHODS)
def test_only_open_slots_between_the_first_and_the_last_observation_are_filled(method: Imputation) -> None:
    panel = gapped(weekly_panel(), slice(0, 50), slice(700, 720), slice(1600, None))
    opened = panel.open.copy()
    opened[0, 705:710] = False
    sealed = replace(panel, open=opened).sealed()
    before = sealed.demand.copy()
    filled = impute(sealed, method).demand
    np.testing.assert_array_equal(sealed.demand, before)
    missing = np.flatnonzero(np.isnan(filled[0]))
    assert missing.tolist() == [*range(50), *range(705, 710), *range(1600, 1680)]
    np.testing.assert_array_equal(filled[1], panel.demand[1])


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_after_the_origin_fills_nothing(method: Imputation) -> None:
    panel = gapped(weekly_panel(), slice(800, 900))
    demand = panel.demand.copy()
    demand[:, 1000:] = 1e6
    one = impute(panel.until(1000), method)
    other = impute(replace(panel, demand=demand).until(1000), method)
    np.testing.assert_array_equal(one.demand, other.demand)
    assert one.origin == 1000


@pytest.mark.parametrize("method", METHODS)
def test_nothing_to_fill_with_leaves_the_gap(method: Imputation) -> None:
    panel = weekly_panel(weeks=1)
    nothing = replace(panel, demand=np.full_like(panel.demand, np.nan))
    assert np.isnan(impute(nothing.sealed(), method).demand).all()
    assert impute(panel.until(0), method).demand.shape == (2, 0)


def test_none_is_the_same_panel_and_a_wrong_word_is_said() -> None:
    sealed = weekly_panel(weeks=1).sealed()
    assert impute(sealed, "none") is sealed
    with pytest.raises(InputError, match="Did you mean 'linear'"):
        impute(sealed, "liner")  # type: ignore[arg-type]
