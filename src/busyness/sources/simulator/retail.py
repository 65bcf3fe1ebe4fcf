"""A simulated chain of supermarkets in Peru: visitor counts worth forecasting, and everything that goes with them.

The counts are drawn, step by step, from a mean that multiplies what repeats (``rhythms``), what is planned
(``promotions``, ``store_hours``), the ``weather`` and what happens (``incidents``); the sensors then lose or distort some
of them. The weather of each place that is known beyond the counts is a simulated forecast: what will come, plus noise that
grows with every day ahead. Nothing in here is real but the names, the coordinates and the holidays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength
from busyness.sources.simulator.incidents import draw_level_shifts, draw_outages, draw_outliers, draw_shocks
from busyness.sources.simulator.promotions import Promotions, draw_promotions, known_table
from busyness.sources.simulator.rhythms import calendar_effects, day_shapes, holiday_names, holiday_weights, shape_days
from busyness.sources.simulator.span import Span, drift, stream
from busyness.sources.simulator.store_hours import draw_hours
from busyness.sources.simulator.stores import Stores, draw_stores, places_table
from busyness.sources.simulator.weather import Weather, draw_weather, weather_by_place
from busyness.tables import columns as c

SIMULATED_NOTE: Mapping[str, str] = {
    "en": "These data are simulated: no real store, customer or sale is behind them.",
    "es": "Estos datos son simulados: no hay detrás ninguna tienda, cliente ni venta real.",
}
"""One sentence by language, to be shown wherever simulated data are."""

VISITORS = "visitors"
_DISPERSION = 40.0  # shape of the gamma-Poisson noise: a hundred visitors vary by about 19, not by 10
_RAMP_START, _RAMP_DAYS = 0.55, 40.0  # a new store begins with this share less, which fades over these days
_GROWTH, _GROWTH_SPREAD = 0.03, 0.05  # log change a year
_CHAIN_SPREAD, _CITY_SPREAD, _STORE_SPREAD, _MEMORY = 0.03, 0.03, 0.05, 0.7  # daily log noise
_LATEST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class RetailChain:
    """What to simulate. The stores stand in Peru whatever ``country`` is; it says whose public holidays they keep.

    ``days`` local days from ``start`` on, in slots of ``every``; plans (opening hours, promotions) reach ``ahead`` days
    further. The rates are means: per year and store, and for ``campaigns_per_year`` per year and chain. The same
    settings give the same world, row for row; a chain with more stores is another world.

    Raises ``InputError`` for impossible settings.
    """

    stores: int = 12
    start: date = date(2024, 7, 1)
    days: int = 730
    every: SlotLength = field(default_factory=lambda: SlotLength(60))
    country: str = "PE"
    seed: int = 0
    ahead: int = 60
    campaigns_per_year: float = 24.0
    level_shifts_per_year: float = 0.35
    outages_per_year: float = 6.0
    outliers_per_year: float = 6.0

    def __post_init__(self) -> None:
        if self.stores < 1 or self.days < 1 or self.ahead < 0 or self.seed < 0:
            raise InputError(
                f"{self.stores} stores over {self.days} days, {self.ahead} days planned ahead and seed {self.seed} "
                "cannot be simulated.",
                hint="Ask for at least one store and one day, and for numbers that are not negative.",
            )
        if self.start.year < 1970 or self.start.year + (self.days + self.ahead) / 365 > _LATEST_YEAR:
            raise InputError(
                f"{self.days} days from {self.start} on cannot be simulated.", hint=f"Stay within 1970 and {_LATEST_YEAR}."
            )
        rates = (self.campaigns_per_year, self.level_shifts_per_year, self.outages_per_year, self.outliers_per_year)
        if not all(0 <= rate <= 365 for rate in rates):
            raise InputError("A rate of the simulated chain lies outside 0 … 365 a year.", hint="Use 0 for none.")


@dataclass(frozen=True, slots=True)
class RetailWorld:
    """A simulated chain as tables. Times are wall clock in ``America/Lima`` (no zone attached), dates are local.

    - ``counts``: ``time`` (start of the slot), ``place``, ``visitors`` (null where the sensor was silent in any part of
      the slot); by place and time; no row where the store is closed.
    - ``places``: ``place, name, city, district, district_type, latitude, longitude, timezone, floor_area_m2, opened,
      closed`` (first day without visitors, null for none), ``capacity`` (visitors a slot).
    - ``opening_hours``: ``place, weekday, date, open, close``; a row with a date replaces the weekday's; no times: closed.
    - ``promotions``: ``place, start, end`` (last day), ``type``.
    - ``known``: ``date, place, promo_…`` (0 or 1), for the days planned ahead too.
    - ``weather``: ``time`` (hourly), ``city, temperature`` (°C), ``precipitation`` (mm); ends with the counts.
    - ``weather_by_place``: ``time`` (hourly, 6 to 23), ``place, temperature, precipitation`` of the place's city, as
      covariates known ahead; past the counts a simulated forecast for the days planned ahead.
    - ``truth``: what was put in, see ``truth.TRUTH_SCHEMA``; no user would have it.
    - ``actual``: ``time, place, visitors`` as they came, before the sensors lost or distorted them, in steps that divide
      the slot and the hour (the slot itself, up to an hour); no user would have it.
    """

    chain: RetailChain
    counts: pl.DataFrame
    places: pl.DataFrame
    opening_hours: pl.DataFrame
    promotions: pl.DataFrame
    known: pl.DataFrame
    weather: pl.DataFrame
    weather_by_place: pl.DataFrame
    truth: pl.DataFrame
    actual: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """This will return the tables a chain would have, by the name of the file they belong in."""
        return {
            "counts": self.counts,
            "places": self.places,
            "opening_hours": self.opening_hours,
            "promotions": self.promotions,
            "known": self.known,
            "weather": self.weather,
            "weather_by_place": self.weather_by_place,
            "capacity": self.places.select(c.PLACE, c.CAPACITY),
        }


def simulate_retail(chain: RetailChain) -> RetailWorld:
    """This will simulate the chain; the same settings give the same world.

    Raises ``InputError`` for a country the ``holidays`` library does not know.
    """
    seed = chain.seed
    span = Span(chain.start, chain.days, chain.ahead, math.gcd(chain.every.minutes, 60))
    stores = draw_stores(chain.stores, span, seed)
    holidays = holiday_names(chain.country, span)
    hours = draw_hours(stores, span, holidays=holidays, seed=seed)
    promotions = draw_promotions(stores, span, per_year=chain.campaigns_per_year, seed=seed)
    weather = draw_weather(stores.cities[0], span, seed)
    shifts = draw_level_shifts(stores, span, per_year=chain.level_shifts_per_year, seed=seed)
    shocks = draw_shocks(stores, span, seed)

    count, steps = chain.stores, len(span.times)
    days = _day_effects(stores, span, promotions, holidays, seed)
    happened = shifts.log_effect(count, steps) + shocks.log_effect(count, steps)
    expected = _expected(stores, span, weather, (days, holiday_weights(span, holidays, seed)), seed)
    expected *= np.exp(happened, out=happened)
    is_open = hours.open_steps(stores, span).reshape(count, steps)
    came = _noisy(expected, is_open, seed)

    outages = draw_outages(stores, span, per_year=chain.outages_per_year, seed=seed)
    silent = outages.covered(count, steps)
    outliers, factor = draw_outliers(stores, span, chain.outliers_per_year, usable=is_open & ~silent, seed=seed)
    counted = np.round(came * factor).astype(np.int64)
    actual, counts = _count_tables(stores, span, chain.every, is_open=is_open, came=came, counted=counted, silent=silent)
    truth = [promotions.truth(stores, span), shifts.truth(stores, span, "level_shift"), shocks.truth(stores, span, "shock")]
    truth += [outages.truth(stores, span, "outage"), outliers.truth(stores, span, "outlier")]
    return RetailWorld(
        chain=chain,
        counts=counts,
        places=places_table(stores, chain.every.minutes, seed),
        opening_hours=hours.table(stores.ids, span.planned_dates),
        promotions=promotions.table(stores, span),
        known=known_table(promotions, stores, span),
        weather=weather.table(span),
        weather_by_place=weather_by_place(weather, stores, span=span, seed=seed),
        truth=pl.concat(truth).sort(c.PLACE, "start", "kind", "cause"),
        actual=actual,
    )


def _day_effects(
    stores: Stores, span: Span, promotions: Promotions, holidays: dict[date, str], seed: int
) -> NDArray[np.float64]:
    """The log effect of everything that lasts whole days, ``[stores, days]``."""
    draw = stream(seed, "days")
    count, days = len(stores.ids), span.days
    names, city = stores.cities
    effect = calendar_effects(span, holidays, holiday_weights(span, holidays, seed))[stores.kinds]
    effect = effect + np.log1p(promotions.running(count, days)).sum(axis=0)
    effect += draw.normal(_GROWTH, _GROWTH_SPREAD, count)[:, None] * (np.arange(days) / 365.25)
    age = (span.dates - stores.opened[:, None]).astype(np.int64)
    effect += np.log1p(-_RAMP_START * np.exp(-np.maximum(age, 0) / _RAMP_DAYS))
    effect += drift(draw, 1, days, spread=_CHAIN_SPREAD, memory=_MEMORY)
    effect += drift(draw, len(names), days, spread=_CITY_SPREAD, memory=_MEMORY)[city]
    return np.asarray(effect + drift(draw, count, days, spread=_STORE_SPREAD, memory=_MEMORY))


def _expected(
    stores: Stores, span: Span, weather: Weather, by_day: tuple[NDArray[np.float64], NDArray[np.float64]], seed: int
) -> NDArray[np.float64]:
    """The mean of each step before incidents, ``[stores, steps]``; ``by_day`` are log effects and holiday weights."""
    days, weights = by_day
    level = stores.usual[:, None] * (span.step_minutes / 60) * np.exp(days)
    expected = day_shapes(stores, span, seed)[:, shape_days(span, weights)]
    expected *= level[:, :, None]
    expected *= np.exp(weather.effect(span))[stores.cities[1]]
    return expected.reshape(len(stores.ids), -1)


def _noisy(expected: NDArray[np.float64], is_open: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Overdispersed counts where open, 0 elsewhere: Poisson around a mean that itself is gamma distributed."""
    draw = stream(seed, "counts")
    came = np.zeros(expected.shape, np.int64)
    came[is_open] = draw.poisson(expected[is_open] * draw.standard_gamma(_DISPERSION, int(is_open.sum())) / _DISPERSION)
    return came


