from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.domain.quantiles import DENSE_LEVELS, REPORTED_LEVELS
from busyness.tables.forecast import Forecast
from busyness.testing.tiny_city import tiny_city

REPORTED = ["q05", "q10", "q25", "q50", "q75", "q90", "q95"]


# ---- paths ------------------------------------------------------------------------------------------------------------


def test_paths_follow_the_quantiles(forecast: Forecast) -> None:
    """The quantiles of many paths are the quantiles of each cell, as near as 64 templates can come."""
    drawn = forecast.paths(2048, seed=1)
    assert drawn.shape == (2048, 3, 48)
    assert drawn.dtype == np.float32
    opened = forecast.open
    for level in (0.1, 0.25, 0.5, 0.75, 0.9):
        found, said = np.quantile(drawn, level, axis=0)[opened], forecast.at(level)[opened]
        np.testing.assert_allclose(found / said, 1, atol=0.08, err_msg=f"level {level}")
        assert abs(float((drawn[:, opened] <= said).mean()) - level) < 0.02


def test_the_first_day_of_as_many_paths_as_templates_is_every_template_once(forecast: Forecast) -> None:
    first = forecast.paths(64)[:, 0, :24].max(axis=1)
    assert len(np.unique(first)) == 64


def test_hours_that_moved_together_move_together_in_paths(forecast: Forecast) -> None:
    drawn = forecast.paths(600)
    opened = np.flatnonzero(forecast.open[0])[:8]
    assert np.corrcoef(drawn[:, 0, opened].T).min() > 0.9
    slots = np.flatnonzero(forecast.open[1])[:6]
    apart = np.corrcoef(drawn[:, 1, slots].T)
    assert np.abs(apart[~np.eye(len(slots), dtype=bool)]).max() < 0.5


def test_closed_slots_are_zero_and_nothing_is_negative(forecast: Forecast) -> None:
    drawn = forecast.paths(100)
    assert (drawn[:, ~forecast.open] == 0).all()
    assert (drawn >= 0).all()
    assert (drawn[:, forecast.open] > 0).all()
    assert (forecast.probability_over(np.float32(0))[~forecast.open] == 0).all()


def test_the_same_seed_draws_the_same_paths_for_some_places_too(forecast: Forecast) -> None:
    whole = forecast.paths(50, seed=7)
    assert (whole == forecast.paths(50, seed=7)).all()
    assert (whole[:, 1:2] == forecast.paths(50, seed=7, rows=slice(1, 2))).all()
    assert (whole != forecast.paths(50, seed=8)).any()


def test_paths_stay_within_the_quantiles(forecast: Forecast) -> None:
    drawn = forecast.paths(300)
    assert (drawn >= forecast.quantiles[..., 0] * 0.999).all()
    assert (drawn <= forecast.quantiles[..., -1] * 1.001).all()


# ---- reading it -------------------------------------------------------------------------------------------------------


def test_the_probability_of_more_than_a_quantile_is_one_minus_its_level(forecast: Forecast) -> None:
    for level in DENSE_LEVELS[:-1]:
        over = forecast.probability_over(forecast.at(level))
        np.testing.assert_allclose(over[forecast.open], 1 - level, atol=1e-5)
    assert (forecast.probability_over(np.float32(1e9)) == 0).all()


def test_an_unknown_threshold_has_an_unknown_probability(forecast: Forecast) -> None:
    over = forecast.probability_over(np.array([[np.nan], [0], [10]], np.float32))
    assert np.isnan(over[0]).all()
    assert np.isfinite(over[1:]).all()


def test_levels_between_the_kept_ones_can_be_read(forecast: Forecast) -> None:
    np.testing.assert_array_equal(forecast.at(0.5), forecast.quantiles[..., DENSE_LEVELS.index(0.5)])
    between = forecast.at(0.52)
    assert ((forecast.at(0.5) <= between) & (between <= forecast.at(0.55))).all()


# ---- sums -------------------------------------------------------------------------------------------------------------


def test_the_mean_of_the_sum_is_the_sum_of_the_means(forecast: Forecast) -> None:
    total = forecast.sum("all")
    assert total["place"].to_list() == ["P1", "P2", "P3"]
    np.testing.assert_allclose(total["mean"], forecast.mean.sum(axis=1), rtol=1e-5)
    drawn = forecast.paths(400).sum(axis=2).mean(axis=0)
    np.testing.assert_allclose(drawn, total["mean"], rtol=0.05)


