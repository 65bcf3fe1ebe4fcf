"""A row is rejected once, for its first fault."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events.sieve import Sieve
from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA, Reason


def chunk(height: int) -> RawChunk:
    frame = pl.DataFrame({"shop": [f"s{i}" for i in range(height)], "day": ["2024-01-01"] * height, "at": ["9:00"] * height})
    return RawChunk(frame, pl.Series(range(2, height + 2), dtype=pl.Int64), notes=("Commas.",))


@given(st.lists(st.tuples(st.booleans() | st.none(), st.booleans() | st.none()), max_size=20))
def test_kept_and_rejected_are_all_the_rows_and_the_first_fault_counts(
    faults: list[tuple[bool | None, bool | None]],
) -> None:
    sieve = Sieve(chunk(len(faults)))
    for position, reason in enumerate((Reason.BAD_TIME, Reason.NO_PLACE)):
        sieve.reject(pl.Series([fault[position] for fault in faults], dtype=pl.Boolean), reason)
    rejected = sieve.rejected()
    assert rejected.schema == REJECTED_SCHEMA
    assert int(sieve.kept.sum()) + rejected.height == len(faults)
    expected = [Reason.BAD_TIME if first else Reason.NO_PLACE for first, second in faults if first or second]
    assert rejected[c.REASON].to_list() == expected


def test_a_rejected_row_is_shown_as_it_was_written() -> None:
    sieve = Sieve(chunk(3), place="shop", time="day + at")
    sieve.reject(pl.Series([False, True, False]), Reason.NOT_A_NUMBER, value=pl.Series([1, 2, 3]))
    sieve.reject_as(
        pl.Series([None, "too long", "too long"]), value=(pl.Series(["a", "b", "c"]), pl.Series([None, None, 4.5]))
    )
    assert sieve.rejected().rows() == [
        (3, "non-numeric count", "s1", "2024-01-01 9:00", "2"),
        (4, "too long", "s2", "2024-01-01 9:00", "c 4.5"),
    ]


def test_what_the_chunk_rejected_and_noted_is_kept() -> None:
    ragged = pl.DataFrame({c.LINE: [1], c.REASON: ["wrong number of columns"]}).cast({c.LINE: pl.Int64})
    before = RawChunk(
        pl.DataFrame({"a": [1]}),
        pl.Series([5]),
        pl.concat([ragged, pl.DataFrame(schema=REJECTED_SCHEMA)], how="diagonal"),
        ("Tabs.",),
    )
    sieve = Sieve(before)
    sieve.say("", "Tabs.", "More.")
    assert sieve.notes == ("Tabs.", "More.")
    assert sieve.rejected().height == 1
    sieve.reject(pl.Series([True]), Reason.TOO_OLD)
    assert sieve.rejected()[c.LINE].to_list() == [1, 5]
