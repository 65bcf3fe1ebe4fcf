"""Families on panels small enough to work every value out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.features.builder import FAMILIES, DirectFeatures, FeatureSpec
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import Panel

NAN = np.nan
HOUR, DAY, WEEK = 1, 24, 168
EVERYTHING = FeatureSpec(families=tuple(FAMILIES))


def seen(panel: Panel, *cells: tuple[int, int, int], trained_on: Panel | None = None) -> Examples:
    """The examples of these (place, slot, origin)."""
    place, slot, origin = np.array(cells, np.int32).T
    builder = DirectFeatures(EVERYTHING).prepared((trained_on or panel).sealed())
    return builder.examples(panel.sealed(), Cells(place, slot, origin))


def check(examples: Examples, **expected: list[float]) -> None:
    for name, values in expected.items():
        np.testing.assert_allclose(examples.column(name), values, rtol=1e-5, err_msg=name)


def ramp(make_panel: Callable[..., Panel], weeks: int = 10, **parts: object) -> Panel:
    """One place; each hour of a week counts 1, 2, 3 … of the week's number."""
    demand = np.repeat(np.arange(1.0, weeks + 1), WEEK)[None, :]
    return make_panel(demand, history=weeks * WEEK, **parts)


def test_recent_weeks(make_panel: Callable[..., Panel]) -> None:
    panel = ramp(make_panel)
    start = 9 * WEEK  # level: the mean of weeks 6 to 9 is 7.5
    examples = seen(panel, (0, start, start), (0, start + WEEK - 1, start), (0, 2 * WEEK + 5, 2 * WEEK))
    check(
        examples,
        log_level=[np.log(7.5), np.log(7.5), np.log(1.5)],
        weeks_back_1=[9 / 7.5, 9 / 7.5, 2 / 1.5],
        weeks_back_4=[6 / 7.5, 6 / 7.5, NAN],
        mean_4=[1, 1, 1],
        mean_8=[5.5 / 7.5, 5.5 / 7.5, 1],
        median_8=[5.5 / 7.5, 5.5 / 7.5, 1],
        spread_8=[np.sqrt(5.25) / 7.5, np.sqrt(5.25) / 7.5, 0.5 / 1.5],
        weeks_seen=[8, 8, 2],
        last_day=[9 / 7.5, 9 / 7.5, 2 / 1.5],
        last_7_days=[9 / 7.5, 9 / 7.5, 2 / 1.5],
        horizon=[0, WEEK - 1, 5],
    )


def test_a_fortnight_ahead_the_last_week_is_not_known(make_panel: Callable[..., Panel]) -> None:
    slot = 9 * WEEK + 3
    examples = seen(ramp(make_panel), (0, slot, slot - WEEK - 3), (0, slot, slot - WEEK), (0, slot, slot - WEEK + 1))
    level = examples.level
    check(examples, weeks_back_1=[NAN, NAN, 9 / level[2]], weeks_back_2=list(8 / level), weeks_seen=[7, 7, 8])
    check(examples, mean_4=[7 / level[0], 7 / level[1], 7.5 / level[2]])


def test_trends(make_panel: Callable[..., Panel]) -> None:
    panel = ramp(make_panel, weeks=62)
    start = 9 * WEEK
    later = 61 * WEEK  # level: weeks 58 to 61; a year of 52 weeks before: weeks 6 to 9
    examples = seen(panel, (0, start, start), (0, later, later))
    now = [9 / 6.5, 61 / 58.5]
    check(examples, trend_6h=now, trend_24h=now, trend_72h=now, trend_168h=now)
    check(examples, trend_28d=[7.5 / 3.5, 59.5 / 55.5], trend_year=[NAN, 59.5 / 7.5])


def test_sundays_stand_for_holidays(make_panel: Callable[..., Panel]) -> None:
    demand = np.ones((1, 6 * WEEK))  # from Monday, 1 January 2024
    demand[0, 6 * DAY :: WEEK] = [5, 7, 9, 11, 13, 99]  # Sundays' first hour
    panel = make_panel(demand, holidays={date(2024, 2, 7): "Feast"})
    wednesday = 5 * WEEK + 2 * DAY
    examples = seen(panel, (0, wednesday, wednesday), (0, wednesday + 1, wednesday))
    level = examples.level[0]
    check(examples, sundays=[9 / level, 1 / level], is_holiday=[1, 1], day_type=[7, 7], day_of_week=[2, 2])