def _count_tables(
    stores: Stores,
    span: Span,
    every: SlotLength,
    *,
    is_open: NDArray[np.bool_],
    came: NDArray[np.int64],
    counted: NDArray[np.int64],
    silent: NDArray[np.bool_],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What came, by step, and what was counted, with a row for every slot in which the store is open for some time."""
    times = span.times.astype("datetime64[us]")
    ids = pl.Series(stores.ids)
    row, step = np.nonzero(is_open)
    actual = pl.DataFrame({c.TIME: times[step], c.PLACE: ids.gather(row), VISITORS: came[row, step]})
    per_slot = every.minutes // span.step_minutes
    slots = (len(stores.ids), span.days * (MINUTES_PER_DAY // every.minutes), per_slot)
    row, slot = np.nonzero(is_open.reshape(slots).any(axis=2))
    seen = pl.Series(counted.reshape(slots).sum(axis=2)[row, slot])
    unseen: NDArray[np.bool_] = np.any((silent & is_open).reshape(slots), axis=2)
    lost = pl.Series(unseen[row, slot], dtype=pl.Boolean)
    counts = pl.DataFrame({c.TIME: times[::per_slot][slot], c.PLACE: ids.gather(row), VISITORS: seen, "lost": lost})
    visitors = pl.when("lost").then(None).otherwise(pl.col(VISITORS)).alias(VISITORS)
    return actual, counts.select(c.TIME, c.PLACE, visitors)
