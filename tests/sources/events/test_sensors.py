"""Door sensors: true counts from any chunks, planted faults found, and no alarm where there is none."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.sensor_register import read_register
from busyness.sources.events.sensor_rules import SensorRules
from busyness.sources.events.sensors import SensorReadings
from busyness.sources.simulator.retail import RetailChain, simulate_retail
from busyness.sources.simulator.sensors import SensorFleet, simulate_sensors

# Half a year with Christmas in it: shut and shortened days must not look like broken sensors.
WORLD = simulate_retail(RetailChain(stores=6, days=190, seed=3))
CLEAN = {"resets_per_year": 0, "stuck_per_year": 0, "zeros_per_year": 0, "dead_per_year": 0}
START = datetime(2025, 3, 3, tzinfo=UTC)


def register_of(tmp_path, table):
    path = tmp_path / "register.csv"
    table.write_csv(path)
    return read_register(path)


def small(tmp_path, text):
    path = tmp_path / "small.csv"
    path.write_text(text, encoding="utf-8")
    return read_register(path)


def read(readings, register, rows=1_000_000, rules=None, layout=None):
    """The events, the source (for its health) and all parts."""
    source = SensorReadings(
        open_chunks(readings, rows=rows), layout or EventLayout(), register=register, rules=rules or SensorRules()
    )
    parts = list(source.chunks())
    events = pl.concat([part.frame for part in parts]).sort("time", "place", "kind", "source", "amount", "line")
    return events, source, parts


def quarter_hours(values, sensor="D1", every=15, name="entries"):
    times = [(START + timedelta(minutes=every * n)).isoformat() for n in range(len(values))]
    return pl.DataFrame({"time": times, "sensor": sensor, name: values})


def by_slot(events, kind="entry"):
    """What the counting step makes of the events: null where any row of the slot has no amount."""
    amount = pl.when(pl.col("amount").null_count() == 0).then(pl.col("amount").sum())
    return events.filter(pl.col("kind") == kind).group_by("place", "time").agg(amount.alias("amount"))


@pytest.mark.parametrize("counters", [True, False])
def test_clean_sensors_give_exact_counts_and_no_alarm(tmp_path, counters):
    world = simulate_sensors(WORLD, SensorFleet(counters=counters, **CLEAN, bias=0))
    events, source, parts = read(world.readings, register_of(tmp_path, world.register), rows=20_011)
    assert source.health.is_empty(), source.health
    assert {part.slot_minutes for part in parts} == {60}
    assert events["amount"].null_count() == 0
    first = world.readings["time"].min()
    true = world.actual.group_by("place", "time").agg(pl.col("entries").sum().cast(pl.Float64).alias("amount"))
    true = true.filter(pl.col("time") >= first if counters else True)
    local = by_slot(events).with_columns(pl.col("time").dt.convert_time_zone("America/Lima").dt.replace_time_zone(None))
    assert_frame_equal(local, true, check_row_order=False, check_column_order=False)


@pytest.mark.parametrize("counters", [True, False])
def test_what_was_planted_is_found_and_nothing_else(tmp_path, counters):
    world = simulate_sensors(WORLD, SensorFleet(counters=counters))
    events, source, _ = read(world.readings, register_of(tmp_path, world.register), rows=20_011)
    clock = pl.col("start", "end").dt.replace_time_zone("America/Lima").dt.convert_time_zone("UTC")
    truth = world.truth.with_columns(clock, pl.col("what").replace("zero", "stuck"))
    assert truth.height > 30
    found = source.health.filter(pl.col("what").is_in(["reset", "stuck", "dead"]))
    meeting = (pl.col("from") < pl.col("end")) & (pl.col("to") > pl.col("start"))
    pairs = truth.join(found, on=["sensor", "what"]).filter(meeting)
    missed = truth.join(pairs, on=["sensor", "start"], how="anti")
    false = found.join(pairs, on=["sensor", "from"], how="anti")
    assert missed.is_empty(), missed
    assert false.is_empty(), false
    # No slot of a place is believed in the midst of a fault that lost people.
    slots = by_slot(events)
    places = truth.filter(pl.col("what") != "reset").join(world.register.select("sensor", "place"), on="sensor")
    actual = world.actual.group_by("place", "time").agg(pl.col("entries").sum())
    actual = actual.with_columns(pl.col("time").dt.replace_time_zone("America/Lima").dt.convert_time_zone("UTC"))
    during = slots.join(places, on="place").filter((pl.col("time") >= pl.col("start")) & (pl.col("time") < pl.col("end")))
    believed = during.drop_nulls("amount").join(actual, on=["place", "time"]).filter(pl.col("entries") > 60)
    assert believed.height <= 0.02 * during.height, believed


def test_calibration_is_exact_and_a_swapped_sensor_is_turned_round(tmp_path):
    register = small(tmp_path, "sensor,place,manual_count,sensor_count,swapped\nD1,S1,300,200,no\nD2,S1,1,1,yes\n")
    one = quarter_hours([3, 5, 2, 8]).with_columns(exits=pl.lit(1))
    two = quarter_hours([1, 0, 2, 0], "D2").with_columns(exits=pl.lit(4))
    events, _, _ = read(pl.concat([one, two]), register, rules=SensorRules(form="counts"))
    entries, exits = (by_slot(events, kind).sort("time")["amount"].to_list() for kind in ("entry", "exit"))
    assert entries == [3 * 1.5 + 4, 5 * 1.5 + 4, 2 * 1.5 + 4, 8 * 1.5 + 4]
    assert exits == [1.5 + 1, 1.5 + 0, 1.5 + 2, 1.5 + 0]


def test_a_sensor_that_moved_counts_each_place_in_its_time(tmp_path):
    moved = (START + timedelta(minutes=30)).isoformat()
    text = f"sensor,place,zone,valid_from,valid_to\nD1,S1,front,,{moved}\nD1,S2,back,{moved},\n"
    events, _, _ = read(quarter_hours([1, 2, 3, 4]), small(tmp_path, text), rules=SensorRules(form="counts"))
    assert events.select("place", "amount").rows() == [("S1", 1.0), ("S1", 2.0), ("S2", 3.0), ("S2", 4.0)]
    events, _, _ = read(quarter_hours([1, 2, 3, 4]), small(tmp_path, text), rules=SensorRules(form="counts", by="zone"))
    assert events["place"].to_list() == ["front", "front", "back", "back"]


def test_unknown_sensors_repeats_and_rows_out_of_order_are_rejected(tmp_path):
    good = quarter_hours([1, 2, 3, 4])
    odd = pl.concat([good[:3], good[1:3], good[3:], quarter_hours([9], "D9")])
    events, _, parts = read(odd, small(tmp_path, "sensor,place\nD1,S1\n"), rows=2, rules=SensorRules(form="counts"))
    assert events["amount"].to_list() == [1, 2, 3, 4]
    rejected = pl.concat([part.rejected for part in parts])
    assert rejected.select("line", "reason").rows() == [
        (4, "time before an earlier row"),
        (5, "duplicate"),
        (7, "sensor that is not in the register"),
    ]


def test_a_silent_door_makes_the_slots_of_its_place_incomplete(tmp_path):
    ticks = list(range(100))
    one, two = quarter_hours(ticks), quarter_hours(ticks, "D2")
    events, source, _ = read(
        pl.concat([one, two[:40], two[44:]]).sort("time"),
        small(tmp_path, "sensor,place\nD1,S1\nD2,S1\nD3,S1\n"),
        rules=SensorRules(form="counts"),
    )
    slots = by_slot(events).sort("time")
    assert slots["amount"].is_null().arg_true().to_list() == [40, 41, 42, 43]
    assert slots["amount"].sum() == 2 * (sum(ticks) - sum(range(40, 44)))
    said = source.health.filter(pl.col("what") == "dead").select("sensor", "sentence").rows()
    assert said[0] == ("D2", "Sensor 'D2' gave no reading from 2025-03-03 10:00 to 2025-03-03 11:00, when it usually does.")
    assert said[1][0] == "D3"
    assert "never gave a reading" in said[1][1]


def test_a_silent_only_door_has_no_rows_and_closed_nights_are_no_fault(tmp_path):
    open_hours = [n for n in range(96 * 40) if 32 <= n % 96 < 88]
    values = [(n * 7) % 13 + n % 5 for n in range(96 * 40)]
    frame = quarter_hours(values)[open_hours]
    register = small(tmp_path, "sensor,place\nD1,S1\n")
    events, source, _ = read(frame, register, rules=SensorRules(form="counts"))
    assert source.health.is_empty(), source.health
    dead = frame.filter(~pl.col("time").str.starts_with("2025-03-20T1"))
    events, source, _ = read(dead, register, rules=SensorRules(form="counts"))
    assert events.height == dead.height
    assert source.health.select("what", "from").rows() == [("dead", datetime(2025, 3, 20, 10, tzinfo=UTC))]


def test_readings_a_little_early_or_late_belong_to_their_slot(tmp_path):
    times = ["2025-03-03T00:00:04Z", "2025-03-03T00:14:57Z", "2025-03-03T00:30:01Z", "2025-03-03T00:45:00Z"]
    frame = pl.DataFrame({"time": times, "sensor": "D1", "entries": [10, 12, 15, 15]})
    events, _, _ = read(frame, small(tmp_path, "sensor,place\nD1,S1\n"), rules=SensorRules(form="counters"))
    assert [(time.minute, amount) for time, amount in events.select("time", "amount").rows()] == [(0, 2), (15, 3), (30, 0)]


def test_each_sensor_keeps_its_own_clock(tmp_path):
    register = small(tmp_path, "sensor,place,timezone\nD1,S1,America/Lima\nD2,S2,Europe/Madrid\n")
    times = ["2025-03-03 10:00", "2025-03-03 11:00", "2025-03-03 12:00"]
    frame = pl.DataFrame({"time": times * 2, "sensor": ["D1"] * 3 + ["D2"] * 3, "entries": [1, 2, 3] * 2})
    events, _, _ = read(frame, register, rules=SensorRules(form="counts"))
    first = events.group_by("place").agg(pl.col("time").min()).sort("place")["time"].to_list()
    assert [time.hour for time in first] == [15, 9]


def test_entries_without_exits_all_day_are_said(tmp_path):
    frame = quarter_hours([9, 4, 7, 3] * 24).with_columns(exits=pl.Series([1, 0, 2, 0] * 24))
    _, source, _ = read(frame, small(tmp_path, "sensor,place\nD1,S1\n"), rules=SensorRules(form="counts"))
    told = source.health.filter(pl.col("what") == "imbalance")
    assert told["place"].to_list() == ["S1"]
    assert "552 entries" in told["sentence"][0]


def test_only_the_wanted_kinds_come(tmp_path):
    frame = quarter_hours([3, 1, 4, 1]).with_columns(exits=pl.lit(1))
    register = small(tmp_path, "sensor,place\nD1,S1\n")
    events, _, _ = read(frame, register, layout=EventLayout(kinds=("entry",)), rules=SensorRules(form="counts"))
    assert set(events["kind"]) == {"entry"}
    with pytest.raises(InputError, match="'sale'"):
        read(frame, register, layout=EventLayout(kinds=("sale",)))


def test_readings_that_cannot_be_understood_are_refused_in_words(tmp_path):
    register = small(tmp_path, "sensor,place\nD1,S1\n")
    with pytest.raises(InputError, match="run backwards"):
        read(quarter_hours(list(range(20))).reverse(), register)
    odd = pl.DataFrame({"time": [f"2025-03-03T{h:02}:00Z" for h in (0, 1, 3, 7, 15, 22)], "sensor": "D1", "entries": 1})
    with pytest.raises(InputError, match="no regular distance"):
        read(odd, register)


def test_counts_may_bear_the_end_of_their_interval(tmp_path):
    rules = SensorRules(form="counts", stamp="end")
    events, _, _ = read(quarter_hours([3, 1, 4]), small(tmp_path, "sensor,place\nD1,S1\n"), rules=rules)
    assert events["time"][0] == START - timedelta(minutes=15)


def test_a_file_without_readings_is_no_accident(tmp_path):
    register = small(tmp_path, "sensor,place\nD1,S1\n")
    events, source, parts = read(quarter_hours([3], "D9"), register)
    assert events.is_empty()
    assert source.health.is_empty()
    assert sum(part.rejected.height for part in parts) == 1


READINGS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 7, 7, 7, 300, None]), st.integers(0, 25)), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(READINGS, st.integers(1, 40), st.booleans())
def test_any_size_of_chunks_gives_the_same_events(tmp_path_factory, runs, rows, counters):
    register = small(tmp_path_factory.mktemp("register"), "sensor,place,factor\nD0,S1,1.1\nD1,S1,\nD2,S2,\n")
    parts, now = [], {0: 0, 1: 0, 2: 0}
    for sensor, value, times in runs:
        for _ in range(times):
            now[sensor] += 1
            parts.append((now[sensor], f"D{sensor}", None if value is None else value * (now[sensor] if counters else 1)))
    if not parts:
        return
    frame = pl.DataFrame(parts, schema=["n", "sensor", "entries"], orient="row").sort("n", maintain_order=True)
    frame = frame.with_columns(time=pl.lit(START) + pl.duration(minutes=15) * pl.col("n")).drop("n")
    rules = SensorRules(form="counters" if counters else "counts", every=15)
    whole, chunked = read(frame, register, rules=rules), read(frame, register, rows, rules=rules)
    assert_frame_equal(whole[0], chunked[0])
    assert_frame_equal(whole[1].health, chunked[1].health)
