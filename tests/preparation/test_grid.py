from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, NoUsableRowsError, UnknownPlaceError
from busyness.domain.opening_hours import OpeningHours, parse_intervals
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.preparation.grid import build_panel
from busyness.preparation.grid_rules import GridRules
from busyness.tables.events import Events
from busyness.tables.panel import wall_times

HOUR, DAY, QUARTER = SlotLength(60), SlotLength(1440), SlotLength(15)
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
NAN = float("nan")


def events(
    rows: Sequence[tuple[datetime, str, float | None]], slot_minutes: int | None = None, **columns: Sequence[object]
) -> Events:
    times, places, amounts = zip(*rows, strict=True)
    frame = pl.DataFrame(
        {"time": times, "place": places, "amount": amounts},
        schema={"time": pl.Datetime("us", "UTC"), "place": pl.String, "amount": pl.Float64},
    )
    return Events(frame.with_columns(pl.Series(name, values) for name, values in columns.items()), slot_minutes=slot_minutes)


def hourly(
    amounts: Sequence[float | None], start: datetime = MONDAY, place: str = "a"
) -> list[tuple[datetime, str, float | None]]:
    return [(start + timedelta(hours=i), place, amount) for i, amount in enumerate(amounts)]


def opened(text: str) -> OpeningHours:
    return OpeningHours((parse_intervals(text),) * 7)


def test_several_rows_in_one_slot_are_summed_and_the_future_is_added() -> None:
    rows = [(MONDAY, "a", 1.0), (MONDAY + timedelta(minutes=59), "a", 2.0), (MONDAY + timedelta(hours=2), "a", 4.0)]
    panel = build_panel(events(rows), GridRules(every=HOUR, future=2)).panel
    np.testing.assert_array_equal(panel.demand, [[3, NAN, 4, NAN, NAN]])
    assert (panel.history, panel.slots.count) == (3, 5)
    assert panel.open.all()
    assert panel.known_from is None


def test_the_length_comes_from_the_rows_or_is_an_hour_and_is_said() -> None:
    like_rows = build_panel(events(hourly([1, 2]), 60), GridRules())
    assert like_rows.panel.slots.length == HOUR
    assert "1h long, like the rows" in like_rows.notes[0]
    irregular = build_panel(events([(datetime(2024, 1, 1, 8, 30, tzinfo=UTC), "store", 120.0)]), GridRules())
    assert irregular.panel.slots.length == HOUR
    assert irregular.panel.slots.start == np.datetime64("2024-01-01T08:00")
    assert "added up by the hour" in irregular.notes[0]


def test_places_are_in_natural_order_with_their_facts() -> None:
    rows = [(MONDAY, place, 1.0) for place in ("10", "2", "1")]
    register = {"2": Place("2", name="Centro", timezone="America/Lima"), "99": Place("99")}
    gridded = build_panel(events(rows), GridRules(timezone="America/Bogota", places=register, capacity={"10": 50}))
    assert gridded.panel.ids == ("1", "2", "10")
    assert [place.timezone for place in gridded.panel.places] == ["America/Bogota", "America/Lima", "America/Bogota"]
    assert gridded.panel.places[1].label == "Centro"
    assert [place.capacity for place in gridded.panel.places] == [None, None, 50]
    assert any("--only can name them" in note for note in gridded.notes)


def test_only_and_exclude_choose_places_and_only_may_name_a_new_one() -> None:
    table = events([(MONDAY, place, 1.0) for place in ("north", "south", "east")])
    assert build_panel(table, GridRules(exclude=("south",))).panel.ids == ("east", "north")
    new = build_panel(table, GridRules(only=("north", "new"), places={"new": Place("new")})).panel
    assert new.ids == ("new", "north")
    np.testing.assert_array_equal(new.demand, [[NAN], [1]])
    for rules in (GridRules(only=("nort",)), GridRules(exclude=("nort",)), GridRules(capacity={"nort": 1})):
        with pytest.raises(UnknownPlaceError, match="Did you mean 'north'"):
            build_panel(table, rules)
    with pytest.raises(InputError, match="No place is left"):
        build_panel(table, GridRules(only=("north",), exclude=("north",)))


def test_a_null_amount_is_not_observed_and_zero_is() -> None:
    gridded = build_panel(events(hourly([5, None, 0]), 60), GridRules())
    np.testing.assert_array_equal(gridded.panel.demand, [[5, NAN, 0]])
    assert gridded.unobserved == 1


