"""Simulated couriers who collect meals in Madrid: their pings, and who truly was where.

People order (``courier_orders``), the nearest courier rides to the restaurant, stands there until the meal is ready, and
sends a ping every minute (``courier_pings``). Slow kitchens therefore make many pings and few orders. Nothing in here is
real but the quarters and the holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.simulator.city_weather import draw_city_weather
from busyness.sources.simulator.courier_city import CITY, draw_restaurants
from busyness.sources.simulator.courier_orders import dispatch, draw_orders
from busyness.sources.simulator.courier_pings import PINGED, draw_pings, local_time
from busyness.sources.simulator.span import Span

SIMULATED_NOTE: Mapping[str, str] = {
    "en": "These data are simulated: no real courier, restaurant or order is behind them.",
    "es": "Estos datos son simulados: no hay detrás ningún repartidor, restaurante ni pedido real.",
}
"""One sentence by language, to be shown wherever simulated data are."""

EXCERPT_HOURS = 5
_EXCERPT_BEGINS, _SATURDAY = 18, 5
_MOST_DAYS = 3 * 366
_LATEST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class CourierCity:
    """What to simulate: ``couriers`` who collect at ``restaurants`` for ``days`` local days from ``start`` on.

    ``resolution`` is that of the H3 hexagons in which the truth is counted (8: about 0.7 km² each). The same settings give
    the same world, row for row.

    Raises ``InputError`` for impossible settings.
    """

    couriers: int = 300
    restaurants: int = 260
    start: date = date(2025, 5, 5)
    days: int = 42
    resolution: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.couriers, self.restaurants, self.days) < 1 or self.days > _MOST_DAYS or self.seed < 0:
            raise InputError(
                f"{self.couriers} couriers at {self.restaurants} restaurants over {self.days} days with seed {self.seed} "
                "cannot be simulated.",
                hint=f"Ask for at least one of each, for at most {_MOST_DAYS} days, and for a seed that is not negative.",
            )
        if not 0 <= self.resolution <= 15:
            raise InputError(f"There are no hexagons of resolution {self.resolution}.", hint="Use 0 to 15, such as 8.")
        if self.start.year < 1970 or self.start.year + self.days / 365 > _LATEST_YEAR:
            raise InputError(
                f"{self.days} days from {self.start} on cannot be simulated.", hint=f"Stay within 1970 and {_LATEST_YEAR}."
            )


@dataclass(frozen=True, slots=True)
class CourierWorld:
    """Simulated couriers as tables. ``pings`` are in UTC, as telephones send them; all else is wall clock in Madrid.

    - ``pings``: ``courier_id, order_number, courier_location_timestamp`` (text, ``2025-05-05T12:03:11.250Z``),
      ``courier_lat, courier_lon, order_created_timestamp`` (text), ``restaurant_lat, restaurant_lon``; by time. About one
      a minute while a courier comes near and waits.
    - ``restaurants``: ``place, quarter, latitude, longitude, timezone``.
    - ``weather``: ``time`` (hourly), ``temperature_2m`` (°C), ``precipitation`` (mm), observed; one for the whole city.
    - ``weather_forecasts``: the same with ``known_at``, every vintage: issued each evening, for the five days after it.
    - ``truth``: ``time`` (hour), ``hexagon`` (H3, text), ``couriers, orders`` (distinct), ``pings``, by where the couriers
      truly were; no user would have it.
    """

    city: CourierCity
    pings: pl.DataFrame
    restaurants: pl.DataFrame
    weather: pl.DataFrame
    weather_forecasts: pl.DataFrame
    truth: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """This will return the tables an operator would have, by the name of the file they belong in."""
        return {
            "pings": self.pings,
            "pings_five_hours": self.excerpt(),
            "restaurants": self.restaurants,
            "weather": self.weather,
            "weather_forecasts": self.weather_forecasts,
        }

    def excerpt(self) -> pl.DataFrame:
        """This will return the pings of five hours, the evening of the last Saturday (or of the last day before one)."""
        last = self.city.start + timedelta(days=self.city.days - 1)
        back = (last.weekday() - _SATURDAY) % 7
        day = last - timedelta(days=back if back < self.city.days else 0)
        begins = datetime.combine(day, time(_EXCERPT_BEGINS))
        ends = begins + timedelta(hours=EXCERPT_HOURS)
        return self.pings.filter(local_time(PINGED).is_between(begins, ends, closed="left"))


def simulate_couriers(city: CourierCity) -> CourierWorld:
    """This will simulate the couriers; the same settings give the same world."""
    span = Span(city.start, city.days, 0, 60)
    weather = draw_city_weather(CITY, span, city.seed)
    restaurants = draw_restaurants(city.restaurants, city.seed)
    created, place = draw_orders(restaurants, span, weather=weather, couriers=city.couriers, seed=city.seed)
    collected = dispatch(created, place, restaurants=restaurants, couriers=city.couriers, days=city.days, seed=city.seed)
    pings, truth = draw_pings(collected, restaurants, start=city.start, resolution=city.resolution, seed=city.seed)
    return CourierWorld(city, pings, restaurants.table(), weather.observed(), weather.forecasts(), truth)
