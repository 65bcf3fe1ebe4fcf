from __future__ import annotations

import pytest

from busyness.sources.weather.measures import meaning, to_ours


@pytest.mark.parametrize(
    ("raw", "daily", "name", "unit"),
    [
        ("temperature_2m (°C)", False, "temperature", "°C"),
        ("relativehumidity_2m", False, "humidity", ""),
        ("windspeed_10m_max (mp/h)", True, "wind_max", "mp/h"),
        ("wind_gusts_10m", False, "gust", ""),
        ("precipitation", True, "precipitation_sum", ""),
        ("precipitation", False, "precipitation", ""),
        ("precipitation_probability_max", True, "precipitation_probability_max", ""),
        ("apparent_temperature_min", True, "feels_like_min", ""),
        ("WindSpeed", False, "wind", ""),
        ("max_temp_f", True, "temperature_max", "°F"),
        ("mean_sea_level_pressure_in", True, "pressure_mean", "inch"),
        ("TMIN", True, "temperature_min", ""),
        ("PRCP", True, "precipitation_sum", ""),
        ("AWND", True, "wind_mean", ""),
    ],
)
def test_names_of_all_sources_become_one_vocabulary(raw: str, daily: bool, name: str, unit: str) -> None:
    found = meaning(raw)
    assert found is not None
    assert (found.name(daily=daily), found.unit) == (name, unit)


@pytest.mark.parametrize("raw", ["time", "weather_code", "temperature_80m", "Holiday", "visitors", "events", ""])
def test_other_names_mean_nothing(raw: str) -> None:
    assert meaning(raw) is None


@pytest.mark.parametrize(
    ("raw", "unit", "value", "ours"),
    [
        ("temperature", "°F", 68.0, 20.0),
        ("temperature", "0.1 °C", -50.0, -5.0),
        ("temperature", "K", 273.15, 0.0),
        ("precipitation", "inch", 1.0, 25.4),
        ("snowfall", "mm", 130.0, 13.0),
        ("wind", "km/h", 36.0, 10.0),
        ("wind", "kn", 10.0, 5.14444),
        ("cloud", "okta", 8.0, 100.0),
        ("humidity", "%", 55.0, 55.0),
        ("pressure", "", 1013.0, 1013.0),
    ],
)
def test_units_become_ours(raw: str, unit: str, value: float, ours: float) -> None:
    found = meaning(raw)
    assert found is not None
    conversion = to_ours(unit, found.measure)
    assert conversion is not None
    assert conversion[0] * value + conversion[1] == pytest.approx(ours)


def test_a_unit_of_another_kind_is_not_converted() -> None:
    found = meaning("temperature")
    assert found is not None
    assert to_ours("mm", found.measure) is None