def test_single_events_leave_zeros_between_the_first_and_the_last_where_open() -> None:
    times = [MONDAY + timedelta(hours=h) for h in (9, 12, 15)]
    rows = [(time, "a", 1.0) for time in times] + [(MONDAY + timedelta(hours=20), "b", 1.0)]
    table = events(rows, kind=["event"] * 4)
    panel = build_panel(table, GridRules(opening_hours={"*": opened("09:00-11:00,12:00-21:00")})).panel
    np.testing.assert_array_equal(panel.demand[0], [1, 0, NAN, 1, 0, 0, 1] + [NAN] * 5)
    np.testing.assert_array_equal(panel.demand[1], [NAN] * 11 + [1])
    counts = build_panel(events(rows, kind=["entry"] * 4), GridRules()).panel
    assert np.isfinite(counts.demand).sum() == 4


def test_a_slot_with_a_missing_part_is_set_aside() -> None:
    rows = [(MONDAY + timedelta(minutes=15 * i), "a", amount) for i, amount in enumerate([1, 2, 3, 4, 5, None, 7, 8, 9])]
    gridded = build_panel(events(rows, 15), GridRules(every=HOUR))
    np.testing.assert_array_equal(gridded.panel.demand, [[10, NAN, NAN]])
    assert gridded.set_aside == 29
    assert any("only some of their 15min rows: 2" in note for note in gridded.notes)


def test_parts_in_which_a_place_is_closed_are_not_awaited() -> None:
    rows = [(MONDAY + timedelta(hours=h), "a", 1.0) for h in range(8, 22)]
    with pytest.raises(InputError, match="--opening-hours"):
        build_panel(events(rows, 60), GridRules(every=DAY))
    gridded = build_panel(events(rows, 60), GridRules(every=DAY, opening_hours={"a": opened("08:00-22:00")}))
    assert gridded.panel.demand.tolist() == [[14]]
    assert gridded.set_aside == 0


def test_rows_longer_than_the_slot_are_refused() -> None:
    daily = events([(MONDAY, "a", 1.0), (MONDAY + timedelta(days=1), "a", 1.0)], 1440)
    with pytest.raises(InputError, match="Use --every 1d"):
        build_panel(daily, GridRules(every=HOUR))
    with pytest.raises(InputError, match="7 days long"):
        build_panel(events([(MONDAY, "a", 1.0)], 7 * 1440), GridRules())


def test_closed_is_not_demand_unless_somebody_came() -> None:
    amounts = [0.0] * 8 + [3.0] * 12 + [0.0, 2.0, None, 0.0]
    rules = GridRules(opening_hours={"*": opened("08:00-20:00")}, future=24)
    gridded = build_panel(events(hourly(amounts), 60), rules)
    panel = gridded.panel
    assert np.isnan(panel.demand[0, :8]).all()
    assert (panel.demand[0, 8:20] == 3).all()
    assert panel.demand[0, 21] == 2
    assert not panel.open[0, 21]  # what nobody could know ahead
    assert panel.sealed().open[0, 21]
    assert not panel.until(21).open[0, 21]
    assert np.isnan(panel.demand[0, [20, 22, 23]]).all()
    assert not panel.open[0, [20, 22, 23]].any()
    assert any("outside the opening hours: 1" in note for note in gridded.notes)
    assert panel.open[0, 24:].sum() == 12
    assert gridded.unobserved == 0


def test_hours_begin_on_the_local_hour_in_india() -> None:
    rows = hourly([1, 2, 3], datetime(2024, 1, 1, 3, 30, tzinfo=UTC))
    panel = build_panel(events(rows, 60), GridRules(timezone="Asia/Kolkata")).panel
    assert panel.demand.tolist() == [[1, 2, 3]]
    assert wall_times(panel.places, panel.slots)[0, 0] == np.datetime64("2024-01-01T09:00")
    both = {"a": Place("a", timezone="Asia/Kolkata"), "b": Place("b", timezone="Asia/Dubai")}
    table = events([*rows, (MONDAY, "b", 1.0)], 60)
    with pytest.raises(InputError, match="Use --every 30min"):
        build_panel(table, GridRules(places=both))


@pytest.mark.parametrize(("timezone", "hours"), [("Australia/Melbourne", {23, 24, 25}), ("America/Lima", {24})])
def test_a_daily_slot_is_a_local_day_of_as_many_hours_as_it_has(timezone: str, hours: set[int]) -> None:
    start = datetime(2023, 9, 1, tzinfo=UTC)
    rows = hourly([1.0] * (24 * 240), start)
    panel = build_panel(events(rows, 60), GridRules(every=DAY, timezone=timezone)).panel
    whole = panel.demand[np.isfinite(panel.demand)]
    assert set(whole.tolist()) == hours
    assert panel.slots.start == np.datetime64("2023-09-01" if timezone.startswith("Aus") else "2023-08-31")