def test_hours_that_move_together_make_a_wide_sum(forecast: Forecast) -> None:
    """The quantiles of a sum lie inside the sums of the quantiles; the nearer, the more the hours move together."""
    day = forecast.sum("1d").filter(pl.col("date") == pl.col("date").min())
    spread = (day["q90"] - day["q10"]).to_numpy()
    summed = np.where(forecast.open, forecast.at(0.9) - forecast.at(0.1), 0)[:, :24].sum(axis=1)
    assert 0.9 < spread[0] / summed[0] < 1.1
    assert spread[1] / summed[1] < 0.6


def test_sums_by_local_day(make_forecast: Callable[..., Forecast]) -> None:
    forecast = make_forecast(tiny_city(weeks=12 + 6 / 7, timezone="Europe/Madrid", opening=False), 48)
    days = forecast.sum("1d", levels=(0.5,))
    assert days.columns == ["place", "date", "mean", "q50"]
    assert days.schema["date"] == pl.Date
    assert days["date"].unique().sort().to_list() == [date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 2)]
    first = days.filter((pl.col("place") == "P1") & (pl.col("date") == date(2024, 3, 31)))
    np.testing.assert_allclose(first["mean"], forecast.mean[0, :23].sum(), rtol=1e-5)  # that day had 23 hours
    np.testing.assert_allclose(days["mean"].sum(), forecast.mean.sum(), rtol=1e-5)
    quantiles = forecast.sum("1d").select(REPORTED).to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()


def test_another_period_is_refused(forecast: Forecast) -> None:
    with pytest.raises(InputError, match="'1w' is not a period") as raised:
        forecast.sum("1w")
    assert "1d" in raised.value.hint


# ---- tables -----------------------------------------------------------------------------------------------------------


def test_the_table_has_one_row_a_place_and_slot(forecast: Forecast) -> None:
    table = forecast.to_polars()
    assert table.columns == ["place", "time", "origin", "horizon", "mean", *REPORTED]
    assert table.shape == (3 * 48, 12)
    utc = pl.Datetime("us", "UTC")
    assert dict(list(table.schema.items())[:4]) == {"place": pl.String, "time": utc, "origin": utc, "horizon": pl.Int32}
    assert set(table.dtypes[4:]) == {pl.Float32}
    assert table["place"].to_list() == [place for place in ("P1", "P2", "P3") for _ in range(48)]
    assert table["horizon"].to_list() == [*range(1, 49)] * 3
    assert table["origin"].n_unique() == 1
    hours = (table["time"] - table["origin"]).dt.total_hours()
    assert (hours == table["horizon"] - 1).all()
    for name, level in zip(REPORTED, REPORTED_LEVELS, strict=True):
        np.testing.assert_array_equal(table[name], forecast.at(level).reshape(-1))
    assert table.null_count().sum_horizontal().item() == 0


def test_other_levels_are_reported_when_asked_for(forecast: Forecast) -> None:
    table = replace(forecast, reported=(0.025, 0.5, 0.99)).to_polars()
    assert table.columns[5:] == ["q02.5", "q50", "q99"]


def test_daily_forecasts_begin_at_local_midnights(make_forecast: Callable[..., Forecast]) -> None:
    panel = tiny_city(every="1d", weeks=12, future=14, timezone="Europe/Madrid")
    table = make_forecast(panel, 14).to_polars().filter(pl.col("place") == "P1")
    local = table["time"].dt.convert_time_zone("Europe/Madrid")
    assert local.dt.hour().unique().to_list() == [0]
    assert local.dt.date().to_list() == [date(2024, 3, 25 + k) if k < 7 else date(2024, 4, k - 6) for k in range(14)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: {"quantiles": f.quantiles[..., 1:]}, "do not fit .* × 23 levels"),
        (lambda f: {"mean": f.mean[:, 1:]}, "mean and opening hours"),
        (lambda f: {"open": f.open[1:]}, "mean and opening hours"),
        (lambda f: {"ranks": f.ranks[:, :, 1:]}, "Ranks of shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: Callable[..., dict], said: str, forecast: Forecast) -> None:  # type: ignore[type-arg]
    with pytest.raises(InputError, match=said):
        replace(forecast, **change(forecast))


@pytest.mark.parametrize(("every", "horizon"), [("1d", 3), ("1h", 10)])
def test_a_forecast_shorter_than_its_period_has_one_peak(
    make_forecast: Callable[..., Forecast], every: str, horizon: int
) -> None:
    """Three days that lie on both sides of a Sunday are not two weeks, nor ten hours about midnight two days."""
    forecast = make_forecast(tiny_city(every=every, weeks=12, future=21, opening=False), horizon)
    peaks = forecast.peaks()
    assert peaks.filter(pl.col("rank") == 1).height == 3
    assert peaks["date"].n_unique() == 1
    assert peaks["date"][0] == forecast.slots.start.item().date()
