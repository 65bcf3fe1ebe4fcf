from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from busyness.tables.panel import wall_times
from busyness.testing.suite import bytes_of
from busyness.testing.tiny_city import tiny_city


def test_the_same_arguments_give_the_same_city() -> None:
    assert bytes_of(tiny_city(seed=4)) == bytes_of(tiny_city(seed=4))
    assert bytes_of(tiny_city(seed=4)) != bytes_of(tiny_city(seed=5))
    assert tiny_city().places == tiny_city().places


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({}, (3, 10 * 168 + 168, 10 * 168)),
        ({"places": 1, "weeks": 1 / 7, "future": 24}, (1, 48, 24)),
        ({"every": "15min", "weeks": 2, "future": 0}, (3, 2 * 672, 2 * 672)),
        ({"every": "1d", "weeks": 4, "future": 7, "timezone": "Australia/Lord_Howe"}, (3, 35, 28)),
        ({"weeks": 0, "future": 24}, (3, 24, 0)),
        ({"places": 0}, (0, 1848, 1680)),
    ],
)
def test_its_shape_is_as_asked(arguments: dict[str, object], shape: tuple[int, int, int]) -> None:
    city = tiny_city(**arguments)  # type: ignore[arg-type]
    assert (*city.demand.shape, city.history) == shape
    assert np.isnan(city.demand[:, city.history :]).all()


def test_it_holds_what_a_panel_can_hold() -> None:
    city = tiny_city()
    demand, opened = city.demand[:, : city.history], city.open[:, : city.history]
    assert city.slots.start == np.datetime64("2024-01-01T05:00:00")
    assert city.origin_of(date(2024, 1, 1)) == 0
    assert np.isnan(demand[~opened]).all()
    assert 0.01 < np.isnan(demand[opened]).mean() < 0.05
    assert np.isnan(demand[-1]).reshape(-1, 24).all(1).sum() == 1
    assert (np.diff(np.nanmean(demand, axis=1)) > 0).all()
    assert {day.month for day in city.holidays} == {1, 2, 3}
    assert set(np.unique(city.known["promo"])) == {0, 1}
    assert city.known["promo"][:, city.history :].any()
    assert city.past["rain"].shape == city.demand.shape
    assert {place.attributes["district"] for place in city.places} == {"centre", "suburb"}
    assert tiny_city(opening=False).open.all()


def test_its_patterns_can_be_learned() -> None:
    city = tiny_city(places=1, weeks=20, opening=False)
    wall = wall_times(city.places, city.slots)[0, : city.history]
    day = wall.astype("datetime64[D]")
    hour, demand = (wall - day).astype(int) // 3600, city.demand[0, : city.history]
    plain = (city.known["promo"][0, : city.history] == 0) & ~np.isin(day, np.array([*city.holidays], "datetime64[D]"))
    by_hour = [np.nanmean(demand[plain & (hour == h)]) for h in range(24)]
    assert int(np.argmax(by_hour)) == 19
    assert by_hour[13] > 2 * by_hour[9]
    at_noon = hour == 13
    saturday = (day.astype(int) + 3) % 7 == 5
    assert np.nanmean(demand[plain & at_noon & saturday]) > 1.2 * np.nanmean(demand[plain & at_noon & ~saturday])
    promo = city.known["promo"][0, : city.history] == 1
    assert np.nanmean(demand[promo]) > 1.2 * np.nanmean(demand[plain])
