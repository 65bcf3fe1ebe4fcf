"""Hourly weather of Peruvian cities: a mild coast with winter drizzle, highlands and jungle with a rainy season.

Beyond the counts the weather of each place is a simulated forecast: what will come, plus noise that grows with every day
ahead. Up to the last count it is what came, so a check on past weeks that uses it knows the weather better than a real
forecaster would have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.simulator.span import Span, drift, stream
from busyness.sources.simulator.stores import Stores
from busyness.sources.simulator.towns import CLIMATES
from busyness.tables import columns as c

_WARMEST_HOUR = 14.0
_RAIN_STARTS, _RAIN_STARTS_SPREAD = 15.0, 4.0
_RAIN_EFFECT, _RAIN_SCALE = -0.28, 2.0  # log effect of a downpour, mm an hour at which two thirds of it are reached
_DAYTIME = slice(6, 24)  # the hours listed by place: no store is open before
_FORECAST_NOISE, _WORSE_A_DAY, _WORST = 0.6, 0.25, 4.0  # °C: of the first day ahead, more each day, at most
_RAIN_NOISE = 0.25  # log noise of the amount of rain, per °C of noise
_HOT, _PER_HOT_DEGREE = 29.0, -0.015
_COLD, _PER_COLD_DEGREE = 8.0, -0.008


@dataclass(frozen=True)
class Weather:
    """``temperature`` (°C) and ``precipitation`` (mm in the hour), ``[cities, days, 24]``."""

    cities: tuple[str, ...]
    temperature: NDArray[np.float64]
    precipitation: NDArray[np.float64]

    def table(self, span: Span) -> pl.DataFrame:
        """This will return ``time`` (wall clock), ``city, temperature, precipitation``."""
        hours = span.dates.astype("datetime64[h]")[:, None] + np.arange(24)
        city, hour = np.divmod(np.arange(self.temperature.size), hours.size)
        return pl.DataFrame(
            {
                c.TIME: hours.reshape(-1)[hour].astype("datetime64[us]"),
                "city": pl.Series(self.cities).gather(city),
                "temperature": self.temperature.reshape(-1),
                "precipitation": self.precipitation.reshape(-1),
            }
        )

    def effect(self, span: Span) -> NDArray[np.float64]:
        """This will return the log effect on visitors of rain, heat and cold, ``[cities, days, steps of a day]``."""
        rain = _RAIN_EFFECT * (1 - np.exp(-self.precipitation / _RAIN_SCALE))
        heat = _PER_HOT_DEGREE * np.maximum(self.temperature - _HOT, 0)
        cold = _PER_COLD_DEGREE * np.maximum(_COLD - self.temperature, 0)
        return np.repeat(rain + heat + cold, 60 // span.step_minutes, axis=2)


def draw_weather(cities: tuple[str, ...], span: Span, seed: int, *, part: str = "weather") -> Weather:
    """This will draw the weather of each city: yearly and daily swing, days that remember yesterday, showers.

    ``part`` names the random stream.
    """
    draw = stream(seed, part)
    count, days = len(cities), span.days
    climate = np.array([CLIMATES[city] for city in cities], np.float64).T[:, :, None]
    mean, yearly, daily, warmest, wet_share, wet_swing, wettest, rain = climate
    turn = 2 * np.pi / 365.25
    season = span.day_of_year[:days]
    hour = np.arange(24)

    wet_chance = np.clip(wet_share + wet_swing * np.cos(turn * (season - wettest)), 0, 0.95)
    wet = draw.random((count, days)) < wet_chance
    first = draw.normal(_RAIN_STARTS, _RAIN_STARTS_SPREAD, (count, days))
    length = 1 + draw.geometric(0.3, (count, days))
    falling = wet[..., None] & (hour >= first[..., None]) & (hour < (first + length)[..., None])
    amount = draw.gamma(0.8, rain[..., None] / 0.8, (count, days, 24))
    precipitation = np.asarray(np.round(np.where(falling, amount, 0.0), 1), np.float64)

    level = mean + yearly * np.cos(turn * (season - warmest)) + drift(draw, count, days, spread=0.9, memory=0.7)
    swing = daily * np.exp(draw.normal(0, 0.12, (count, days))) * np.where(wet, 0.75, 1.0)
    within = np.cos(2 * np.pi * (hour - _WARMEST_HOUR) / 24)
    noise = draw.normal(0, 0.3, (count, days, 24))
    temperature = np.round(level[..., None] + swing[..., None] * within + noise, 1)
    return Weather(cities, temperature, precipitation)


def weather_by_place(weather: Weather, stores: Stores, *, span: Span, seed: int) -> pl.DataFrame:
    """This will return the weather of each store's city by daylight and evening, while the store is there.

    ``time`` (wall clock, hourly from 6 to 23), ``place, temperature, precipitation``; over the ``ahead`` days past the
    counts too, as a simulated forecast.
    """
    ahead = _forecast(weather.cities, span, seed)
    temperature = np.concatenate([weather.temperature, ahead.temperature], axis=1)[:, :, _DAYTIME]
    precipitation = np.concatenate([weather.precipitation, ahead.precipitation], axis=1)[:, :, _DAYTIME]
    hours = span.planned_dates.astype("datetime64[h]")[:, None] + np.arange(24)[_DAYTIME]
    row, day = np.nonzero(stores.trading(span.planned_dates))
    city = stores.cities[1][row]
    return pl.DataFrame(
        {
            c.TIME: hours[day].reshape(-1).astype("datetime64[us]"),
            c.PLACE: pl.Series(stores.ids).gather(np.repeat(row, hours.shape[1])),
            "temperature": temperature[city, day].reshape(-1),
            "precipitation": precipitation[city, day].reshape(-1),
        }
    )


def _forecast(cities: tuple[str, ...], span: Span, seed: int) -> Weather:
    """The weather of the days ahead as it would be forecast: whole days too warm or too cold, too wet or too dry."""
    later = Span(span.start + timedelta(days=span.days), span.ahead, 0, span.step_minutes)
    coming = draw_weather(cities, later, seed, part="weather ahead")
    draw = stream(seed, "weather forecast")
    spread = np.minimum(_FORECAST_NOISE + _WORSE_A_DAY * np.arange(span.ahead), _WORST)[:, None]
    warmer, wetter = (draw.normal(0, 1, (len(cities), span.ahead, 1)) * spread for _ in range(2))
    return Weather(
        cities,
        np.round(coming.temperature + warmer, 1),
        np.round(coming.precipitation * np.exp(_RAIN_NOISE * wetter), 1),
    )
