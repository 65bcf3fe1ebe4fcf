"""Posted counts win over the file's, reach to whole days only, and what lies behind stays future."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.preparation.posted import counts_here, slots_behind, with_posted
from busyness.tables.panel import start_times, wall_times
from busyness.testing.tiny_city import tiny_city

WEEKS, FUTURE = 3, 24 * 9


def counts(rows):
    """``(place, UTC start, amount)`` → a table of posted counts."""
    places, times, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    moments = [np.datetime64(time, "s").item().replace(tzinfo=UTC) for time in times]
    kinds = {"place": pl.String, "time": pl.Datetime("us", "UTC"), "amount": pl.Float64}
    return pl.DataFrame({"place": places, "time": moments, "amount": amounts}, schema=kinds)


def city(every="1h", future=FUTURE, opening=False, **more):
    return tiny_city(2, weeks=WEEKS, future=future, every=every, opening=opening, **more)


def ahead(panel, slots, *, amount=7.0, place="P1"):
    starts = start_times(panel.places, panel.slots)[panel.ids.index(place)]
    return [(place, starts[panel.history + k], amount) for k in slots]


def test_whole_days_become_history_and_the_rest_waits():
    panel = city()
    rows = ahead(panel, range(24 + 5))  # a day, and five hours of the next
    assert slots_behind(panel, counts(rows)) == 24 + 5 + 24
    joined, notes = with_posted(panel, counts(rows))
    assert joined.history == panel.history + 24
    assert (joined.demand[0, panel.history : joined.history] == 7).all()
    assert np.isnan(joined.demand[:, joined.history :]).all()
    assert np.isnan(joined.demand[1, panel.history : joined.history]).all()  # nobody posted for the other
    assert (joined.demand[:, : panel.history] == panel.demand[:, : panel.history])[
        np.isfinite(panel.demand[:, : panel.history])
    ].all()
    assert notes[0].startswith("Posted counts read with the file: 24, from 2024-01-22 05:00 to 2024-01-23 04:00 UTC.")
    assert "not over, left for later: 5" in notes[-1]


def test_a_posted_count_takes_the_place_of_the_file_s():
    panel = city()
    seen = int(np.flatnonzero(np.isfinite(panel.demand[0]))[0])
    gap = int(np.flatnonzero(np.isnan(panel.demand[0, : panel.history]))[0])
    starts = start_times(panel.places, panel.slots)[0]
    said = counts([("P1", starts[seen], panel.demand[0, seen] + 3), ("P1", starts[gap], 5.0), ("nobody", starts[5], 1.0),
                   ("P1", starts[5] + np.timedelta64(7, "m"), 1.0)])  # fmt: skip
    joined, notes = with_posted(panel, said)
    assert joined.history == panel.history
    assert joined.demand[0, seen] == panel.demand[0, seen] + 3
    assert joined.demand[0, gap] == 5
    assert [note.rsplit(" ", 1)[1] for note in notes] == ["UTC.", "1.", "2."]
    assert slots_behind(panel, said) == 0
    assert counts_here(panel, said) == 2
    late = replace(panel, known_from=np.full(panel.demand.shape, panel.history, np.int32))
    assert with_posted(late, said)[0].known_from[0, seen] == seen + 1
    assert with_posted(panel, counts([]))[1] == ()


def test_no_day_after_the_end_that_was_asked_for_is_read():
    panel = city()
    day = wall_times(panel.places[:1], panel.slots)[0, panel.history].astype("datetime64[D]").item()
    joined, notes = with_posted(panel, counts(ahead(panel, range(72))), until=day)
    assert joined.history == panel.history + 24
    assert "after the end of the history: 48" in notes[-1]


def test_hours_in_which_nobody_is_ever_counted_are_not_waited_for():
    panel = city()
    wall = wall_times(panel.places, panel.slots)
    hour = (wall - wall.astype("datetime64[D]")).astype("timedelta64[h]").astype(int)
    shut = (hour < 8) | (hour >= 20)
    panel = replace(panel, demand=np.where(shut, np.float32(np.nan), np.nan_to_num(panel.demand, nan=1.0)))
    panel.demand[:, panel.history :] = np.nan
    joined, _ = with_posted(panel, counts(ahead(panel, range(8, 20))))
    assert joined.history == panel.history + 24


def test_days_begin_at_each_place_s_own_midnight():
    panel = city("1d", future=9)
    far = replace(panel.places[1], timezone="Europe/Madrid")
    panel = replace(panel, places=(panel.places[0], far))
    starts = start_times(panel.places, panel.slots)[:, panel.history]
    assert starts[0] != starts[1]
    joined, notes = with_posted(panel, counts([("P1", starts[0], 40.0), ("P2", starts[1], 50.0), ("P2", starts[0], 60.0)]))
    assert joined.demand[:, panel.history].tolist() == [40, 50]
    assert joined.history == panel.history + 1
    assert "no place and slot here" in notes[-1]


@given(
    st.lists(
        st.tuples(st.sampled_from(["P1", "P2"]), st.integers(0, 24 * 28 - 1), st.integers(0, 99)),
        max_size=60,
        unique_by=lambda row: row[:2],
    )
)
def test_what_is_not_posted_stays_and_nothing_is_made_up(rows):
    panel = PANEL
    starts = start_times(panel.places, panel.slots)[0]
    joined, _ = with_posted(panel, counts([(place, starts[slot], float(amount)) for place, slot, amount in rows]))
    assert panel.history <= joined.history <= panel.slots.count
    wall = wall_times(panel.places, panel.slots)[0, joined.history]
    assert joined.history == panel.history or wall == wall.astype("datetime64[D]")
    expected = panel.demand.copy()
    for place, slot, amount in rows:
        if slot < joined.history:
            expected[panel.ids.index(place), slot] = amount
    np.testing.assert_array_equal(joined.demand, expected)
    assert np.isnan(joined.demand[:, joined.history :]).all()


PANEL = city()


def test_a_table_from_another_zone_is_the_same_moment():
    panel = city()
    rows = counts(ahead(panel, range(24)))
    local = rows.with_columns(pl.col("time").dt.convert_time_zone("Asia/Tokyo"))
    np.testing.assert_array_equal(with_posted(panel, rows)[0].demand, with_posted(panel, local)[0].demand)
    assert rows["time"][0] == datetime(2024, 1, 22, 5, tzinfo=UTC)


def test_a_file_that_ends_at_noon_goes_on_with_the_posted_afternoon():
    whole = city()
    panel = whole.shortened(whole.history - 12, FUTURE)
    panel = replace(panel, demand=np.where(np.arange(panel.slots.count) < panel.history, panel.demand, np.float32(np.nan)))
    joined, _ = with_posted(panel, counts(ahead(panel, range(12))))
    assert joined.history == whole.history
    few, notes = with_posted(panel, counts(ahead(panel, range(3))))
    assert few.history == panel.history
    assert "left for later: 3" in notes[-1]


@pytest.mark.parametrize("opening", [True])
def test_opening_hours_end_a_day(opening):
    panel = city(opening=opening)
    opened = np.flatnonzero(panel.open[:, panel.history : panel.history + 24].any(axis=0))
    joined, _ = with_posted(panel, counts(ahead(panel, [int(opened[-1])])))
    assert joined.history == panel.history + 24