def test_a_daily_slot_is_the_date_of_the_events_own_place() -> None:
    at = datetime(2024, 1, 1, 20, tzinfo=UTC)
    zones = {"lima": Place("lima", timezone="America/Lima"), "perth": Place("perth", timezone="Australia/Perth")}
    panel = build_panel(events([(at, "lima", 1.0), (at, "perth", 2.0)]), GridRules(every=DAY, places=zones)).panel
    np.testing.assert_array_equal(panel.demand, [[1, NAN], [NAN, 2]])


def test_values_that_came_late_say_which_origin_may_see_them() -> None:
    rows = [*hourly([1, 2, 3]), (MONDAY, "a", 1.0)]
    late = [MONDAY + timedelta(hours=h) for h in (1, 5.5, 3)] + [None]
    table = events(rows, known_at=pl.Series(late, dtype=pl.Datetime("us", "UTC")))
    panel = build_panel(table, GridRules(every=HOUR, future=5)).panel
    assert panel.known_from is not None
    assert panel.known_from.dtype == np.int32
    assert panel.known_from[0, :3].tolist() == [1, 6, 3]
    assert np.isnan(panel.until(3).demand[0, 1])
    on_time = table.frame.filter(pl.col("known_at") <= MONDAY + timedelta(hours=1))
    assert build_panel(Events(on_time), GridRules(every=HOUR)).panel.known_from is None


def test_daily_values_known_on_a_later_day() -> None:
    table = events([(MONDAY, "a", 1.0)], 1440, known_at=[MONDAY + timedelta(days=2, hours=5)])
    panel = build_panel(table, GridRules(timezone="America/Lima")).panel  # known on 3 January, 00:00 in Lima
    assert panel.slots.start == np.datetime64("2023-12-31")
    assert panel.known_from is not None
    assert panel.known_from.tolist() == [[3]]


def test_the_history_ends_where_it_is_told_to() -> None:
    table = events(hourly([1.0] * 72), 60)
    ended = build_panel(table, GridRules(end=date(2024, 1, 2), future=3))
    assert (ended.panel.history, ended.panel.slots.count) == (48, 51)
    assert ended.panel.origin_of(date(2024, 1, 3)) == 48
    assert any("after the end of the history: 24" in note for note in ended.notes)
    longer = build_panel(table, GridRules(end=date(2024, 1, 4))).panel
    assert longer.history == 96
    assert np.isnan(longer.demand[0, 72:]).all()
    with pytest.raises(InputError, match="All rows lie after"):
        build_panel(table, GridRules(end=date(2023, 12, 31)))


def test_the_smallest_inputs() -> None:
    one = build_panel(events([(MONDAY, "a", 7.0)]), GridRules()).panel
    assert one.demand.tolist() == [[7]]
    two = build_panel(events(hourly([1, 2]), 60), GridRules()).panel
    assert two.demand.tolist() == [[1, 2]]
    with pytest.raises(NoUsableRowsError, match="2 missing count"):
        build_panel(events(hourly([None, None]), 60), GridRules())
    empty = events([(MONDAY, "a", 1.0)]).frame.clear()
    with pytest.raises(NoUsableRowsError):
        build_panel(Events(empty), GridRules())
    with pytest.raises(NoUsableRowsError):
        build_panel(events([(MONDAY, "a", 1.0)]), GridRules(only=("b",), places={"b": Place("b")}))


def test_a_wrong_date_is_named_with_its_place() -> None:
    rows = [(datetime(1970, 1, 1, tzinfo=UTC), "a", 1.0), (MONDAY, "b", 1.0)]
    with pytest.raises(InputError, match=r"1970-01-01 00:00 at place 'a' to 2024-01-01 00:00 at place 'b'"):
        build_panel(events(rows), GridRules())
    with pytest.raises(InputError, match="more than fit"):
        build_panel(events(hourly([1.0])), GridRules(future=2_000_000_000))


def test_long_slots_say_that_daylight_saving_moves_them() -> None:
    rows = hourly([1.0] * (24 * 120), datetime(2023, 8, 1, tzinfo=UTC))
    gridded = build_panel(events(rows, 60), GridRules(every=SlotLength(360), timezone="Australia/Melbourne"))
    assert any("Australia/Melbourne moves by less than a slot of 6h" in note for note in gridded.notes)
