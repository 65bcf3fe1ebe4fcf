"""A tiny city: a panel small enough for any test, with everything in it that a panel can have."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from busyness.domain.local_time import to_utc
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import Panel, open_cube, wall_times

FIRST_DAY = date(2024, 1, 1)
"""The local date of the first slot: a Monday, and a holiday."""

HOLIDAYS_EVERY = 24  # days; they move through the week

_HOURS = (("08:00-22:00", "09:00-20:00"), ("10:00-14:00, 16:00-21:00", "closed"), ("18:00-02:00", "18:00-24:00"))
"""Weekdays' and Sunday's hours of every third place: plain, with a break, past midnight."""

_MISSING = 0.02  # share of the open slots that no sensor saw
_PROMO = 1.4  # what a promotion multiplies demand by


def tiny_city(
    places: int = 3,
    weeks: float = 10,
    *,
    every: str = "1h",
    timezone: str = "America/Lima",
    seed: int = 0,
    opening: bool = True,
    future: int = 168,
) -> Panel:
    """This will return a small panel, the same for the same arguments.

    It holds ``weeks`` (a part of one counts) of history from Monday 2024-01-01 local time on and ``future`` slots more;
    places of different size with two peaks a day, quieter nights and busier Saturdays; counts with noise, 2 % of them
    missing and, from two weeks on, one day without a sensor; opening hours with a break and past midnight
    (``opening=False``: always open); a holiday every 24 days on which demand halves; a promotion (``known``: ``promo``)
    that raises it; the rain, seen only afterwards (``past``: ``rain``); a district and an area for each place, and a
    capacity for the first.
    """
    length = SlotLength.parse(every)
    city = tuple(_place(number, timezone, opening) for number in range(places))
    history = max(round(weeks * length.per_week), 0)
    midnight = np.datetime64(FIRST_DAY.isoformat(), "s")
    start = midnight if length.daily else to_utc(np.array([midnight]), timezone)[0]
    slots = Slots(start, length, history + future)
    opened = open_cube(city, slots)
    holidays = _holidays(slots)
    rng = np.random.default_rng(seed)
    promo = _promotions(slots, places, rng)
    usual = _usual(city, slots, holidays) * np.where(promo > 0, _PROMO, 1)
    demand = rng.poisson(usual * rng.lognormal(0, 0.15, usual.shape)).astype(np.float32)
    demand[rng.random(demand.shape) < _MISSING] = np.nan
    if history >= 2 * length.per_week:
        demand[-1:, history // 2 : history // 2 + length.per_day] = np.nan
    demand[~opened] = np.nan
    demand[:, history:] = np.nan
    rain = np.maximum(rng.normal(-1, 1, slots.count), 0).astype(np.float32)
    return Panel(
        city,
        slots,
        history,
        demand,
        opened,
        np.zeros(demand.shape, bool),
        known={"promo": promo},
        past={"rain": np.repeat(rain[None, :], places, axis=0)},
        holidays=holidays,
    )


def _place(number: int, timezone: str, opening: bool) -> Place:
    weekday, sunday = _HOURS[number % len(_HOURS)]
    hours = OpeningHours((*[parse_intervals(weekday)] * 6, parse_intervals(sunday)))
    return Place(
        id=f"P{number + 1}",
        name=f"Store {number + 1}",
        latitude=-12.05 - number / 100,
        longitude=-77.04,
        timezone=timezone,
        opening_hours=hours if opening else None,
        capacity=60.0 if number == 0 else None,
        attributes={"district": "centre" if number % 2 == 0 else "suburb", "area": 100.0 * (number + 1)},
    )


def _holidays(slots: Slots) -> dict[date, str]:
    days = slots.count // slots.length.per_day + 2
    feasts = {FIRST_DAY + timedelta(days=day): "Market Day" for day in range(HOLIDAYS_EVERY, days, HOLIDAYS_EVERY)}
    return {FIRST_DAY: "New Year's Day", **feasts}


def _promotions(slots: Slots, places: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """One day in eight at each place, ``[places, slots]``, 1 or 0."""
    day = np.arange(slots.count) // slots.length.per_day
    chosen = rng.random((places, int(day[-1]) + 1 if len(day) else 0)) < 1 / 8
    return chosen[:, day].astype(np.float32)


def _usual(city: tuple[Place, ...], slots: Slots, holidays: dict[date, str]) -> NDArray[np.float64]:
    """Demand without promotions and noise by wall clock, ``[places, slots]``; a daily slot is a day's sum."""
    wall = wall_times(city, slots)
    day = wall.astype("datetime64[D]")
    hour = (wall - day).astype(np.int64) / 3600
    weekday = (day.astype(np.int64) + 3) % 7
    peaks = np.exp(-(((hour - 13) / 2.5) ** 2)) + 1.2 * np.exp(-(((hour - 19) / 2) ** 2))
    shape = np.full(wall.shape, 0.3) if slots.length.daily else 0.08 + peaks
    of_week = np.array([0.9, 0.85, 0.9, 1.0, 1.2, 1.5, 1.1])[weekday]
    feast = np.isin(day, np.array(sorted(holidays), dtype="datetime64[D]"))
    size = np.array([40.0 * 1.7 ** (number % 4) for number in range(len(city))])[:, None]
    return np.asarray(size * shape * of_week * np.where(feast, 0.5, 1) * slots.length.minutes / 60)