def test_the_same_holiday_last_year_and_all_holidays_so_far(make_panel: Callable[..., Panel]) -> None:
    holidays = {date(2023, 3, 13): "Labour", date(2024, 3, 11): "Labour", date(2023, 5, 1): "May"}
    demand = np.full((3, 460), 10.0)  # days from 1 January 2023
    demand[:, 71] = [20, 30, 70]  # 13 March 2023
    demand[0, 120] = 4  # 1 May 2023
    panel = make_panel(demand, every="1d", first="2023-01-01", holidays=holidays)
    labour, next_day = 435, 436  # 11 and 12 March 2024
    examples = seen(panel, (0, labour, 430), (0, next_day, 430), (0, 71, 71), (1, 200, 199))
    check(
        examples,
        last_year=[2, 1, NAN, NAN],
        last_year_city=[3, 10 / (300 / 28), NAN, NAN],  # the 14th is seen beside four weeks that hold the 13th
        past_holidays=[(2 + 4 / 10) / 2, (2 + 4 / 10) / 2, NAN, (3 + 1) / 2],
        holiday=[1, 0, 1, 0],
        until_holiday=[0, 10, 0, 10],
        since_holiday=[0, 1, 0, 10],
    )


def test_the_city_tells_a_new_place_its_profile(make_panel: Callable[..., Panel]) -> None:
    demand = np.ones((3, 13 * WEEK))
    demand[:, 8::DAY] = 5
    demand[2] = NAN
    panel = make_panel(demand)
    start = 12 * WEEK
    examples = seen(panel, (2, start + 8, start), (2, start + 9, start), (0, start + 8, start))
    level = 28 / 24
    np.testing.assert_allclose(examples.level, level, rtol=1e-6)
    check(examples, profile_city=[5 / level, 1 / level, 5 / level], median_8=[NAN, NAN, 5 / level], weeks_seen=[0, 0, 8])


def test_the_city_ends_where_the_last_time_zone_is(make_panel: Callable[..., Panel]) -> None:
    demand = np.ones((2, 400 * DAY))
    demand[:, 240:] = NAN
    panel = make_panel(demand, first="2024-02-01", history=240, timezones=("Pacific/Auckland", "Pacific/Honolulu"))
    year = 240 + 364 * DAY  # its twin is the origin; in Honolulu the same wall-clock time comes most of a day later
    examples = seen(panel, (0, year - 2, 240), (0, year - 30, 240))
    check(examples, last_year_city=[NAN, 1])


