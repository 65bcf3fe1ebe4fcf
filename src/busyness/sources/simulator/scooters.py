"""A simulated fleet of dockless scooters over Chicago's 77 community areas: every trip, and what no trip shows.

People want scooters (``scooter_demand``), take those that stand near and leave them elsewhere (``scooter_flow``). Nothing
in here is real but the areas and the holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.sources.simulator.chicago_areas import Areas, chicago_areas
from busyness.sources.simulator.city_weather import draw_city_weather
from busyness.sources.simulator.scooter_demand import FIRST_HOUR, LAST_HOUR, draw_wanted
from busyness.sources.simulator.scooter_flow import SERVICE_HOURS, Flow, ride
from busyness.sources.simulator.scooter_trips import trips_table
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.truth import TRUTH_SCHEMA, truth_rows
from busyness.tables import columns as c

SIMULATED_NOTE: Mapping[str, str] = {
    "en": "These data are simulated: no real rider, trip or scooter is behind them. The areas are Chicago's own.",
    "es": "Estos datos son simulados: no hay detrás ningún usuario, viaje ni patinete real. Las zonas son las de Chicago.",
}
"""One sentence by language, to be shown wherever simulated data are."""

_QUIET_END = 7  # days at the end without an outage
_OUTAGE_HOURS = (3, 8)
_LATEST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class ScooterCity:
    """What to simulate: ``days`` local days from ``start`` on, as a rule a pilot's summer that ends on 9 September 2020.

    About 11,000 people a day want one of ``fleet`` scooters, and a few in a hundred find none. ``outages`` is how often the
    app is down for some hours, in the whole city. ``at_centroids`` publishes every trip at the middle of its areas, as
    cities do for the riders' privacy. The same settings give the same world, row for row.

    Raises ``InputError`` for impossible settings.
    """

    start: date = date(2020, 6, 15)
    days: int = 87
    fleet: int = 1500
    outages: int = 2
    at_centroids: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.days < 1 or self.fleet < 1 or self.outages < 0 or self.seed < 0:
            raise InputError(
                f"{self.fleet} scooters over {self.days} days with {self.outages} outages and seed {self.seed} cannot be "
                "simulated.",
                hint="Ask for at least one scooter and one day, and for numbers that are not negative.",
            )
        if self.start.year < 1970 or self.start.year + self.days / 365 > _LATEST_YEAR:
            raise InputError(
                f"{self.days} days from {self.start} on cannot be simulated.", hint=f"Stay within 1970 and {_LATEST_YEAR}."
            )


@dataclass(frozen=True, slots=True)
class ScooterWorld:
    """A simulated fleet as tables. Times are wall clock in ``America/Chicago`` (no zone attached), dates are local.

    - ``trips``: ``trip_id, start_time, end_time`` (text, ``2020-09-09 17:05:31``), ``start_latitude, start_longitude,
      end_latitude, end_longitude, distance_meters, duration_seconds, start_area_number, end_area_number``; by start. A few
      are false starts: unlocked and given back within a minute.
    - ``daily``: ``date, place, trips``, every area on every day, false starts left out.
    - ``places``: ``place, name, latitude, longitude, timezone, parent, area_number``.
    - ``opening_hours``: the service hours of every area, in one row: ``place, weekday, date, open, close``.
    - ``supply``: ``time`` (hour), ``place, vehicles`` (when the hour began), ``available`` (share of the hour in which a
      scooter could be had; 0 while the app was down).
    - ``weather``: ``time`` (hourly), ``temperature_2m`` (°C), ``precipitation`` (mm), observed; one for the whole city.
    - ``weather_forecasts``: the same with ``known_at``, every vintage: issued each evening, for the five days after it.
    - ``truth``: what was put in, see ``truth.TRUTH_SCHEMA``; no user would have it.
    - ``demand``: ``time`` (hour), ``place, wanted, trips``: how many people wanted a scooter, and how many got one; no
      user would have it.
    """

    city: ScooterCity
    trips: pl.DataFrame
    daily: pl.DataFrame
    places: pl.DataFrame
    opening_hours: pl.DataFrame
    supply: pl.DataFrame
    weather: pl.DataFrame
    weather_forecasts: pl.DataFrame
    truth: pl.DataFrame
    demand: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """This will return the tables an operator would have, by the name of the file they belong in."""
        return {
            "trips": self.trips,
            "daily": self.daily,
            "places": self.places,
            "opening_hours": self.opening_hours,
            "supply": self.supply,
            "weather": self.weather,
            "weather_forecasts": self.weather_forecasts,
        }


def simulate_scooters(city: ScooterCity) -> ScooterWorld:
    """This will simulate the fleet; the same settings give the same world. The areas' outlines are ``CHICAGO_AREAS``."""
    areas = chicago_areas()
    span = Span(city.start, city.days, 0, 60)
    weather = draw_city_weather("Chicago", span, city.seed)
    wanted = draw_wanted(areas.numbers, span, weather=weather, seed=city.seed)[:, :, SERVICE_HOURS]
    out, truth = _outages(areas, span, city)
    flow = ride(wanted, out, areas=areas, fleet=city.fleet, draw=stream(city.seed, "scooter rides"))
    supply, demand = _hourly(areas, span, wanted=wanted, flow=flow)
    day, place = (side.reshape(-1) for side in np.indices((span.days, len(areas.ids))))
    daily = pl.DataFrame(
        {
            c.DATE: span.dates[day],
            c.PLACE: pl.Series(areas.ids).gather(place),
            "trips": flow.served.sum(axis=2)[place, day],
        }
    )
    hours = {"open": [f"{FIRST_HOUR:02}:00"], "close": [f"{LAST_HOUR + 1:02}:00"]}
    blank = pl.Series([None], dtype=pl.String)
    return ScooterWorld(
        city=city,
        trips=trips_table(flow, areas, span=span, seed=city.seed, at_centroids=city.at_centroids),
        daily=daily,
        places=areas.table(),
        opening_hours=pl.DataFrame({c.PLACE: blank, "weekday": ["daily"], c.DATE: blank, **hours}),
        supply=supply,
        weather=weather.observed(),
        weather_forecasts=weather.forecasts(),
        truth=truth,
        demand=demand,
    )


