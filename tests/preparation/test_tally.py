from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError, NoUsableRowsError, UnknownPlaceError
from busyness.domain.measures import MEASURES, measure_of
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.preparation.tallied import PlaceChoice, panel_of
from busyness.preparation.tally import SLOT, SlotClock, tally
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = SlotLength(60)


class Strips:
    """A locator of the tests: one place for each whole degree of latitude from 0 to 4; the rest is outside."""

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        whole = frame[c.LATITUDE].floor()
        return pl.select(pl.when(whole.is_between(0, 4)).then(whole)).to_series().cast(pl.UInt64)

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        return tuple(Place(f"strip {code}", name=f"Strip {code}", timezone="America/Lima") for code in codes)


def events(rows: list[tuple[float, float]], *, kind: str = "event", who: list[str] | None = None) -> Events:
    """``(hours since START, latitude)`` of each event."""
    frame = pl.DataFrame(
        {
            c.TIME: [START + timedelta(hours=hours) for hours, _ in rows],
            c.LATITUDE: [latitude for _, latitude in rows],
            c.LONGITUDE: [0.0] * len(rows),
            c.AMOUNT: [1.0] * len(rows),
            c.KIND: [kind] * len(rows),
        },
        schema_overrides={
            c.TIME: pl.Datetime("us", "UTC"),
            c.LATITUDE: pl.Float64,
            c.LONGITUDE: pl.Float64,
            c.AMOUNT: pl.Float64,
            c.KIND: pl.String,
        },
    )
    return Events(frame if who is None else frame.with_columns(pl.Series("who", who, dtype=pl.String)))


def counted(chunks: list[Events], *, measure: str = "events", every: SlotLength = HOUR, timezone: str = "UTC"):
    return tally(chunks, Strips(), measure=MEASURES[measure], clock=SlotClock(every, timezone))


def demand(chunks: list[Events], *, measure: str = "events", every: SlotLength = HOUR, timezone: str = "UTC", **choice):
    found = counted(chunks, measure=measure, every=every, timezone=timezone)
    return panel_of(found, Strips(), measure=MEASURES[measure], choice=PlaceChoice(**choice), future=0)


ROWS = st.lists(st.tuples(st.floats(0, 200), st.floats(-2, 6)), min_size=1, max_size=60)


@given(ROWS, st.integers(1, 20))
def test_every_event_is_mapped_or_outside_and_none_is_lost(rows, size):
    chunks = [events(rows[k : k + size]) for k in range(0, len(rows), size)]
    found = counted(chunks)
    assert found.mapped + found.unmapped == found.read == len(rows)
    assert found.counts[c.AMOUNT].sum() == found.mapped


@given(ROWS, st.integers(1, 20))
def test_chunks_do_not_change_the_counts(rows, size):
    whole = counted([events(rows)]).counts.sort(c.CODE, SLOT)
    parts = counted([events(rows[k : k + size]) for k in range(0, len(rows), size)]).counts.sort(c.CODE, SLOT)
    assert whole.equals(parts)


@given(
    st.lists(
        st.tuples(st.integers(0, 18_000).map(lambda second: second / 3600), st.sampled_from(["ana", "bea", "cid"])),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 9),
)
def test_distinct_couriers_are_counted_once_a_slot_over_all_chunks(pings, size):
    made = [events([(hour, 1.5)], kind="ping", who=[who]) for hour, who in pings]
    found = counted(made, measure="couriers")
    true = {(int(hour), who) for hour, who in pings}
    assert found.counts[c.AMOUNT].sum() == len(true)
    del size


def test_a_standing_courier_makes_a_place_look_busy_only_by_pings():
    standing = [events([(0.1, 1.5)] * 50, kind="ping", who=["ana"] * 50)]
    assert counted(standing, measure="pings").counts[c.AMOUNT].to_list() == [50]
    assert counted(standing, measure="couriers").counts[c.AMOUNT].to_list() == [1]
    assert "standing" in measure_of("pings", "pings").warning or "stands still" in measure_of("pings", "pings").warning


def test_daily_slots_are_local_days_of_each_place():
    late = [events([(4.0, 1.5)])]  # 23:00 of the day before in Lima
    assert counted(late, every=SlotLength(1440), timezone="America/Lima").counts[SLOT].to_list() == [
        (date(2023, 12, 31) - date(1970, 1, 1)).days
    ]
    clock = SlotClock(SlotLength(1440), "America/Lima", {2: "Asia/Tokyo"})
    there = tally([events([(20.0, 1.5), (20.0, 2.5)])], Strips(), measure=MEASURES["events"], clock=clock)
    assert sorted(there.counts.select(c.CODE, SLOT).iter_rows()) == [(1, 19723), (2, 19724)]


def test_no_event_in_service_is_zero_and_before_the_first_is_unknown():
    found = demand([events([(0, 0.5), (3, 0.5), (2, 1.5), (3, 1.5)])])
    assert found.panel.ids == ("strip 0", "strip 1")
    assert found.panel.demand[0].tolist() == [1, 0, 0, 1]
    assert np.isnan(found.panel.demand[1, :2]).all()
    assert found.panel.demand[1, 2:].tolist() == [1, 1]


def test_a_day_on_which_nothing_happened_anywhere_is_not_zero():
    usual = [(24 * day + hour % 24, 0.5) for day in (0, 1, 2, 4, 5) for hour in range(30)]
    found = demand([events(usual)])
    third = slice(3 * 24, 4 * 24)
    assert np.isnan(found.panel.demand[0, third]).all()
    assert any("stood still" in note for note in found.notes)
    assert np.isfinite(found.panel.demand[0, : 3 * 24]).all()


