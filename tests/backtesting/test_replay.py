from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from busyness.backtesting.baselines import seasonal_mean, seasonal_naive
from busyness.backtesting.replay import Replay, beside_observed, dated_origins, origins_back, replay
from busyness.domain.errors import InputError, LeakError
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel, SealedPanel
from busyness.testing.suite import noisy_from
from busyness.testing.tiny_city import tiny_city

DAY, HORIZON = 24, 48
LEVELS = (0.1, 0.5, 0.9)


@dataclass
class Recording:
    """A forecaster that repeats the last day it may see, and remembers what it was asked."""

    version: str = "unfitted"
    fitted_at: list[int] = field(default_factory=list)
    asked_at: list[tuple[str, int]] = field(default_factory=list)
    reach: int = 0

    def fit(self, panel: SealedPanel, horizon: int) -> Recording:
        self.fitted_at.append(panel.origin)
        return replace(self, version=f"fitted at {panel.origin}")

    def predict(self, panel: SealedPanel, horizon: int) -> Forecast:
        self.asked_at.append((self.version, panel.origin))
        day = np.nan_to_num(panel.window(panel.origin - DAY, panel.origin + self.reach)[:, :DAY])
        median = np.tile(day, horizon // DAY).astype(np.float32)
        marks = np.stack([median * 0.5, median, median * 1.5], axis=-1)
        opened = np.asarray(panel.open[:, panel.origin : panel.origin + horizon])
        ranks = np.zeros((1, *median.shape), np.uint8)
        return Forecast(panel.places, panel.ahead(horizon), LEVELS, marks, median, opened, ranks, reported=LEVELS)

    def to_parts(self) -> Any:
        raise AssertionError("nothing is saved here")


@pytest.fixture(scope="module")
def city() -> Panel:
    return tiny_city(2, 6)


def plan(city: Panel, count: int = 5, refit: int | None = 1) -> Replay:
    return Replay(origins_back(city, HORIZON, windows=count, step=DAY), HORIZON, refit)


# ---- origins ---------------------------------------------------------------------------------------------------------


def test_the_last_window_ends_with_the_history(city: Panel) -> None:
    origins = origins_back(city, HORIZON, windows=3, step=DAY)
    last = city.history - HORIZON
    assert origins == (last - 2 * DAY, last - DAY, last)


def test_the_last_window_ends_where_it_is_told_to(city: Panel) -> None:
    assert origins_back(city, HORIZON, windows=2, step=7, end=500) == (445, 452)


def test_origins_leave_a_third_of_the_history_and_one_slot_at_least(city: Panel) -> None:
    origins = origins_back(city, HORIZON, windows=1000, step=DAY)
    assert origins[0] >= city.history // 3 > origins[0] - DAY
    assert {origin % DAY for origin in origins} == {(city.history - HORIZON) % DAY}
    short = tiny_city(1, 2 / 168)
    assert origins_back(short, 1, windows=9, step=1) == (1,)
    assert origins_back(short, 2, windows=9, step=1) == ()


def test_dates_become_their_local_midnights_in_order_and_once(city: Panel) -> None:
    days = [np.datetime64(day) for day in ("2024-01-20", "2024-01-10", "2024-01-20")]
    assert dated_origins(city, days) == (9 * DAY, 19 * DAY)
    assert dated_origins(tiny_city(1, 6, every="1d"), days) == (9, 19)


@pytest.mark.parametrize("day", ["2023-12-31", "2024-01-01", "2024-02-12", "2030-01-01"])
def test_a_date_without_data_before_and_after_it_is_refused(city: Panel, day: str) -> None:
    with pytest.raises(InputError, match="2024-01-01 to 2024-02-11") as fault:  # local dates
        dated_origins(city, [np.datetime64(day)])
    assert day in fault.value.message


# ---- replay ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("refit", "which"), [(1, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (3, [0, 3]), (9, [0]), (None, [0])])
def test_the_model_is_fitted_again_as_often_as_asked(city: Panel, refit: int | None, which: list[int]) -> None:
    model, wanted = Recording(), plan(city, refit=refit)
    _, last = replay(city, model, wanted)
    assert model.fitted_at == [wanted.origins[number] for number in which]
    assert last.version == f"fitted at {model.fitted_at[-1]}"
    newest = [max(origin for origin in model.fitted_at if origin <= at) for at in wanted.origins]
    assert model.asked_at == [(f"fitted at {fit}", at) for fit, at in zip(newest, wanted.origins, strict=True)]


def test_one_row_a_place_slot_and_origin_with_what_came_beside(city: Panel) -> None:
    wanted = plan(city, 2)
    frame, _ = replay(city, Recording(), wanted)
    said = ["place", "time", "origin", "observed", "seasonal_naive", "seasonal_mean", "mean", "q10", "q50", "q90"]
    assert frame.columns == said
    assert len(frame) == 2 * len(city.places) * HORIZON
    assert frame.select("place", "time", "origin").is_unique().all()
    counts = city.to_polars().select("place", "time", came="amount")
    joined = frame.join(counts, on=["place", "time"], how="left")
    assert joined["observed"].equals(joined["came"], null_equal=True)
    assert frame["observed"].null_count() > 0  # closed, or not counted


def test_the_baselines_are_those_of_the_origin(city: Panel) -> None:
    origin = city.history - HORIZON
    frame = beside_observed(city, Recording().predict(city.until(origin), HORIZON), origin)
    for name, baseline in (("seasonal_naive", seasonal_naive), ("seasonal_mean", seasonal_mean)):
        told = frame[name].to_numpy().reshape(len(city.places), HORIZON)
        np.testing.assert_array_equal(told, baseline(city.until(origin), [origin], HORIZON)[0])


def test_what_came_in_a_closed_slot_is_not_scored(city: Panel) -> None:
    origin = city.history - HORIZON
    demand = np.full(city.demand.shape, np.nan, np.float32)
    demand[:, : city.history] = 3
    visited = replace(city, demand=demand)
    frame = beside_observed(visited, Recording().predict(visited.until(origin), HORIZON), origin)
    opened = city.open[:, origin : city.history].ravel()
    assert frame["observed"].is_not_null().to_list() == opened.tolist()


def test_what_comes_after_the_history_is_null(city: Panel) -> None:
    frame, _ = replay(city, Recording(), Replay((city.history - DAY,), HORIZON))
    later = frame.filter(pl.col("time") >= frame["time"].min() + pl.duration(hours=DAY))
    assert later["observed"].null_count() == len(later) == len(city.places) * DAY


def test_every_origin_sees_only_what_lay_before_it(city: Panel) -> None:
    wanted = plan(city)
    real, _ = replay(city, Recording(), wanted)
    for origin in wanted.origins:
        noisy, _ = replay(noisy_from(city, origin), Recording(), replace(wanted, origins=(origin,)))
        at = city.slots.times(origin, origin + 1).astype("datetime64[us]").item()
        mine = real.filter(pl.col("origin").dt.replace_time_zone(None) == at)
        assert mine.drop("observed").equals(noisy.drop("observed"))


def test_a_forecaster_that_peeks_is_stopped(city: Panel) -> None:
    with pytest.raises(LeakError):
        replay(city, Recording(reach=1), plan(city))


def test_preparation_sees_the_sealed_panel_of_every_origin_and_scores_stay_raw(city: Panel) -> None:
    seen = []

    def doubled(sealed: SealedPanel) -> SealedPanel:
        seen.append(sealed.origin)
        return sealed.filled(sealed.demand * 2)

    wanted = plan(city, 3)
    plain, _ = replay(city, Recording(), wanted)
    prepared, _ = replay(city, Recording(), replace(wanted, prepare=doubled))
    assert seen == list(wanted.origins)
    assert prepared["q50"].equals(plain["q50"] * 2)
    unchanged = ["observed", "seasonal_naive", "seasonal_mean"]
    assert prepared.select(unchanged).equals(plain.select(unchanged))


def test_progress_is_told_before_each_origin_and_at_the_end(city: Panel) -> None:
    told: list[int] = []
    replay(city, Recording(), plan(city, 3), watch=told.append)
    assert told == [0, 1, 2, 3]


def test_no_origin_is_an_error(city: Panel) -> None:
    with pytest.raises(InputError, match="no origin"):
        replay(city, Recording(), Replay((), HORIZON))


def test_the_city_is_what_these_tests_take_it_for(city: Panel) -> None:
    assert city.history == 42 * DAY
    assert city.origin_of(date(2024, 1, 1)) == 0