def _outages(areas: Areas, span: Span, city: ScooterCity) -> tuple[NDArray[np.bool_], pl.DataFrame]:
    """When the app was down, ``[areas, days, service hours]``, and the truth of it."""
    draw = stream(city.seed, "scooter outages")
    count, hours = len(areas.ids), len(SERVICE_HOURS)
    out = np.zeros((count, span.days, hours), bool)
    truth = [pl.DataFrame(schema=TRUTH_SCHEMA)]
    possible = max(span.days - _QUIET_END, 0)
    for day in np.sort(draw.choice(possible, min(city.outages, possible), replace=False)):
        length = int(draw.integers(*_OUTAGE_HOURS))
        first = int(draw.integers(0, hours - length))
        out[:, day, first : first + length] = True
        begins = span.dates[day].astype("datetime64[h]") + FIRST_HOUR + first
        start = np.repeat(begins, count)
        truth.append(
            truth_rows(
                areas.ids,
                np.arange(count),
                kind="outage",
                cause=["the app was down"] * count,
                start=start,
                end=start + length,
            )
        )
    return out, pl.concat(truth).sort(c.PLACE, "start")


def _hourly(areas: Areas, span: Span, *, wanted: NDArray[np.int64], flow: Flow) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables of supply and of true demand, by area and hour of service."""
    hours = (span.dates.astype("datetime64[h]")[:, None] + SERVICE_HOURS).reshape(-1).astype("datetime64[us]")
    keys = {c.TIME: np.tile(hours, len(areas.ids)), c.PLACE: pl.Series(np.repeat(areas.ids, len(hours)))}
    supply = {"vehicles": flow.vehicles.reshape(-1), "available": np.round(flow.available.reshape(-1), 3)}
    demand = {"wanted": wanted.reshape(-1), "trips": flow.served.reshape(-1)}
    return pl.DataFrame({**keys, **supply}), pl.DataFrame({**keys, **demand})
