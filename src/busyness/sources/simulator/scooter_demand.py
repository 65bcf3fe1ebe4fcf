"""How many people want a scooter, by area and hour: the level and rhythm of each area, season, weather and holidays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.sources.simulator.city_weather import CityWeather
from busyness.sources.simulator.rhythms import holiday_names
from busyness.sources.simulator.span import Span, drift, stream

FIRST_HOUR, LAST_HOUR = 5, 21  # the first and last hour in which a trip may start

# Trips wanted on a mean summer day once the service is known, by area number; invented, busy where the city is.
_LEVELS = {
    **{1: 200, 2: 90, 3: 390, 4: 250, 5: 290, 6: 1120, 7: 950, 8: 880, 9: 6, 10: 14, 11: 40, 12: 10, 13: 45, 14: 160},
    **{15: 78, 16: 160, 17: 17, 18: 11, 19: 86, 20: 65, 21: 280, 22: 780, 23: 280, 24: 1050, 25: 180, 26: 64, 27: 97},
    **{28: 900, 29: 80, 30: 97, 31: 280, 32: 460, 33: 280, 34: 80, 35: 140, 36: 24, 37: 11, 38: 80, 39: 65, 40: 38},
    **{41: 205, 42: 97, 43: 92, 44: 48, 45: 11, 46: 28, 47: 2, 48: 10, 49: 30, 50: 10, 51: 6, 52: 9, 53: 13, 54: 3},
    **{55: 3, 56: 11, 57: 11, 58: 43, 59: 43, 60: 140, 61: 65, 62: 9, 63: 26, 64: 5, 65: 10, 66: 38, 67: 30, 68: 43},
    **{69: 48, 70: 9, 71: 34, 72: 13, 73: 12, 74: 4, 75: 10, 76: 5, 77: 355},
}
LEVELS = np.array([_LEVELS[number] for number in range(1, 78)], np.float64)

# What draws people to an area. All tables below go in this order: home, work, leisure, student.
_WORK, _LEISURE, _STUDENT = (28, 32), (3, 6, 7, 8, 22, 24, 33, 77), (13, 35, 41, 42)
_WEEK = np.array(  # [kind, Monday … Sunday]
    [
        (0.95, 0.95, 0.96, 0.98, 1.06, 1.08, 1.02),
        (1.08, 1.10, 1.10, 1.10, 1.12, 0.82, 0.68),
        (0.88, 0.88, 0.90, 0.95, 1.08, 1.24, 1.07),
        (1.04, 1.06, 1.06, 1.05, 1.05, 0.92, 0.82),
    ]
)
# [kind, (weekday, weekend), (morning, noon, evening)] sizes of three peaks over a quiet level
_PEAKS = np.array(
    [
        [(0.90, 0.45, 1.30), (0.20, 0.95, 1.00)],
        [(0.75, 0.70, 1.75), (0.15, 0.95, 0.80)],
        [(0.55, 0.60, 1.55), (0.20, 1.15, 1.25)],
        [(0.80, 0.85, 1.05), (0.15, 1.00, 0.95)],
    ]
)
_PEAK_HOURS, _PEAK_WIDTHS, _QUIET = (8.2, 13.0, 18.0), (1.2, 2.2, 2.1), 0.18
_HOLIDAY = np.array([0.05, -0.30, 0.12, -0.25])  # log, beside a Sunday
_UNKNOWN, _KNOWN_DAYS = 0.5, 18.0  # share that does not know of the service on its first day, and days in which it fades
_WINTER, _WARMEST_DAY = 0.32, 203  # demand of midwinter beside that of midsummer, and its middle
_RAIN_EFFECT, _RAIN_SCALE = -0.75, 1.0  # log effect of a downpour, mm an hour at which two thirds of it are reached
_COLD, _PER_COLD_DEGREE, _HOT, _PER_HOT_DEGREE = 13.0, -0.02, 31.0, -0.04
_CITY_SPREAD, _AREA_SPREAD, _MEMORY = 0.05, 0.05, 0.6  # daily log noise
_DISPERSION = 60.0  # shape of the gamma-Poisson noise


def area_kinds(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """This will return what draws people to each area: 0 home, 1 work, 2 leisure, 3 student."""
    return np.select([np.isin(numbers, kind) for kind in (_WORK, _LEISURE, _STUDENT)], [1, 2, 3], 0)


def draw_wanted(numbers: NDArray[np.int64], span: Span, *, weather: CityWeather, seed: int) -> NDArray[np.int64]:
    """This will draw how many people want to start a trip, ``[areas, days, 24]``; nobody does outside the service hours."""
    kinds = area_kinds(numbers)
    holidays = holiday_names("US", span)
    rest = np.array([day in holidays for day in span.dates.tolist()])
    weekday = np.where(rest, 6, span.weekdays[: span.days])
    draw = stream(seed, "scooter days")
    effect = np.log(_WEEK[kinds] * np.exp(draw.normal(0, 0.03, (len(kinds), 7))))[:, weekday]
    effect += np.where(rest, _HOLIDAY[kinds][:, None], 0.0) + np.log(_season(span))
    effect += drift(draw, 1, span.days, spread=_CITY_SPREAD, memory=_MEMORY)
    effect += drift(draw, len(kinds), span.days, spread=_AREA_SPREAD, memory=_MEMORY)
    expected = _day_shapes(kinds, seed)[:, (weekday >= 5).astype(np.int64)]
    expected *= (LEVELS[numbers - 1][:, None] * np.exp(effect))[..., None]
    expected *= np.exp(_weather_effect(weather, span))
    noise = stream(seed, "scooter demand")
    return noise.poisson(expected * noise.standard_gamma(_DISPERSION, expected.shape) / _DISPERSION)


def _season(span: Span) -> NDArray[np.float64]:
    """The share of full demand on each day: few know of a new service, and few ride in winter."""
    known = 1 - _UNKNOWN * np.exp(-np.arange(span.days) / _KNOWN_DAYS)
    turn = np.cos(2 * np.pi * (span.day_of_year[: span.days] - _WARMEST_DAY) / 365.25)
    return np.asarray(known * ((1 + _WINTER) / 2 + (1 - _WINTER) / 2 * turn))


def _day_shapes(kinds: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """The share of a day's trips in each hour, ``[areas, (weekday, weekend), 24]``."""
    draw = stream(seed, "scooter shapes")
    hour = np.arange(24) + 0.5
    peaks = np.exp(-0.5 * ((hour - np.array(_PEAK_HOURS)[:, None]) / np.array(_PEAK_WIDTHS)[:, None]) ** 2)
    sizes = _PEAKS[kinds] * np.exp(draw.normal(0, 0.08, (len(kinds), 1, 3)))
    shape = (_QUIET + sizes @ peaks) * ((hour > FIRST_HOUR) & (hour < LAST_HOUR + 1))
    return np.asarray(shape / shape.sum(axis=2, keepdims=True))


def _weather_effect(weather: CityWeather, span: Span) -> NDArray[np.float64]:
    """The log effect of rain, cold and heat, ``[days, 24]``."""
    warm, wet = weather.temperature[: span.days], weather.precipitation[: span.days]
    rain = _RAIN_EFFECT * (1 - np.exp(-wet / _RAIN_SCALE))
    cold = _PER_COLD_DEGREE * np.maximum(_COLD - warm, 0)
    return np.asarray(rain + cold + _PER_HOT_DEGREE * np.maximum(warm - _HOT, 0))
