"""The weather of one city as a weather service gives it: what was observed, and every forecast that was issued.

A forecast is issued each evening for the days that follow. It knows the weather that will come, less well with every day
ahead: temperatures drift away from it, and now and then another day's rain is foretold. So a check on past weeks can be
given what was known then, and is no better informed than a real forecaster would have been.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.slots import Times
from busyness.sources.simulator.span import Span, drift, stream
from busyness.sources.simulator.weather import draw_weather
from busyness.tables import columns as c

TEMPERATURE, PRECIPITATION = "temperature_2m", "precipitation"
FORECAST_DAYS = 5  # whole days that each forecast reaches beyond the evening it is issued
_ISSUED = 18  # o'clock, local
_DAYS_SPREAD, _DAYS_MEMORY = 2.8, 0.75  # °C from day to day, beside the season
_FIRST_ERROR, _ERROR_A_DAY = 0.5, 0.45  # °C
_HOUR_ERROR = 0.4  # °C
_WRONG_RAIN_A_DAY = 0.07  # chance that another day's rain is forecast, for each day ahead


@dataclass(frozen=True, eq=False)
class CityWeather:
    """``temperature`` (°C) and ``precipitation`` (mm in the hour) as they came, ``[observed and later days, 24]``."""

    span: Span
    temperature: NDArray[np.float64]
    precipitation: NDArray[np.float64]
    seed: int

    def observed(self) -> pl.DataFrame:
        """This will return ``time`` (wall clock, hourly), ``temperature_2m, precipitation``; ends with the observed days."""
        days = self.span.days
        hours: Times = self.span.dates.astype("datetime64[h]")[:, None] + np.arange(24).astype("timedelta64[h]")
        return _table(hours, self.temperature[:days], self.precipitation[:days])

    def forecasts(self) -> pl.DataFrame:
        """This will return ``known_at, time`` (wall clock), ``temperature_2m, precipitation``, one row an hour forecast.

        Issued at 18:00 of the day before the first and of every observed day, for the rest of that day (from the first
        day on) and the five days that follow.
        """
        draw = stream(self.seed, "forecasts of the weather")
        issued = np.arange(-1, self.span.days)
        lead = np.arange(FORECAST_DAYS + 1)
        day = issued[:, None] + lead
        rows = np.clip(day, 0, len(self.temperature) - 1)
        spread = np.where(lead > 0, _FIRST_ERROR + _ERROR_A_DAY * (lead - 1), 0.2)
        error = np.cumsum(draw.normal(0, 1, day.shape), axis=1) / np.sqrt(lead + 1) * spread
        warm = self.temperature[rows] + error[..., None] + draw.normal(0, _HOUR_ERROR, (*day.shape, 24))
        wrong = draw.random(day.shape) < _WRONG_RAIN_A_DAY * lead
        other = draw.integers(0, len(self.temperature), day.shape)
        wet = self.precipitation[np.where(wrong, other, rows)]
        wet = wet * np.exp(0.2 * spread[:, None] * draw.normal(0, 1, (*day.shape, 1)))

        hours = (np.datetime64(self.span.start, "h") + 24 * day)[..., None] + np.arange(24)
        at = (np.datetime64(self.span.start, "h") + 24 * issued + _ISSUED)[:, None, None]
        kept = (hours >= at) & (day[..., None] >= 0)
        known = np.broadcast_to(at, hours.shape)[kept].astype("datetime64[us]")
        table = _table(hours[kept], np.round(warm[kept], 1), np.round(wet[kept], 1))
        return table.insert_column(0, pl.Series(c.KNOWN_AT, known))


def draw_city_weather(city: str, span: Span, seed: int) -> CityWeather:
    """This will draw the weather of a city of ``CLIMATES`` over the observed days and those a forecast can reach."""
    longer = Span(span.start, span.days + FORECAST_DAYS + 1, 0, span.step_minutes)
    drawn = draw_weather((city,), longer, seed, part=f"weather of {city}")
    days = drift(stream(seed, f"warm and cold days of {city}"), 1, longer.days, spread=_DAYS_SPREAD, memory=_DAYS_MEMORY)
    return CityWeather(span, np.round(drawn.temperature[0] + days[0][:, None], 1), np.round(drawn.precipitation[0], 1), seed)


def _table(hours: Times, temperature: NDArray[np.float64], precipitation: NDArray[np.float64]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            c.TIME: hours.reshape(-1).astype("datetime64[us]"),
            TEMPERATURE: temperature.reshape(-1),
            PRECIPITATION: precipitation.reshape(-1),
        }
    )