def test_calendar_over_a_change_of_the_clock(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel(np.ones((1, 75)), first="2024-04-06", timezones=("Australia/Melbourne",))
    examples = seen(panel, (0, 26, 24), (0, 27, 24), (0, 28, 24), (0, 49, 24))  # 7 April: two o'clock comes twice
    check(
        examples, hour_of_day=[2, 2, 3, 0], day_of_week=[6, 6, 6, 0], hour_of_week=[146, 146, 147, 0], horizon=[2, 2, 3, 24]
    )


@pytest.mark.parametrize("first", ["2014-03-24", "2014-09-22"])
def test_melbourne_reads_the_same_local_hour_in_weeks_of_a_change(make_panel: Callable[..., Panel], first: str) -> None:
    hours = 3 * WEEK
    panel = make_panel(np.zeros((1, hours)), first=first, timezones=("Australia/Melbourne",))
    probe = DirectFeatures().prepared(panel.sealed())
    empty = np.zeros(hours, np.int32)
    cells = Cells(empty, np.arange(hours, dtype=np.int32), empty)
    hour_of_day = probe.examples(panel.sealed(), cells).column("hour_of_day")
    clock = make_panel(hour_of_day[None] + 1, first=first, timezones=("Australia/Melbourne",))
    ahead = seen(clock, *[(0, slot, 2 * WEEK) for slot in range(2 * WEEK, hours)])
    for name in ("weeks_back_1", "weeks_back_2", "last_day"):
        found = ahead.column(name) * ahead.level - 1
        known = np.isfinite(found)
        np.testing.assert_allclose(found[known], ahead.column("hour_of_day")[known], atol=1e-4)
        assert known.sum() >= WEEK - 7  # the skipped hour was never counted


def test_quarter_hours_have_fractions(make_panel: Callable[..., Panel]) -> None:
    examples = seen(make_panel(np.ones((1, 96 * 3)), every="15min"), (0, 96 + 7, 96))
    check(examples, hour_of_day=[1.75], hour_of_week=[25.75], trend_6h=[NAN], prev_hourly_traffic=[1])


def test_the_documents_features(make_panel: Callable[..., Panel]) -> None:
    panel = ramp(make_panel)
    start = 9 * WEEK
    examples = seen(panel, (0, start + 5, start), (0, 3, 0))
    ma_30 = (28 * 7.5 + 2 * 5) / 30
    check(
        examples,
        prev_hourly_traffic=[9 / 7.5, NAN],
        prev_daily_traffic=[9 / 7.5, NAN],
        ma_hourly_traffic_7days=[9 / 7.5, NAN],
        ma_hourly_traffic_30days=[ma_30 / 7.5, NAN],
        month=[3, 1],
        day_of_month=[4, 1],
        season=[2, 1],
        is_holiday=[0, 0],
        since_payday=[4, 1],
    )


def test_seasons_follow_the_hemisphere(make_panel: Callable[..., Panel]) -> None:
    places = (
        Place("north", latitude=52.4, timezone="America/Lima"),
        Place("south", latitude=-12.0),
        Place("lima", timezone="America/Lima"),
        Place("nowhere"),
    )
    panel = make_panel(np.ones((4, 366)), every="1d", places=places)
    days = [date(2024, month, 1).timetuple().tm_yday - 1 for month in (1, 3, 6, 9, 12)]
    for place, expected in enumerate(([1, 2, 3, 4, 1], [3, 4, 1, 2, 3], [3, 4, 1, 2, 3], [1, 2, 3, 4, 1])):
        check(seen(panel, *[(place, day, 0) for day in days]), season=expected)


def test_covariates_places_and_interactions(make_panel: Callable[..., Panel]) -> None:
    places = (
        Place("A", attributes={"district": "north", "area": 120.0}),
        Place("B", attributes={"district": "south"}),
        Place("C"),
    )
    hours = np.arange(96, dtype=np.float32)
    known = {"temperature": np.stack([hours, hours + 100, hours * NAN]), "promo_event_1": np.stack([hours > 50] * 3) * 1.0}
    past = {"sales": np.stack([hours, hours * NAN, np.where(hours < 60, NAN, hours)])}
    parts = {
        name: {k: np.asarray(v, np.float32) for k, v in cubes.items()} for name, cubes in (("known", known), ("past", past))
    }
    panel = make_panel(np.ones((3, 96)), places=places, history=72, **parts)
    examples = seen(panel, (0, 75, 72), (1, 75, 72), (2, 75, 72), (0, 12, 6))
    check(
        examples,
        place=[0, 1, 2, 0],
        district=[0, 1, NAN, 0],
        area=[120, NAN, NAN, 120],
        temperature=[75, 175, NAN, 12],
        promo_event_1=[1, 1, 1, 0],
        sales_last_day=[59.5, NAN, 65.5, 2.5],
        hour_of_day_x_temperature=[3 * 75, 3 * 175, NAN, 12 * 12],
        day_of_week_x_promo_event_1=[4, 4, 4, 0],
    )
    assert examples.categorical == ("holiday", "season", "place", "district")


def test_a_missing_covariate_is_named(make_panel: Callable[..., Panel]) -> None:
    cube = {"temperature": np.ones((1, 48), np.float32)}
    trained_on = make_panel(np.ones((1, 48)), known=cube)
    with pytest.raises(InputError, match="'temperature'") as caught:
        seen(make_panel(np.ones((1, 48)), known={"temprature": cube["temperature"]}), (0, 30, 24), trained_on=trained_on)
    assert "temprature" in caught.value.hint


def test_names_that_clash_or_that_lightgbm_refuses_are_changed(make_panel: Callable[..., Panel]) -> None:
    cube = np.ones((1, 48), np.float32)
    known = dict.fromkeys(("horizon", "is_holiday", "price, USD", "price USD", "price_USD", ",", "área"), cube)
    panel = make_panel(cube, known=known, places=(Place("A", attributes={"horizon": 1.0, "month": "may"}),))
    names = seen(panel, (0, 30, 24)).names
    assert len(set(names)) == len(names)
    assert not any(set(name) & set('",:[]{} ') for name in names)
    added = {
        "place_horizon",
        "place_month",
        "known_horizon",
        "known_is_holiday",
        "price_USD",
        "known_price_USD",
        "known",
        "área",
    }
    assert added < set(names)


def test_a_known_temperature_is_also_given_as_the_mean_of_its_day(make_panel):
    warm = np.arange(24 * 5, dtype=np.float32)[None].copy()
    warm[0, 30:50] = np.nan
    panel = make_panel(np.ones((1, 24 * 5)), known={"promo": np.zeros((1, 24 * 5), np.float32), "temperature": warm})
    builder = DirectFeatures(FeatureSpec(families=("covariate",))).prepared(panel.sealed())
    slots = np.array([100, 60, 52, 5], np.int32)
    examples = builder.examples(panel.sealed(), Cells(np.zeros(4, np.int32), slots, np.zeros(4, np.int32)))
    assert examples.names == ("place", "promo", "temperature", "temperature_24h")
    # 77 … 100; of 37 … 60 only 50 … 60 are known, of 29 … 52 four, and of the first day six: too few
    np.testing.assert_allclose(examples.column("temperature_24h"), [88.5, np.nan, np.nan, np.nan])
    days = make_panel(np.ones((1, 30)), every="1d", known={"temperature": np.ones((1, 30), np.float32)})
    names = [feature.name for feature in DirectFeatures().prepared(days.sealed()).catalog(days.sealed())]
    assert "temperature" in names
    assert "temperature_24h" not in names
