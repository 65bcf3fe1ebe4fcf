"""Orders of meals and who collects them: lunch and dinner, weekends and rain, and a dispatcher who sends the nearest.

Seconds count from midnight, wall clock, before the first day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.sources.simulator.city_weather import CityWeather
from busyness.sources.simulator.courier_city import COUNTRY, METRES_EAST, METRES_NORTH, QUARTERS, Restaurants
from busyness.sources.simulator.rhythms import holiday_names
from busyness.sources.simulator.span import Span, drift, stream

_OPEN, _CLOSE = 12, 24  # o'clock: when meals may be ordered
_LUNCH, _LUNCH_WIDTH, _DINNER, _DINNER_WIDTH, _QUIET = 14.4, 1.0, 21.4, 1.1, 0.08  # a Spanish day
_DINNERS = 1.5  # dinners beside the lunches of an average place
_LUNCHES = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 1.05])  # Monday … Sunday
_WEEK = np.array([0.84, 0.86, 0.88, 0.94, 1.14, 1.22, 1.12])
_RAIN_EFFECT, _RAIN_SCALE = 0.30, 1.0  # log effect of a downpour, mm an hour at which two thirds of it are reached
_ORDERS_A_COURIER = 4.5  # a day, over all couriers, working or not
_CITY_SPREAD, _PLACE_SPREAD, _MEMORY = 0.05, 0.15, 0.5  # daily log noise
_MEAL_NOISE, _HOUR_NOISE = 0.30, 0.20  # log noise of a quarter: a match or a feast there, and an hour's whim

_WORKS, _BOTH_SHIFTS = 0.62, 0.5  # chance of working on a day, and of working lunch and dinner then
_LUNCH_SHIFT, _DINNER_SHIFT = (11.75, 17.5), (17.5, 25.0)
_SPEED = 4.2  # metres a second
_MEAL_SPREAD, _LONGEST_MEAL = 0.35, 45.0  # log spread from meal to meal; minutes
_HANDOVER = (40, 150)  # seconds
_TRIP_M, _AT_THE_DOOR = 900.0, 180.0  # metres to the customer on either axis (spread), seconds there
_PATIENCE = 3600.0  # seconds until a courier has to arrive, or the order is refused


@dataclass(frozen=True, eq=False)
class Collections:
    """One entry an order that was collected, by creation: who, where, and when. Positions in degrees, times in seconds.

    ``from_latitude`` and ``from_longitude`` are where the courier set out, at ``set_out``.
    """

    courier: NDArray[np.int64]
    restaurant: NDArray[np.int64]
    created: NDArray[np.float64]
    set_out: NDArray[np.float64]
    arrived: NDArray[np.float64]
    left: NDArray[np.float64]
    from_latitude: NDArray[np.float64]
    from_longitude: NDArray[np.float64]


def draw_orders(
    restaurants: Restaurants, span: Span, *, weather: CityWeather, couriers: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """This will draw when (seconds) and at which restaurant meals are ordered, in order of time."""
    draw = stream(seed, "orders")
    holidays = holiday_names(COUNTRY, span)
    feast = np.array([day in holidays for day in span.dates.tolist()])
    weekday = np.where(feast, 6, span.weekdays[: span.days])
    hour = np.arange(24) + 0.5
    noon = np.exp(-0.5 * ((hour - _LUNCH) / _LUNCH_WIDTH) ** 2) * _LUNCHES[weekday][:, None]
    evening = _DINNERS * np.exp(-0.5 * ((hour - _DINNER) / _DINNER_WIDTH) ** 2)
    shape = (_QUIET + restaurants.lunch[:, None, None] * noon + evening) * ((hour > _OPEN) & (hour < _CLOSE))
    shape /= shape.sum(axis=2).mean(axis=1)[:, None, None]
    days = np.log(_WEEK)[weekday] + drift(draw, 1, span.days, spread=_CITY_SPREAD, memory=_MEMORY)
    days = days + drift(draw, len(restaurants.ids), span.days, spread=_PLACE_SPREAD, memory=_MEMORY)
    rain = _RAIN_EFFECT * (1 - np.exp(-weather.precipitation[: span.days] / _RAIN_SCALE))
    quarters = (len(QUARTERS), span.days)
    meals = np.repeat(draw.normal(0, _MEAL_NOISE, (*quarters, 2)), (17, 7), axis=2)  # until five it is lunch
    whims = (meals + draw.normal(0, _HOUR_NOISE, (*quarters, 24)))[restaurants.quarter]
    level = restaurants.share * couriers * _ORDERS_A_COURIER
    ordered = draw.poisson(level[:, None, None] * shape * np.exp(days[..., None] + whims + rain))
    place, slot = np.nonzero(ordered.reshape(len(level), -1))
    repeats = ordered.reshape(len(level), -1)[place, slot]
    place, begins = np.repeat(place, repeats), np.repeat(slot, repeats) * 3600.0
    created = begins + 3600 * draw.random(len(begins))
    order = np.argsort(created, kind="stable")
    return created[order], place[order]


def dispatch(
    created: NDArray[np.float64], place: NDArray[np.int64], *, restaurants: Restaurants, couriers: int, days: int, seed: int
) -> Collections:
    """This will send, for every order in turn, the courier at work who can be there first; none within an hour: refused."""
    draw = stream(seed, "dispatch")
    count = len(created)
    cooked = np.minimum(restaurants.pace[place] * np.exp(draw.normal(0, _MEAL_SPREAD, count)), _LONGEST_MEAL) * 60
    handover = draw.uniform(*_HANDOVER, count)
    customer = draw.normal(0, _TRIP_M, (count, 2))
    ride_s = np.hypot(*customer.T) / _SPEED + _AT_THE_DOOR
    begins, ends = _shifts(couriers, days, draw)

    scale = np.array([METRES_NORTH, METRES_EAST])
    where = np.stack([restaurants.latitude, restaurants.longitude], axis=1) * scale
    middles = np.array([(quarter.latitude, quarter.longitude) for quarter in QUARTERS]) * scale
    stands = middles[draw.integers(0, len(middles), couriers)]
    free = np.zeros(couriers)
    kept: list[tuple[float, ...]] = []
    for number in range(count):
        now, shop = float(created[number]), int(place[number])
        day = int(now // 86400)
        departs = np.maximum(free, now)
        arrives = departs + np.hypot(*(stands - where[shop]).T) / _SPEED
        arrives[(now < begins[:, day]) | (now >= ends[:, day])] = np.inf
        who = int(arrives.argmin())
        if arrives[who] > now + _PATIENCE:
            continue
        leaves = max(float(arrives[who]), now + float(cooked[number])) + float(handover[number])
        kept.append((number, who, float(departs[who]), float(arrives[who]), leaves, *map(float, stands[who])))
        stands[who] = where[shop] + customer[number]
        free[who] = leaves + ride_s[number]
    columns = np.array(kept, np.float64).reshape(-1, 7).T
    taken = columns[0].astype(np.int64)
    return Collections(
        courier=columns[1].astype(np.int64),
        restaurant=place[taken],
        created=created[taken],
        set_out=columns[2],
        arrived=columns[3],
        left=columns[4],
        from_latitude=columns[5] / METRES_NORTH,
        from_longitude=columns[6] / METRES_EAST,
    )


def _shifts(couriers: int, days: int, draw: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When each courier's work begins and ends on each day, in seconds, ``[couriers, days]``; equal where off."""
    works = draw.random((couriers, days)) < _WORKS
    both = draw.random((couriers, days)) < _BOTH_SHIFTS
    dinner = draw.random((couriers, days)) < 0.6
    first = np.where(both | ~dinner, _LUNCH_SHIFT[0], _DINNER_SHIFT[0])
    last = np.where(both | dinner, _DINNER_SHIFT[1], _LUNCH_SHIFT[1])
    midnight = 86400.0 * np.arange(days)
    return midnight + 3600 * first, midnight + 3600 * np.where(works, last, first)
