from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError, LeakError, UnknownPlaceError
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import Panel, SealedPanel, local_label, open_cube, start_times, wall_times
from busyness.testing.suite import noisy_from
from busyness.testing.tiny_city import tiny_city

HOUR, DAY = SlotLength(60), SlotLength(1440)


@pytest.fixture
def panel() -> Panel:
    return tiny_city(weeks=2)


# ---- what a panel refuses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["demand", "open", "outlier", "known", "past", "known_from"])
def test_a_cube_of_another_shape_is_refused(name: str, panel: Panel) -> None:
    cubes = {"rain": panel.past["rain"][:, :-1]}
    cube = getattr(late(panel), name)
    change = {name: cubes if name in {"known", "past"} else cube[:, :-1]}
    with pytest.raises(InputError, match=r"has shape \(3, 503\)"):
        replace(panel, **change)


def test_an_impossible_history_and_a_double_place_are_refused(panel: Panel) -> None:
    for history in (-1, panel.slots.count + 1):
        with pytest.raises(InputError, match="history"):
            replace(panel, history=history)
    with pytest.raises(InputError, match="same id"):
        replace(panel, places=(panel.places[0],) * 3)


# ---- the seal ---------------------------------------------------------------------------------------------------------

ORIGIN = 200
LOOKS: dict[str, Callable[[SealedPanel, Panel], object]] = {
    "a later origin": lambda s, _: s.until(ORIGIN + 1),
    "a window past it": lambda s, _: s.window(ORIGIN - 5, ORIGIN + 1),
    "a later origin of an earlier view": lambda s, _: s.until(10).until(11),
    "an origin after the history": lambda _, p: p.until(p.history + 1),
    "an origin before the history": lambda _, p: p.until(-1),
    "a negative origin": lambda s, _: s.until(-1),
    "a flagged view": lambda s, _: s.flagged(np.array(s.outlier)).until(ORIGIN + 1),
    "a filled view": lambda s, _: s.filled(np.array(s.demand)).until(ORIGIN + 1),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_past_the_origin_raises(look: str, panel: Panel) -> None:
    with pytest.raises(LeakError):
        LOOKS[look](panel.until(ORIGIN), panel)


def test_what_is_seen_afterwards_ends_at_the_origin(panel: Panel) -> None:
    sealed = panel.until(ORIGIN)
    assert sealed.demand.shape == sealed.outlier.shape == sealed.past["rain"].shape == (3, ORIGIN)
    with pytest.raises(IndexError):
        sealed.demand[0, ORIGIN]
    np.testing.assert_array_equal(sealed.demand, panel.demand[:, :ORIGIN])
    np.testing.assert_array_equal(sealed.window(5, ORIGIN), panel.demand[:, 5:ORIGIN])
    np.testing.assert_array_equal(sealed.until(50).demand, panel.demand[:, :50])


def test_what_is_known_ahead_runs_on(panel: Panel) -> None:
    sealed = panel.until(ORIGIN)
    np.testing.assert_array_equal(sealed.known["promo"], panel.known["promo"])
    np.testing.assert_array_equal(sealed.open, panel.open)
    assert sealed.holidays == panel.holidays
    assert sealed.ids == panel.ids == ("P1", "P2", "P3")


def test_everything_handed_out_is_read_only(panel: Panel) -> None:
    for sealed in (panel.until(ORIGIN), panel.sealed(), late(panel).sealed()):
        arrays = [
            sealed.demand,
            sealed.open,
            sealed.outlier,
            sealed.window(0, 9),
            *sealed.known.values(),
            *sealed.past.values(),
        ]
        for array in arrays:
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 1
    sealed.known["promo"] = np.zeros(1)  # a copy of the mapping
    assert sealed.known["promo"].shape == panel.demand.shape


@given(origin=st.integers(0, 336))
def test_noise_after_the_origin_does_not_show(origin: int) -> None:
    panel = tiny_city(weeks=2)
    real, noisy = panel.until(origin), noisy_from(panel, origin).until(origin)
    for name in ("demand", "outlier", "open"):
        np.testing.assert_array_equal(getattr(real, name), getattr(noisy, name))
    np.testing.assert_array_equal(real.past["rain"], noisy.past["rain"])


def late(panel: Panel) -> Panel:
    """The first place's slot 100 becomes known at origin 150 only."""
    known_from = np.tile(np.arange(1, panel.slots.count + 1, dtype=np.int32), (3, 1))
    known_from[0, 100] = 150
    demand = panel.demand.copy()
    demand[0, 100] = 7
    return replace(panel, demand=demand, known_from=known_from)


def test_values_that_came_late_are_hidden_until_they_came(panel: Panel) -> None:
    panel = late(panel)
    for origin, seen in [(101, False), (149, False), (150, True), (200, True)]:
        sealed = panel.until(origin)
        assert np.isfinite(sealed.demand[0, 100]) == seen, origin
        np.testing.assert_array_equal(sealed.demand[1:], panel.demand[1:, :origin])
        np.testing.assert_array_equal(np.delete(sealed.demand[0], 100), np.delete(panel.demand[0, :origin], 100))
    assert np.isnan(panel.until(200).until(149).demand[0, 100])


def test_a_late_value_is_no_opening_hour_before_it_came(panel: Panel) -> None:
    panel = late(panel)
    opened = panel.open.copy()
    opened[0, 100] = False
    panel = replace(panel, open=opened)
    assert not panel.until(149).open[0, 100]
    assert panel.until(150).open[0, 100]
    assert not panel.open[0, 100]


def test_a_filled_view_keeps_what_is_not_known_yet_hidden_from_earlier_origins(panel: Panel) -> None:
    sealed = late(panel).until(200)
    filled = sealed.filled(np.where(np.isnan(sealed.demand), np.float32(1), sealed.demand))
    assert np.isfinite(filled.demand).all()
    assert filled.demand[0, 100] == 7
    assert np.isnan(filled.until(149).demand[0, 100])


def test_flags_are_put_on_a_view_and_not_on_the_panel(panel: Panel) -> None:
    flags = np.zeros((3, ORIGIN), bool)
    flags[1, 7] = True
    flagged = panel.until(ORIGIN).flagged(flags)
    assert flagged.outlier.sum() == 1
    assert flagged.until(8).outlier.sum() == 1
    assert flagged.until(7).outlier.sum() == 0
    assert not panel.outlier.any()
    np.testing.assert_array_equal(flagged.demand, panel.demand[:, :ORIGIN])


def test_the_slots_ahead_begin_at_the_origin(panel: Panel) -> None:
    ahead = panel.until(ORIGIN).ahead(24)
    assert (ahead.count, ahead.length) == (24, HOUR)
    assert ahead.start == panel.slots.times()[ORIGIN]
    assert panel.sealed().ahead(168).end == panel.slots.end
    with pytest.raises(InputError, match="168 slots after the origin, but 169"):
        panel.sealed().ahead(169)


# ---- selecting, finding, writing --------------------------------------------------------------------------------------


def test_places_are_selected_in_the_order_given(panel: Panel) -> None:
    chosen = late(panel).select(["P3", "P1"])
    assert chosen.ids == ("P3", "P1")
    np.testing.assert_array_equal(chosen.demand[1], late(panel).demand[0])
    assert chosen.known["promo"].shape == chosen.past["rain"].shape == chosen.known_from.shape == (2, 504)  # type: ignore[union-attr]
    assert chosen.known_from[1, 100] == 150  # type: ignore[index]
    with pytest.raises(UnknownPlaceError, match=r"no place 'P9'"):
        panel.select(["P1", "P9"])
    assert panel.select([]).demand.shape == (0, 504)


def test_a_day_begins_at_local_midnight() -> None:
    panel = tiny_city(weeks=14, timezone="Europe/Madrid")
    assert panel.origin_of(date(2024, 1, 2)) == 24
    assert panel.origin_of(date(2024, 4, 1)) == 91 * 24 - 1  # the 31st of March had 23 hours
    assert tiny_city(every="1d", weeks=2, future=7).origin_of(date(2024, 1, 3)) == 2


def test_the_history_as_a_table(panel: Panel) -> None:
    table = panel.to_polars()
    assert table.schema == {"time": pl.Datetime("us", "UTC"), "place": pl.String, "amount": pl.Float32}
    assert table.height == int(panel.observed.sum())
    first = int(np.flatnonzero(panel.observed[0])[0])
    hour = panel.slots.times()[first].astype("datetime64[us]").item().replace(tzinfo=UTC)
    assert table.row(0) == (hour, "P1", float(panel.demand[0, first]))
    assert tiny_city(weeks=0).to_polars().is_empty()
    assert tiny_city(weeks=0).to_polars().schema == table.schema


# ---- clocks -----------------------------------------------------------------------------------------------------------


def test_hourly_slots_are_counted_in_utc_and_read_by_wall_clock() -> None:
    places = [Place("a", timezone="America/Lima"), Place("b", timezone="Asia/Kolkata")]
    slots = Slots(np.datetime64("2024-01-01T05:00"), HOUR, 2)
    assert start_times(places, slots).astype(str).tolist() == [["2024-01-01T05:00:00", "2024-01-01T06:00:00"]] * 2
    assert wall_times(places, slots).astype(str).tolist() == [
        ["2024-01-01T00:00:00", "2024-01-01T01:00:00"],
        ["2024-01-01T10:30:00", "2024-01-01T11:30:00"],
    ]


def test_daily_slots_begin_at_each_places_own_midnight() -> None:
    places = [Place("a", timezone="Europe/Madrid"), Place("b", timezone="America/Lima")]
    slots = Slots(np.datetime64("2024-03-30"), DAY, 3)
    assert start_times(places, slots).astype("datetime64[h]").astype(str).tolist() == [
        ["2024-03-29T23", "2024-03-30T23", "2024-03-31T22"],
        ["2024-03-30T05", "2024-03-31T05", "2024-04-01T05"],
    ]
    assert (wall_times(places, slots) == slots.times()).all()


@pytest.mark.parametrize("length", [HOUR, DAY])
def test_no_places_have_no_times(length: SlotLength) -> None:
    slots = Slots(np.datetime64("2024-01-01"), length, 5)
    assert start_times([], slots).shape == wall_times([], slots).shape == open_cube([], slots).shape == (0, 5)


def test_places_without_hours_are_always_open() -> None:
    hours = OpeningHours((parse_intervals("08:00-10:00"),) * 7)
    places = [Place("a"), Place("b", timezone="America/Lima", opening_hours=hours)]
    cube = open_cube(places, Slots(np.datetime64("2024-01-01"), HOUR, 24))
    assert cube[0].all()
    assert np.flatnonzero(cube[1]).tolist() == [13, 14]


def test_opening_hours_follow_the_wall_clock_through_daylight_saving() -> None:
    hours = OpeningHours((parse_intervals("08:00-10:00"),) * 7)
    place = Place("a", timezone="Europe/Madrid", opening_hours=hours)
    cube = open_cube([place], Slots(np.datetime64("2024-03-30"), HOUR, 72))
    assert np.flatnonzero(cube[0]).tolist() == [7, 8, 24 + 6, 24 + 7, 48 + 6, 48 + 7]


@pytest.mark.parametrize(
    ("timezone", "utc", "label"),
    [
        ("America/Lima", "2025-01-31T13:00", "2025-01-31T08:00:00-05:00"),
        ("Asia/Kathmandu", "2025-01-31T13:00", "2025-01-31T18:45:00+05:45"),
        ("America/St_Johns", "2025-01-31T13:00", "2025-01-31T09:30:00-03:30"),
        ("Europe/Madrid", "2024-10-27T00:30", "2024-10-27T02:30:00+02:00"),
        ("Europe/Madrid", "2024-10-27T01:30", "2024-10-27T02:30:00+01:00"),
        ("UTC", "2025-01-31T13:00", "2025-01-31T13:00:00+00:00"),
    ],
)
def test_a_local_label_has_its_offset_and_reads_back(timezone: str, utc: str, label: str) -> None:
    moment = np.array([utc], "datetime64[s]")
    assert local_label(moment, timezone) == [label]
    assert datetime.fromisoformat(label).astimezone(UTC).replace(tzinfo=None) == moment.astype("datetime64[us]").item(0)


def test_no_times_have_no_labels() -> None:
    assert local_label(np.array([], "datetime64[s]"), "America/Lima") == []
