from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.testing.tiny_city import tiny_city


def hexagons(
    count: int, horizon: int = 24, *, templates: int = 48, together: float = 0.0, children: int = 7, seed: int = 0
) -> Forecast:
    """Hexagons with gamma demand, ``children`` to a parent, whose ranks move ``together`` (0 not at all, 1 as one)."""
    rng = np.random.default_rng(seed)
    usual = np.quantile(rng.gamma(2, 0.5, 20_000), DENSE_LEVELS).astype(np.float32)
    scale = rng.gamma(1, 3, (count, 1)).astype(np.float32) * rng.uniform(0.5, 2, (1, horizon)).astype(np.float32)
    opened = rng.random((count, horizon)) < 0.9
    quantiles = np.where(opened[..., None], scale[..., None] * usual, 0).astype(np.float32)
    common, own = rng.normal(size=(templates, 1, horizon)), rng.normal(size=(templates, count, horizon))
    moved = np.sqrt(together) * common + np.sqrt(1 - together) * own
    ranks = (moved.argsort(0).argsort(0) + 0.5) / templates * 256
    return Forecast(
        places=tuple(Place(f"h{k}", parent=f"p{k // children}", latitude=k, longitude=-k) for k in range(count)),
        slots=Slots(np.datetime64("2024-01-01"), SlotLength(60), horizon),
        levels=DENSE_LEVELS,
        quantiles=quantiles,
        mean=np.where(opened, scale, 0).astype(np.float32),
        open=opened,
        ranks=ranks.astype(np.uint8),
    )


def width(forecast: Forecast) -> NDArray[np.float32]:
    """Of the 80 % interval; errors are judged against it."""
    return np.maximum(forecast.at(0.9) - forecast.at(0.1), 1e-3)


