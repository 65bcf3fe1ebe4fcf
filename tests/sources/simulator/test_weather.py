"""The simulated weather is Peru's: mild and dry on the coast, a rainy season in the highlands."""

from datetime import date

import numpy as np
import pytest

from busyness.sources.simulator.span import Span
from busyness.sources.simulator.stores import draw_stores
from busyness.sources.simulator.towns import CLIMATES
from busyness.sources.simulator.weather import Weather, draw_weather, weather_by_place

SPAN = Span(date(2024, 1, 1), 731, 0, 30)


@pytest.fixture(scope="module")
def weather() -> Weather:
    return draw_weather(tuple(CLIMATES), SPAN, 0)


def of_month(weather: Weather, values: np.ndarray, city: str, month: int) -> np.ndarray:
    return values[weather.cities.index(city)][SPAN.dates.astype("datetime64[M]").astype(int) % 12 == month - 1]


def test_lima_is_warm_in_february_and_cool_in_august(weather):
    assert 22 < of_month(weather, weather.temperature, "Lima", 2).mean() < 25
    assert 15 < of_month(weather, weather.temperature, "Lima", 8).mean() < 18
    assert weather.precipitation[weather.cities.index("Lima")].sum() / 2 < 60  # mm a year


def test_cusco_has_its_rain_in_january_and_hardly_any_in_july(weather):
    wet, dry = (of_month(weather, weather.precipitation, "Cusco", month).sum() for month in (1, 7))
    assert wet > 4 * dry
    assert 300 < weather.precipitation[weather.cities.index("Cusco")].sum() / 2 < 1300


def test_afternoons_are_warmer_than_nights(weather):
    assert (weather.temperature[:, :, 14].mean(axis=1) > weather.temperature[:, :, 3].mean(axis=1) + 3).all()


def test_rain_lowers_demand_and_fair_weather_leaves_it(weather):
    effect = weather.effect(SPAN)
    assert effect.shape == (len(CLIMATES), 731, 48)
    assert (effect <= 0).all()
    rain = np.repeat(weather.precipitation, 2, axis=2)
    assert effect[rain > 2].max() < -0.15
    fair = (rain == 0) & (np.abs(np.repeat(weather.temperature, 2, axis=2) - 20) < 5)
    assert (effect[fair] == 0).all()


def test_the_table_has_a_row_for_every_hour_and_city(weather):
    table = weather.table(SPAN)
    assert table.columns == ["time", "city", "temperature", "precipitation"]
    assert len(table) == len(CLIMATES) * 731 * 24
    assert not table.select("time", "city").is_duplicated().any()


def test_the_forecast_of_the_days_ahead_grows_less_sure():
    span = Span(date(2024, 1, 1), 200, 14, 60)
    later = Span(date(2024, 7, 19), 14, 0, 60)
    errors = []
    for seed in range(60):
        stores = draw_stores(1, span, seed)
        observed = draw_weather(stores.cities[0], span, seed)
        told = weather_by_place(observed, stores, span=span, seed=seed)["temperature"].to_numpy().reshape(-1, 18)[200:]
        came = draw_weather(stores.cities[0], later, seed, part="weather ahead").temperature[0, :, 6:]
        errors.append(np.abs(told - came).mean(axis=1))
    by_day = np.mean(errors, axis=0)
    assert by_day[0] < 1
    assert by_day[-3:].mean() > 2 * by_day[:3].mean()
