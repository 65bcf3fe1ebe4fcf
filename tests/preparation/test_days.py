from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.days import in_days
from busyness.tables.panel import Panel

HOURS = np.arange(24)
SHAPE = np.where((HOURS >= 8) & (HOURS < 20), HOURS - 4.0, 0.0)  # busier towards the evening


def hourly(days: int = 6, *, future: int = 24, timezones: tuple[str, ...] = ("UTC", "UTC")) -> Panel:
    count = 24 * days + future
    demand = np.tile(SHAPE, (len(timezones), count // 24)).astype(np.float32)
    demand[:, 24 * days :] = np.nan
    places = tuple(Place(f"p{k}", timezone=zone) for k, zone in enumerate(timezones))
    slots = Slots(np.datetime64("2024-03-04"), SlotLength(60), count)
    return Panel(places, slots, 24 * days, demand, np.ones(demand.shape, bool), np.zeros(demand.shape, bool))


def test_days_are_the_sums_of_their_hours():
    daily = in_days(hourly())
    assert str(daily.slots.length) == "1d"
    assert (daily.history, daily.slots.count) == (6, 7)
    assert np.allclose(daily.demand[:, :6], SHAPE.sum())
    assert np.isnan(daily.demand[:, 6]).all()
    assert daily.open.all()


def test_a_missing_hour_has_its_usual_share_of_the_day():
    panel = hourly()
    demand = panel.demand.copy()
    demand[0, 24 + 18] = np.nan  # the evening hour of the second day, worth more than an hour of the morning
    demand[1, 2 * 24 : 3 * 24 - 5] = np.nan  # all but the last hours, in which nothing happens anyway
    daily = in_days(replace(panel, demand=demand))
    assert daily.demand[0, 1] == pytest.approx(SHAPE.sum(), rel=0.02)
    assert np.isnan(daily.demand[1, 2])


def test_days_are_local():
    daily = in_days(hourly(timezones=("America/Lima",)))
    assert str(daily.slots.start)[:10] == "2024-03-03"
    assert daily.demand[0, 1] == pytest.approx(SHAPE.sum(), rel=0.02)


def test_closed_days_stay_closed():
    panel = hourly()
    opened = panel.open.copy()
    opened[0, 24:48] = False
    demand = np.where(opened, panel.demand, np.nan).astype(np.float32)
    daily = in_days(replace(panel, open=opened, demand=demand))
    assert not daily.open[0, 1]
    assert np.isnan(daily.demand[0, 1])
