"""App events: only of those who agreed, under hashed names, and whole visits whatever the chunks."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.app import AppEvents, AppRules
from busyness.sources.events.hashing import hashed

SALT = "keep this one secret"


def read(frame, rows=1_000_000, layout=None, **more):
    """The events and the rejected rows of a table, read in chunks of so many rows."""
    source = AppEvents(open_chunks(frame, rows=rows), layout or EventLayout(), salt=more.pop("salt", SALT), **more)
    parts = list(source.chunks())
    events = pl.concat([part.frame for part in parts]).sort("time", "who", "line")
    return events, pl.concat([part.rejected for part in parts]), tuple(note for part in parts for note in part.notes)


def table(*rows, columns=("time", "user_id", "place", "event", "opted_in")):
    return pl.DataFrame([tuple(map(str, row)) for row in rows], schema=list(columns), orient="row")


def test_entering_and_leaving_a_geofence_is_a_visit():
    events, rejected, _ = read(
        table(
            ("2025-03-01T10:00Z", "ana", "S1", "enter", "true"),
            ("2025-03-01T10:05Z", "luis", "S1", "geofence enter", "yes"),
            ("2025-03-01T10:30Z", "ana", "S1", "Leave", "true"),
            ("2025-03-01T11:00Z", "ana", "S1", "check-in", "1"),
        )
    )
    assert rejected.is_empty()
    visits = events.filter(pl.col("kind") == "visit").sort("time")
    assert visits["dwell"].to_list() == [30.0, None]
    assert visits["time"][0] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert visits["who"].to_list() == hashed(pl.Series(["ana", "luis"]), SALT).to_list()
    assert events["amount"].to_list() == [1.0, 1.0, 1.0]


def test_a_repeat_a_leave_without_an_entry_and_a_visit_without_an_end():
    rules = AppRules(longest=timedelta(hours=2))
    events, rejected, notes = read(
        table(
            ("2025-03-01T10:00Z", "ana", "S1", "enter", "true"),
            ("2025-03-01T10:02Z", "ana", "S1", "enter", "true"),
            ("2025-03-01T10:40Z", "ana", "S1", "leave", "true"),
            ("2025-03-01T10:41Z", "ana", "S1", "leave", "true"),
            ("2025-03-01T11:00Z", "ana", "S2", "enter", "true"),
            ("2025-03-01T15:00Z", "ana", "S2", "leave", "true"),
        ),
        rules=rules,
    )
    assert events.sort("time")["dwell"].to_list() == [40.0, None]
    assert rejected["reason"].to_list() == ["duplicate", "ends before it starts", "ends before it starts"]
    assert rejected["line"].to_list() == [2, 4, 6]
    assert any("nobody saw the end within 2 hours: 1." in note for note in notes)


def test_sessions_have_a_dwell_and_impossible_ones_are_rejected():
    columns = ("start_time", "end_time", "user", "store", "consent")
    events, rejected, _ = read(
        table(
            ("2025-03-01T10:00Z", "2025-03-01T10:12Z", "ana", "S1", "si"),
            ("2025-03-01T10:00Z", "2025-03-01T09:00Z", "ana", "S1", "si"),
            ("2025-03-01T10:00Z", "2025-03-02T10:00Z", "ana", "S1", "si"),
            ("2025-03-01T10:00Z", "", "ana", "S1", "si"),
            columns=columns,
        )
    )
    assert events.select("kind", "dwell", "place").rows() == [("session", 12.0, "S1")]
    assert rejected["reason"].to_list() == ["ends before it starts", "too long", "missing time"]


def test_positions_stand_for_places():
    frame = table(("2025-03-01T10:00Z", "ana", -12.1, -77.0, "true"), columns=("time", "user_id", "lat", "lon", "opted_in"))
    events, _, _ = read(frame)
    assert events.select("latitude", "longitude", "kind").rows() == [(-12.1, -77.0, "check_in")]


@pytest.mark.parametrize("said", ["false", "", "no", "maybe", "0"])
def test_people_who_did_not_agree_are_not_used(said):
    events, rejected, _ = read(table(("2025-03-01T10:00Z", "ana", "S1", "check_in", said)))
    assert events.is_empty()
    assert rejected["reason"].to_list() == ["person has not opted in"]


def test_a_file_that_does_not_say_who_agreed_is_refused_unless_all_did():
    frame = table(("2025-03-01T10:00Z", "ana", "S1"), columns=("time", "user_id", "place"))
    with pytest.raises(InputError, match="consent: all"):
        read(frame)
    events, _, _ = read(frame, consent="all")
    assert events.height == 1


def test_a_salt_is_needed_and_shown_nowhere():
    frame = table(("2025-03-01T10:00Z", "ana", "S1", "check_in", "true"))
    with pytest.raises(InputError, match="at least 16"):
        read(frame, salt="pepper")
    source = AppEvents(open_chunks(frame), EventLayout(), salt=SALT)
    assert SALT not in repr(source)


def test_no_raw_id_is_in_anything_that_comes_out(tmp_path):
    raw_ids = ["ana@example.org", "luis@example.org", "eva@example.org", "joe@example.org", "kim@example.org"]
    path = tmp_path / "app.csv"
    path.write_text(
        "time,user_id,place,event,opted_in\n"
        "2025-03-01T10:00Z,ana@example.org,S1,enter,true\n"
        "luis@example.org,luis@example.org,S1,enter,true\n"
        "2025-03-01T10:00Z,luis@example.org,,check_in,true\n"
        "2025-03-01T10:00Z,eva@example.org,S1,dance,true\n"
        "2025-03-01T10:00Z,joe@example.org,S1,check_in,false\n"
        "2025-03-01T10:00Z,kim@example.org,S1,check_in,true,more,and more\n"
        "2025-03-01T10:30Z,ana@example.org,S1,leave,true\n",
        encoding="utf-8",
    )
    source = AppEvents(open_chunks(path), EventLayout(), salt=SALT)
    parts = list(source.chunks())
    text = "".join(part.frame.write_csv() + part.rejected.write_csv() + " ".join(part.notes) for part in parts) + repr(
        source
    )
    assert sum(part.rejected.height for part in parts) == 5
    assert not [raw for raw in raw_ids if raw in text or raw.split("@")[0] in text]


HAPPENED = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("ab"), st.sampled_from(["S1", "S2"]), st.sampled_from(["enter", "leave"])),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(HAPPENED, st.integers(1, 7))
def test_any_size_of_chunks_gives_the_same_visits(steps, rows):
    time, rows_ = datetime(2025, 3, 1, tzinfo=UTC), []
    for minutes, who, place, what in steps:
        time += timedelta(minutes=minutes)
        rows_.append((time.isoformat(), who, place, what, "true"))
    if not rows_:
        return
    rules = AppRules(longest=timedelta(minutes=60))
    whole, chunked = read(table(*rows_), rules=rules), read(table(*rows_), rows, rules=rules)
    assert_frame_equal(whole[0], chunked[0])
    assert_frame_equal(whole[1], chunked[1])
    entered = sum(row[3] == "enter" for row in rows_) - (whole[1]["reason"] == "duplicate").sum()
    assert whole[0].height == entered
