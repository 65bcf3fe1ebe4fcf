from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.preparation.counting import Counted, Rows, count
from busyness.preparation.grid import Gridded, build_panel
from busyness.preparation.grid_rules import GridRules
from busyness.preparation.slot_grid import lay_slots
from busyness.tables.events import Events

ZONES = ("UTC", "Australia/Melbourne", "America/Lima", "Asia/Kolkata")
START = datetime(2024, 4, 5, tzinfo=UTC)  # Melbourne's clock goes back on 7 April

rows_of_quarters = st.lists(
    st.tuples(st.integers(0, 4 * 24 * 5), st.sampled_from(["a", "b", "10", "9"]), st.none() | st.integers(0, 500)),
    min_size=1,
    max_size=150,
)
lengths = st.sampled_from([15, 30, 60, 1440])


def frame_of(rows: list[tuple[int, str, int | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time": [START + timedelta(minutes=15 * at) for at, _, _ in rows],
            "place": [place for _, place, _ in rows],
            "amount": [amount for _, _, amount in rows],
        },
        schema={"time": pl.Datetime("us", "UTC"), "place": pl.String, "amount": pl.Float64},
    )


def counted(rows: list[tuple[int, str, int | None]], zone: str, minutes: int, *, parts: bool) -> Counted:
    frame = frame_of(rows)
    ids = sorted(set(frame["place"]))
    places = tuple(Place(name, timezone=zone) for name in ids)
    place = np.array([ids.index(name) for name in frame["place"]], np.int64)
    time = frame["time"].to_physical().to_numpy()
    grid = lay_slots(time, place, places, length=SlotLength(minutes), end=None)
    amount = frame["amount"].to_numpy()
    part = SlotLength(15) if parts else None
    return count(Rows(place, grid.index, time, amount), places, grid.slots, part=part)


@given(rows_of_quarters, st.sampled_from(ZONES), lengths, st.booleans())
def test_what_is_gridded_and_what_is_set_aside_is_what_was_read(
    rows: list[tuple[int, str, int | None]], zone: str, minutes: int, parts: bool
) -> None:
    result = counted(rows, zone, minutes, parts=parts)
    read = sum(amount or 0 for _, _, amount in rows)
    assert np.nansum(result.demand, dtype=np.float64) + result.set_aside == pytest.approx(read)
    assert (result.incomplete > 0) or result.set_aside == 0


def outcome(rows: list[tuple[int, str, int | None]], rules: GridRules) -> Gridded | str:
    """The panel, or why there is none: where no slot has all of its rows, nothing can be added up."""
    try:
        return build_panel(Events(frame_of(rows)), rules)
    except InputError as fault:
        return f"{type(fault).__name__}: {fault}"


@given(rows_of_quarters, st.randoms(), st.sampled_from(ZONES))
@settings(max_examples=50)
@example([(0, "b", None), (0, "b", 7)], Random(1), "UTC")
@example([(0, "a", None), (4, "b", None)], Random(1), "UTC")
def test_the_order_of_rows_changes_nothing(rows: list[tuple[int, str, int | None]], random: Random, zone: str) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    rules = GridRules(every=SlotLength(60), timezone=zone)
    one, other = outcome(rows, rules), outcome(mixed, rules)
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    assert one.panel.ids == other.panel.ids
    np.testing.assert_array_equal(one.panel.demand, other.panel.demand)
    assert (one.set_aside, one.unobserved, one.notes) == (other.set_aside, other.unobserved, other.notes)


@given(rows_of_quarters, rows_of_quarters, st.sampled_from([60, 1440]))
@settings(max_examples=50)
def test_a_batch_is_the_sum_of_its_parts(
    some: list[tuple[int, str, int | None]], others: list[tuple[int, str, int | None]], minutes: int
) -> None:
    edges = [(0, "a", 0), (4 * 24 * 5, "b", 0)]  # the same span and a value for every part
    some, others = ([(at, place, amount or 0) for at, place, amount in rows] for rows in (some, others))
    batches = (edges + some, edges + others, edges + some + edges + others)
    rules = GridRules(every=SlotLength(minutes), places={name: Place(name) for name in "ab"}, only=("a", "b"))
    one, other, both = (build_panel(Events(frame_of(rows)), rules).panel for rows in batches)
    parts = np.stack([one.demand, other.demand])
    union = np.where(np.isnan(parts).all(axis=0), np.nan, np.nan_to_num(parts).sum(axis=0))
    np.testing.assert_array_equal(both.demand, union)
