"""Each row is counted, outside or rejected, whatever comes; places and clocks are those that were said."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.testing.clock import FakeClock
from busyness.workflows.count_events import SALT, count_events
from busyness.workflows.options import with_options
from busyness.workflows.settings import RunSettings

HOUR, DAY = SlotLength(60), SlotLength(1440)
BEGIN = datetime(2025, 3, 3, tzinfo=UTC)
STORES = {
    "A": Place("A", latitude=40.40, longitude=-3.70, timezone="Europe/Madrid"),
    "B": Place("B", latitude=40.45, longitude=-3.70, timezone="Europe/Madrid"),
}


def count(frame: pl.DataFrame, register: dict[str, Place] | None = None, *, length: SlotLength = HOUR, **options: object):
    settings = with_options(RunSettings(), {"rows": "points", **options})
    clock = FakeClock(datetime(2025, 6, 1, tzinfo=UTC))
    return count_events(settings, register or {}, length=length, future=24, source=frame, clock=clock)


def points(hours: list[float], north: list[float | None], east: list[float | None]) -> pl.DataFrame:
    times = [BEGIN + timedelta(hours=hour) for hour in hours]
    schema = {"time": pl.Datetime("us", "UTC"), "latitude": pl.Float64, "longitude": pl.Float64}
    return pl.DataFrame({"time": times, "latitude": north, "longitude": east}, schema=schema)


def named(hours: list[float], places: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"time": [BEGIN + timedelta(hours=hour) for hour in hours], "place": places})


position = st.one_of(
    st.none(), st.floats(-100, 200), st.floats(40.39, 40.41), st.floats(40.44, 40.46), st.just(float("nan")), st.just(0.0)
)
east = st.one_of(st.none(), st.floats(-200, 200), st.floats(-3.71, -3.69), st.just(0.0))


@given(st.lists(st.tuples(st.integers(0, 24 * 60), position, east), max_size=60), st.booleans())
def test_every_row_is_counted_or_outside_or_rejected(rows, hexagons):
    near = [(hour, 40.40, -3.70) for hour in range(5)]  # so that something is counted
    frame = points(*map(list, zip(*near, *rows, strict=True)))
    space = {"hexagons": 8, "at_least": 0} if hexagons else {"within": 500.0}
    counted = count(frame, None if hexagons else STORES, **space)
    rejected = sum(counted.tally.reasons.values())
    assert counted.tally.read == frame.height == counted.tally.mapped + counted.tally.unmapped + rejected
    assert sum(counted.reasons.values()) == rejected + counted.tally.unmapped
    assert np.nansum(counted.gridded.panel.demand) == counted.tally.mapped
    if hexagons:
        assert counted.tally.unmapped == 0


def test_events_and_places_have_to_fit_each_other():
    with pytest.raises(SettingsError, match="nothing says what a place is"):
        count(points([0], [40.4], [-3.7]))
    with pytest.raises(SettingsError, match="have no positions"):
        count(named([0], ["A"]), hexagons=8)
    with pytest.raises(SettingsError, match="changes by the hour"):
        count(named([0], ["A"]), length=DAY, rows="sensors", count="occupancy")


def test_a_hexagon_that_was_named_takes_part_without_events_too():
    frame = points([0, 1, 2, 30], [40.4] * 4, [-3.7] * 4)
    own = count(frame, hexagons=8).gridded.panel.ids[0]
    silent = count(points([0], [40.45], [-3.7]), hexagons=8).gridded.panel.ids[0]
    panel = count(frame, hexagons=8, only=(own, silent)).gridded.panel
    assert set(panel.ids) == {own, silent}
    totals = dict(zip(panel.ids, np.nansum(panel.demand, axis=1), strict=True))
    assert totals == {own: 4, silent: 0}
    with pytest.raises(InputError, match="have no events"):
        count(frame, hexagons=8, only=(silent,))


def test_what_comes_after_the_end_chooses_no_place():
    early, late = [float(h) for h in range(48)], [float(h) for h in range(48, 200)]
    frame = named(early + late, ["A"] * 48 + ["B", "C"] * 76)
    panel = count(frame, until=date(2025, 3, 4)).gridded.panel
    assert panel.ids == ("A",)
    assert (panel.history, np.nansum(panel.demand)) == (48, 48)
    assert count(frame, until=date(2025, 3, 4), top=1).gridded.panel.ids == ("A",)
    with pytest.raises(InputError, match="All events lie after 2025-03-01"):
        count(frame, until=date(2025, 3, 1))


@pytest.mark.parametrize("zone", ["America/Lima", "Asia/Kolkata", "Europe/Madrid"])
def test_the_last_day_is_a_local_one(zone):
    frame = named([float(h) for h in range(24 * 5)], ["A"] * 24 * 5)
    panel = count(frame, until=date(2025, 3, 5), timezone=zone).gridded.panel
    last = panel.slots.start + panel.history * panel.slots.length.step
    assert last == np.datetime64(datetime(2025, 3, 6)) - {"America/Lima": -5, "Asia/Kolkata": 5.5, "Europe/Madrid": 1}[
        zone
    ] * 60 * np.timedelta64(1, "m")


def test_days_are_those_of_each_store():
    stores = {"E": Place("E", timezone="America/New_York"), "W": Place("W", timezone="America/Los_Angeles")}
    hours = [6.0 + h for h in range(72)]  # 1 o'clock in New York, 22 o'clock of the day before in Los Angeles
    frame = named(hours * 2, ["E"] * 72 + ["W"] * 72)
    panel = count(frame, stores, length=DAY).gridded.panel
    demand = dict(zip(panel.ids, panel.demand[:, : panel.history].tolist(), strict=True))
    assert [value for value in demand["E"] if value == value and value] == [23, 24, 24, 1]
    assert [value for value in demand["W"] if value == value and value] == [2, 24, 24, 22]


def test_times_without_an_offset_are_by_the_clock_of_the_places():
    frame = pl.DataFrame({"time": [f"2025-03-03 {hour:02}:30" for hour in range(9, 21)], "place": ["A"] * 12})
    assert count(frame, STORES).gridded.panel.slots.start == np.datetime64("2025-03-03T08:00")
    assert count(frame, STORES, timezone="UTC").gridded.panel.slots.start == np.datetime64("2025-03-03T09:00")
    two = STORES | {"B": Place("B", timezone="America/Lima")}
    assert any("were read as UTC" in note for note in count(frame, two).tally.notes)


def test_people_are_counted_under_a_secret_of_the_environment(monkeypatch):
    frame = named([0, 0.1, 0.2, 1, 2], ["A"] * 5).with_columns(pl.Series("user_id", ["ana", "ana", "bea", "ana", "cid"]))
    assert np.nansum(count(frame, count="distinct").gridded.panel.demand) == 4
    monkeypatch.setenv(SALT, "too short")
    with pytest.raises(InputError, match="16"):
        count(frame, count="distinct")
    monkeypatch.setenv(SALT, "long enough to be one: 5f0c")
    assert np.nansum(count(frame, count="distinct").gridded.panel.demand) == 4
