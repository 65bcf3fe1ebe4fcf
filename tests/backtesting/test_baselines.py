"""The baselines: same local hour, before the origin only, over daylight saving too."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from busyness.backtesting.baselines import seasonal_mean, seasonal_naive, seasonal_scales
from busyness.domain.errors import InputError, LeakError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import Panel, wall_times

WEEK = 168


def panel_of(
    demand: np.ndarray,
    *,
    start: str = "2025-01-06T00",
    minutes: int = 60,
    zones: tuple[str, ...] = ("UTC",),
    known_from: np.ndarray | None = None,
) -> Panel:
    demand = np.atleast_2d(np.asarray(demand, np.float32))
    places = tuple(Place(id=f"p{k}", timezone=zones[k % len(zones)]) for k in range(len(demand)))
    slots = Slots(np.datetime64(start, "s"), SlotLength(minutes), demand.shape[1])
    always, never = np.ones(demand.shape, bool), np.zeros(demand.shape, bool)
    return Panel(places, slots, demand.shape[1], demand, always, never, known_from=known_from)


def of_wall_clock(*, start: str, days: int, zone: str) -> Panel:
    """Demand that says which local hour it is of: day of the year × 100 + hour."""
    empty = panel_of(np.zeros(days * 24), start=start, zones=(zone,))
    wall = wall_times(empty.places, empty.slots)
    hour = (wall - wall.astype("datetime64[D]")).astype(np.int64) // 3600
    day = (wall.astype("datetime64[D]") - np.datetime64("2024-12-31")).astype(np.int64)
    return panel_of(day * 100 + hour, start=start, zones=(zone,))


def test_last_week_and_the_mean_of_four_by_hand() -> None:
    weeks = np.repeat([10.0, 20, 30, 40, 50], WEEK) + np.tile(np.arange(WEEK) / 1000, 5)
    panel = panel_of(weeks).sealed()
    naive, mean = seasonal_naive(panel, [4 * WEEK, 5 * WEEK], 48), seasonal_mean(panel, [4 * WEEK, 5 * WEEK], 48)
    assert naive.shape == mean.shape == (2, 1, 48)
    assert naive.dtype == mean.dtype == np.float32
    hours = np.arange(48) / 1000
    np.testing.assert_allclose(naive[:, 0], [40 + hours, 50 + hours], rtol=1e-6)
    np.testing.assert_allclose(mean[:, 0], [25 + hours, 35 + hours], rtol=1e-6)


def test_what_was_not_observed_is_looked_for_one_week_further_back() -> None:
    weeks = np.repeat(np.arange(1.0, 13), WEEK).reshape(12, WEEK)
    weeks[11, 0] = weeks[8:12, 1] = weeks[1:12, 2] = weeks[:, 3] = np.nan
    panel = panel_of(weeks.ravel()).sealed()
    assert seasonal_naive(panel, [12 * WEEK], 5)[0, 0].tolist() == pytest.approx([11, 8, 1, np.nan, 12], nan_ok=True)
    assert seasonal_naive(panel, [12 * WEEK], 5, weeks=8)[0, 0].tolist() == pytest.approx(
        [11, 8, np.nan, np.nan, 12], nan_ok=True
    )
    assert seasonal_mean(panel, [12 * WEEK], 5)[0, 0].tolist() == pytest.approx(
        [(9 + 10 + 11) / 3, np.nan, np.nan, np.nan, 10.5], nan_ok=True
    )


def test_a_horizon_of_more_than_a_week_reads_the_last_weeks_before_the_origin() -> None:
    panel = panel_of(np.repeat(np.arange(1.0, 7), WEEK)).until(6 * WEEK)
    assert set(seasonal_naive(panel, [5 * WEEK], 3 * WEEK).ravel()) == {5.0}
    assert set(seasonal_mean(panel, [5 * WEEK], 3 * WEEK).ravel()) == {3.5}


def test_an_origin_within_the_week_reads_what_came_since() -> None:
    panel = panel_of(np.arange(3.0 * WEEK)).sealed()
    origin = 2 * WEEK + 30
    assert seasonal_naive(panel, [origin], WEEK)[0, 0].tolist() == [float(origin + k - WEEK) for k in range(WEEK)]


@pytest.mark.parametrize(
    ("zone", "start", "first_day"),
    [
        ("Australia/Melbourne", "2025-03-02T13", date(2025, 4, 5)),  # back on 6 April: a day of 25 hours
        ("Australia/Melbourne", "2025-09-01T14", date(2025, 10, 4)),  # forward on 5 October: a day of 23 hours
        ("America/Santiago", "2025-03-02T03", date(2025, 4, 5)),  # at midnight
    ],
)
@pytest.mark.parametrize("shift", [0, 7, 14, 21])
def test_daylight_saving_weeks_compare_the_same_local_hour(zone: str, start: str, first_day: date, shift: int) -> None:
    panel = of_wall_clock(start=start, days=80, zone=zone)
    origin = panel.origin_of(first_day) + shift * 24
    ahead = panel.demand[0, origin : origin + WEEK].astype(int)
    seen = set(panel.demand[0, :origin].astype(int).tolist())
    weeks = [[hour - 700 * k for k in range(1, 7) if hour - 700 * k <= max(seen)] for hour in ahead.tolist()]
    naive = [next(hour for hour in hours if hour in seen) for hours in weeks]
    mean = [np.mean([hour for hour in hours[:4] if hour in seen]) for hours in weeks]
    np.testing.assert_array_equal(seasonal_naive(panel.sealed(), [origin], WEEK)[0, 0], naive)
    np.testing.assert_allclose(seasonal_mean(panel.sealed(), [origin], WEEK)[0, 0], mean, rtol=1e-6)
    assert (naive != ahead - 700).sum() <= 2  # the skipped hour, and one that is not before the origin yet


def test_of_an_hour_that_comes_twice_the_first_is_read() -> None:
    panel = of_wall_clock(start="2025-03-02T13", days=60, zone="Australia/Melbourne")
    twice = np.flatnonzero(panel.demand[0] == 96 * 100 + 2)  # 6 April, 02:00
    assert len(twice) == 2
    demand = panel.demand.copy()
    demand[0, twice] = [1, 2]
    changed = panel_of(demand, start="2025-03-02T13", zones=("Australia/Melbourne",))
    origin = int(twice[1]) + 100
    assert seasonal_naive(changed.sealed(), [origin], WEEK)[0, 0, int(twice[0]) + WEEK + 1 - origin] == 1


def test_a_long_horizon_over_a_skipped_hour_reads_nothing_past_the_origin() -> None:
    panel = of_wall_clock(start="2025-09-01T14", days=60, zone="Australia/Melbourne")
    origin = panel.origin_of(date(2025, 9, 27))
    horizon = 4 * WEEK  # 5 October skips 02:00; the same hour on the 12th and 19th comes
    naive = seasonal_naive(panel.sealed(), [origin], horizon)[0, 0]
    ahead = panel.demand[0, origin : origin + horizon]
    assert (naive % 100 == ahead % 100)[~np.isnan(naive)].all()
    assert np.isnan(naive).sum() == 0


def test_places_of_several_zones_keep_their_own_clock() -> None:
    zones = ("America/Lima", "Europe/Madrid", "Asia/Kolkata")
    rng = np.random.default_rng(1)
    demand = rng.random((7, 9 * WEEK))
    together = panel_of(demand, start="2025-03-01T00", zones=zones)
    origins = [4 * WEEK + 5, 6 * WEEK]
    for forecast in (seasonal_naive, seasonal_mean):
        whole = forecast(together.sealed(), origins, WEEK)
        for row, place in enumerate(together.places):
            alone = forecast(together.select([place.id]).sealed(), origins, WEEK)
            np.testing.assert_array_equal(whole[:, [row]], alone)


def test_daily_slots_look_seven_days_back() -> None:
    panel = panel_of(np.arange(60.0), start="2025-03-01", minutes=1440, zones=("Europe/Madrid",)).sealed()
    assert seasonal_naive(panel, [50], 9)[0, 0].tolist() == [43, 44, 45, 46, 47, 48, 49, 43, 44]
    assert seasonal_mean(panel, [50], 2)[0, 0].tolist() == [43 - 10.5, 44 - 10.5]


def test_no_history_no_place_and_no_origin_are_answered() -> None:
    panel = panel_of(np.full((2, WEEK), np.nan)).sealed()
    assert np.isnan(seasonal_naive(panel, [0, 10, WEEK], 24)).all()
    assert np.isnan(seasonal_mean(panel, [0, 10, WEEK], 24)).all()
    assert seasonal_naive(panel, [], 24).shape == (0, 2, 24)
    assert seasonal_naive(panel_of(np.zeros((0, WEEK))).sealed(), [WEEK], 24).shape == (1, 0, 24)
    assert all(np.isnan(scale) for scale in seasonal_scales(panel).values())


def test_origins_outside_the_panel_are_refused() -> None:
    panel = panel_of(np.zeros(2 * WEEK)).until(WEEK)
    with pytest.raises(LeakError):
        seasonal_naive(panel, [WEEK + 1], 24)
    with pytest.raises(InputError):
        seasonal_mean(panel, [-1], 24)


def test_a_value_that_came_late_is_read_only_when_it_was_known() -> None:
    demand = np.repeat([1.0, 2, 3], WEEK)
    known_from = np.arange(1, 3 * WEEK + 1, dtype=np.int32)[None].copy()
    known_from[0, WEEK : WEEK + 10] = 2 * WEEK + 5
    panel = panel_of(demand, known_from=known_from).sealed()
    early, later = seasonal_naive(panel, [2 * WEEK, 2 * WEEK + 5], 10)[:, 0]
    assert early.tolist() == [1.0] * 10
    assert later.tolist()[:5] == [2.0] * 5


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.integers(0, 5 * WEEK), st.integers(1, 3 * WEEK), st.sampled_from(["UTC", "Europe/Madrid", "Australia/Lord_Howe"]))
def test_what_comes_after_the_origin_changes_nothing(origin: int, horizon: int, zone: str) -> None:
    rng = np.random.default_rng(origin)
    demand = rng.random((2, 5 * WEEK))
    noise = demand.copy()
    noise[:, origin:] = -1000
    for forecast in (seasonal_naive, seasonal_mean):
        before, after = (
            forecast(panel_of(cube, start="2025-03-10T00", zones=(zone,)).sealed(), [origin], horizon)
            for cube in (demand, noise)
        )
        np.testing.assert_array_equal(before, after)


def test_the_scale_of_a_place_is_its_change_from_week_to_week() -> None:
    demand = np.stack([np.repeat([10.0, 13, 8], WEEK), np.repeat([5.0, 5, 5], WEEK), np.full(3 * WEEK, np.nan)])
    demand[0, :WEEK] = np.nan
    demand[0, WEEK // 2 : WEEK] = 10
    scales = seasonal_scales(panel_of(demand).sealed())
    assert scales["p0"] == pytest.approx((3 * WEEK / 2 + 5 * WEEK) / (1.5 * WEEK))
    assert scales["p1"] == 0
    assert np.isnan(scales["p2"])


def test_the_scale_compares_the_same_local_hour() -> None:
    panel = of_wall_clock(start="2025-03-02T13", days=80, zone="Australia/Melbourne")
    assert seasonal_scales(panel.sealed()) == {"p0": 700}
