"""From visitors to units: means stay, spreads are those asked for, and history gives both back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from busyness.decisions.stock.demand import unit_demand
from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.rates import Rate, Rates, beta_draws, gamma_draws, rates_of
from busyness.decisions.stock.traffic import daily_traffic, extended
from busyness.domain.errors import ColumnMissingError, InputError, TooLittleHistoryError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast


def line(conversion: Rate, units: Rate) -> StockLine:
    return StockLine("milk", "A", 0, Rates(conversion, units))


def test_fixed_rates_leave_only_chance():
    visitors = np.full((4000, 3), 100.5, np.float32)
    units = unit_demand(line(Rate(0.1), Rate(2.0)), visitors)
    assert units.mean() == pytest.approx(20.1, rel=0.01)
    assert (units % 2 == 0).all()
    assert units.std() == pytest.approx(2 * np.sqrt(100 * 0.1 * 0.9), rel=0.03)
    assert (unit_demand(line(Rate(1.0), Rate(1.0)), np.floor(visitors)) == 100).all()


def test_an_unknown_mean_moves_whole_paths_and_a_daily_one_single_days():
    visitors = np.full((4000, 2), 10_000, np.float32)
    error = unit_demand(line(Rate(0.1, error=0.02), Rate(1.0)), visitors)
    daily = unit_demand(line(Rate(0.1, daily=0.02), Rate(1.0)), visitors)
    assert np.corrcoef(error.T)[0, 1] > 0.9
    assert abs(np.corrcoef(daily.T)[0, 1]) < 0.06
    assert error.std() == pytest.approx(200, rel=0.1)


def test_draws_have_the_mean_and_spread_asked_for():
    rng = np.random.default_rng(0)
    for draws, mean in ((beta_draws, 0.3), (gamma_draws, 1.7)):
        drawn = draws(rng, np.full(100_000, mean), 0.1)
        assert drawn.mean() == pytest.approx(mean, rel=0.01)
        assert drawn.std() == pytest.approx(0.1, rel=0.02)
        assert (drawn >= 0).all()
    assert beta_draws(rng, np.array([0.0, 1.0]), 0.1).tolist() == [0, 1]


def test_history_gives_the_rates_back():
    rng = np.random.default_rng(1)
    days = 400
    visitors = rng.integers(300, 900, days)
    share = beta_draws(rng, np.full(days, 0.12), 0.03)
    baskets = rng.binomial(visitors, share)
    units = rng.poisson(baskets * gamma_draws(rng, np.full(days, 1.5), 0.2))
    history = pl.DataFrame(
        {
            "product": "milk",
            "place": "A",
            "date": [date(2024, 1, 1) + timedelta(d) for d in range(days)],
            "visitors": visitors,
            "baskets": baskets,
            "units": units,
        }
    )
    conversion, size = rates_of(history)["milk", "A"]
    assert conversion.mean == pytest.approx(0.12, abs=0.005)
    assert conversion.daily == pytest.approx(0.03, rel=0.15)
    assert conversion.error == pytest.approx(0.03 / np.sqrt(days), rel=0.3)
    assert size.mean == pytest.approx(1.5, abs=0.05)
    assert 0.2 < size.daily < 0.3  # the baskets' own chance is in it


def test_bad_histories_are_refused():
    good = {"product": ["milk"], "place": ["A"], "visitors": [10], "baskets": [3], "units": [4]}
    assert rates_of(pl.DataFrame(good))["milk", "A"].conversion.mean == pytest.approx(0.3)
    assert rates_of(pl.DataFrame({**good, "visitors": [0], "baskets": [0]}))["milk", "A"].conversion.mean == 0
    with pytest.raises(InputError, match="10 visitors, 11 baskets"):
        rates_of(pl.DataFrame({**good, "baskets": [11]}))
    with pytest.raises(ColumnMissingError, match="'units'"):
        rates_of(pl.DataFrame(good).drop("units"))


def forecast(hours: int) -> Forecast:
    slots = Slots(np.datetime64("2025-01-06T05:00:00"), SlotLength(60), hours)
    quantiles = np.broadcast_to(np.array([1, 2, 3], np.float32), (2, hours, 3)).copy()
    ranks = np.random.default_rng(0).integers(0, 256, (20, 2, hours)).astype(np.uint8)
    places = tuple(Place(i, timezone="America/Lima") for i in "AB")
    mean = np.full((2, hours), 2, np.float32)
    return Forecast(places, slots, (0.1, 0.5, 0.9), quantiles, mean, np.ones((2, hours), bool), ranks)


def test_traffic_is_the_sum_of_the_paths_of_each_day():
    drawn = forecast(60)
    traffic = daily_traffic(drawn, count=50, seed=4)
    assert traffic.shape == (50, 2, 2)
    assert np.allclose(traffic[:, :, 1], drawn.paths(50, seed=4)[:, :, 24:48].sum(axis=2))
    with pytest.raises(TooLittleHistoryError):
        daily_traffic(forecast(20))


def test_what_lies_beyond_the_forecast_repeats_its_last_week():
    traffic = np.arange(20, dtype=np.float32).reshape(1, 2, 10)
    longer = extended(traffic, 28)
    assert longer.shape == (1, 2, 28)
    assert longer[0, 0, 10:24].tolist() == [*range(3, 10), *range(3, 10)]
    assert extended(traffic, 5) is not None
    assert extended(traffic, 5).shape == (1, 2, 10)