def test_dead_sensors_are_missing_not_zero():
    entries = [(float(hour), 0.5) for hour in range(48) if hour not in {5, 6, 7}]
    found = demand([events(entries, kind="entry")], measure="visits")
    assert np.isnan(found.panel.demand[0, 5:8]).all()
    assert (found.panel.demand[0, 8:47] == 1).all()


def test_a_row_without_a_value_hides_its_slot():
    seen = events([(0.0, 0.5), (1.0, 0.5), (2.0, 0.5)], kind="entry")
    broken = Events(seen.frame.with_columns(pl.when(pl.int_range(3) != 1).then(c.AMOUNT).alias(c.AMOUNT)))
    found = demand([seen, broken], measure="visits")
    assert np.isnan(found.panel.demand[0, 1])
    assert found.panel.demand[0, [0, 2]].tolist() == [2, 2]


def test_occupancy_is_entries_less_exits_and_ends_the_day_empty():
    inside = [events([(k, 0.5) for k in (5, 6, 6, 7)], kind="entry"), events([(k, 0.5) for k in (8, 9, 9, 10)], kind="exit")]
    filler = [events([(h, 0.5)], kind=kind) for h in range(5, 29) for kind in ("entry", "exit")]
    found = demand(inside + filler, measure="occupancy", timezone="America/Lima")
    day = found.panel.demand[0, :24]
    assert day[:6].tolist() == [1, 3, 4, 3, 1, 0]
    assert day[-1] == 0


def test_people_whom_a_sensor_missed_leave_while_people_move_not_at_night():
    moves = [events([(h, 0.5) for h in (8, 9, 9)], kind="entry"), events([(h, 0.5) for h in (17, 18)], kind="exit")]
    still = [
        Events(events([(h, 0.5)], kind=k).frame.with_columns(pl.lit(0.0).alias(c.AMOUNT)))
        for h in range(24)
        for k in ("entry", "exit")
    ]
    found = demand(moves + still, measure="occupancy")
    assert (found.panel.demand[0, :8] == 0).all()
    assert found.panel.demand[0, 10] > 1
    assert (found.panel.demand[0, 19:24] == 0).all()


def test_the_busiest_places_and_those_with_enough_events():
    rows = [(hour, strip + 0.5) for strip in range(4) for hour in range(2 + 3 * strip)]
    assert demand([events(rows)], top=2).panel.ids == ("strip 2", "strip 3")
    chosen = demand([events(rows)], at_least=5)
    assert chosen.panel.ids == ("strip 1", "strip 2", "strip 3")
    assert any("Places left out: 1 of 4" in note for note in chosen.notes)
    assert demand([events(rows)], only=("Strip 0",)).panel.ids == ("strip 0",)
    with pytest.raises(UnknownPlaceError, match="There is no place 'strip l'"):
        demand([events(rows)], exclude=("strip l",))
    with pytest.raises(InputError, match="the busiest has 11"):
        demand([events(rows)], at_least=12)


def test_a_place_that_never_had_an_event_takes_part_with_zeros():
    empty = Place("strip 9", timezone="America/Lima")
    found = demand([events([(0, 0.5), (5, 0.5)])], always=(Place("strip 0"), empty))
    assert found.panel.ids == ("strip 0", "strip 9")
    assert (found.panel.demand[1] == 0).all()


def test_a_last_day_that_was_cut_short_is_left_out():
    rows = [(24.0 * day + k / 5, 0.5) for day in range(15) for k in range(100)] + [(15 * 24.0 + 1, 0.5)]
    found = demand([events(rows)], every=SlotLength(1440))
    assert found.panel.history == 15
    assert any("cut short" in note for note in found.notes)
    assert demand([events(rows)], every=SlotLength(1440), end=date(2024, 1, 10)).panel.history == 10


def test_nothing_inside_any_place_is_an_error_that_counts_why():
    with pytest.raises(NoUsableRowsError, match="2 outside every place"):
        demand([events([(0, 7.0), (1, -3.0)])])


def test_rejected_rows_are_counted_and_shown():
    bad = pl.DataFrame(
        {c.LINE: [3], c.REASON: [Reason.NULL_ISLAND.value], c.PLACE: [None], c.TIME: ["x"], c.VALUE: ["0,0"]},
        schema_overrides={c.PLACE: pl.String},
    )
    good = events([(0, 0.5)])
    found = counted([Events(good.frame, rejected=bad), Events(good.frame, rejected=bad)])
    assert found.reasons == {"position is 0, 0": 2}
    assert found.read == found.mapped + found.unmapped + found.rejected.height == 4


@settings(max_examples=20)
@given(st.integers(1, 12), st.integers(1, 40))
def test_what_is_mapped_is_in_the_panel(places, count):
    rng = np.random.default_rng(places * 100 + count)
    rows = [
        (float(h), float(s) + 0.5)
        for h, s in zip(rng.integers(0, 60, count), rng.integers(0, min(places, 4), count), strict=True)
    ]
    found = counted([events(rows)])
    panel = panel_of(found, Strips(), measure=MEASURES["events"], choice=PlaceChoice(), future=3).panel
    assert np.nansum(panel.demand) == found.mapped
    assert np.isnan(panel.demand[:, panel.history :]).all()