# ---- laws -------------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 40),
    horizon=st.integers(1, 30),
    templates=st.sampled_from([1, 3, 20, 48, 64]),
    together=st.sampled_from([0.0, 0.5, 1.0]),
    children=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_sums_conserve_the_mean_and_stay_distributions(
    count: int, horizon: int, templates: int, together: float, children: int, seed: int
) -> None:
    forecast = hexagons(count, horizon, templates=templates, together=together, children=children, seed=seed)
    parents, city = forecast.roll_up(), forecast.roll_up("city")
    twice = parents.roll_up("city")
    for rolled in (parents, city, twice):
        np.testing.assert_allclose(rolled.mean.sum(0), forecast.mean.sum(0), rtol=1e-5)
        assert (np.diff(rolled.quantiles, axis=-1) >= 0).all()
        assert (rolled.quantiles >= 0).all()
        assert (rolled.quantiles[~rolled.open] == 0).all()
        assert (rolled.paths(20) >= 0).all()
    assert (city.open[0] == forecast.open.any(0)).all()
    assert parents.ids == tuple(f"p{k}" for k in range(-(-count // children)))
    highest = forecast.quantiles[..., -1].sum(0)
    assert (city.quantiles[0, :, -1] <= highest * 1.001).all()
    for level in (0.1, 0.5, 0.9) if templates >= 20 else ():  # one or three days do not say what moves together
        off = np.abs(twice.at(level) - city.at(level)) / width(city)
        assert off.mean() < 0.12


@pytest.mark.parametrize(("count", "children"), [(49, 7), (400, 7), (400, 100)])
@pytest.mark.parametrize("together", [0.0, 0.3, 1.0])
def test_paths_of_places_add_up_to_the_paths_of_their_parents_and_the_city(
    count: int, children: int, together: float
) -> None:
    """On average within 3 % of the width of the 80 % interval; 99 in 100 cells within 20 %."""
    forecast = hexagons(count, 48, together=together, children=children)
    parents, city = forecast.roll_up(), forecast.roll_up("city")
    own, of_parents, of_city = (f.paths(100, seed=5) for f in (forecast, parents, city))
    groups = np.arange(0, count, children)
    for summed, drawn, rolled in (
        (np.add.reduceat(own, groups, axis=1), of_parents, parents),
        (of_parents.sum(1, keepdims=True), of_city, city),
        (own.sum(1, keepdims=True), of_city, city),
    ):
        off = np.abs(summed - drawn) / width(rolled)
        assert off.mean() < 0.03
        assert np.quantile(off, 0.99) < 0.2


@pytest.mark.parametrize("together", [0.0, 0.5])
def test_quantiles_are_those_of_summed_paths(together: float) -> None:
    forecast = hexagons(60, 12, together=together)
    city, drawn = forecast.roll_up("city"), forecast.paths(3000, seed=2).sum(1)
    for level in (0.1, 0.25, 0.5, 0.75, 0.9):
        off = np.abs(np.quantile(drawn, level, axis=0) - city.at(level)[0]) / width(city)[0]
        assert off.mean() < 0.02
        assert off.max() < 0.08


def test_places_that_move_as_one_have_quantiles_that_add_up() -> None:
    forecast = hexagons(50, 12, together=1.0)
    city = forecast.roll_up("city")
    for level in (0.1, 0.5, 0.9):
        off = np.abs(city.at(level) - forecast.at(level).sum(0)) / width(city)
        assert off.max() < 0.03


def test_places_that_do_not_move_together_even_out() -> None:
    """Independent gammas: the sum is nearly normal, with the known spread, however many templates there are."""
    forecast = hexagons(500, 20, templates=200)
    city = forecast.roll_up("city")
    spread = np.sqrt((forecast.mean.astype(float) ** 2).sum(0) * 0.5)
    np.testing.assert_allclose(city.at(0.5)[0], forecast.mean.sum(0), rtol=0.03)
    assert ((city.at(0.9) - city.at(0.1))[0] / (2 * 1.2816 * spread)).mean() == pytest.approx(1, abs=0.08)
    drawn = forecast.paths(400).sum(1).std(0) / spread
    assert drawn.mean() == pytest.approx(1, abs=0.08)  # all places shifted at once made this far too wide


def test_a_place_alone_in_its_group_stays_as_it_is() -> None:
    forecast = hexagons(5, 12, children=1)
    rolled = forecast.roll_up()
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        np.testing.assert_allclose(rolled.at(level), forecast.at(level), atol=0.03 * float(width(forecast).max()))


def test_memory_does_not_grow_with_the_number_of_places() -> None:
    peaks = []
    for count in (500, 2000):
        forecast = hexagons(count, 24, templates=16)
        tracemalloc.start()
        forecast.roll_up("city")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


# ---- groups -----------------------------------------------------------------------------------------------------------


def test_a_mapping_makes_any_groups() -> None:
    forecast = hexagons(6)
    to: Mapping[str, str] = {f"h{k}": "even" if k % 2 == 0 else "odd" for k in range(6)}
    rolled = forecast.roll_up(to)
    assert rolled.ids == ("even", "odd")
    np.testing.assert_allclose(rolled.mean[1], forecast.mean[1::2].sum(0), rtol=1e-5)
    assert (rolled.places[0].latitude, rolled.places[0].longitude) == (2, -2)
    assert rolled.model == forecast.model
    assert rolled.reported == forecast.reported
    assert rolled.to_polars().height == 2 * 24


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("parent", r"2 places have no parent: h1, h3\."),
        ({"h0": "x", "h1": "x", "h2": "x"}, r"1 place has no group in the mapping: h3\."),
        ("planet", "'planet' is not something to sum places up to"),
    ],
)
def test_places_without_a_group_are_named(to: str | Mapping[str, str], said: str) -> None:
    forecast = hexagons(4)
    orphans = [replace(place, parent="" if k % 2 else "p") for k, place in enumerate(forecast.places)]
    with pytest.raises(InputError, match=said):
        replace(forecast, places=tuple(orphans)).roll_up(to)


def test_capacities_add_up_where_all_are_known() -> None:
    forecast = hexagons(4, children=2)
    capacities = (10.0, 5.0, 3.0, None)
    places = [replace(place, capacity=each) for place, each in zip(forecast.places, capacities, strict=True)]
    rolled = replace(forecast, places=tuple(places)).roll_up()
    assert [place.capacity for place in rolled.places] == [15, None]


def test_local_days_of_several_zones_add_up_by_date(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(every="1d", weeks=12, future=14), 14)
    zones = ("America/Lima", "Europe/Madrid", "America/Lima")
    places = tuple(replace(place, timezone=zone) for place, zone in zip(forecast.places, zones, strict=True))
    rolled = replace(forecast, places=places).roll_up("all")
    assert rolled.ids == ("all",)
    assert rolled.places[0].timezone == "America/Lima"
    np.testing.assert_allclose(rolled.mean[0], forecast.mean.sum(0), rtol=1e-5)
