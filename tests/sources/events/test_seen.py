"""What came before is known, whatever the chunks."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from busyness.sources.events.seen import Seen

CHUNKS = st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=8)


def again(seen: Seen, values: list[int]) -> list[bool]:
    keys = pl.DataFrame({"id": values}, schema={"id": pl.Int64})
    return seen.again(keys, pl.Series([True] * len(values), dtype=pl.Boolean)).to_list()


@given(CHUNKS)
def test_the_first_of_each_stays(chunks: list[list[int]]) -> None:
    seen, before = Seen(1000), set[int]()
    for chunk in chunks:
        expected = []
        for value in chunk:
            expected.append(value in before)
            before.add(value)
        assert again(seen, chunk) == expected


def test_rows_with_another_fault_are_not_remembered() -> None:
    seen = Seen(100)
    keys = pl.DataFrame({"id": ["a", "a", "b"]})
    assert seen.again(keys, pl.Series([False, True, True])).to_list() == [False, False, False]
    assert seen.again(keys, pl.Series([True, True, False])).to_list() == [True, True, False]


def test_the_memory_is_bounded() -> None:
    seen = Seen(0)
    assert again(seen, [1, 1]) == [False, True]
    assert again(seen, [1]) == [False]
    few = Seen(4)
    assert not any(again(few, [1, 2, 3, 4]))
    assert not any(again(few, [5]))
    assert again(few, [5, 1]) == [True, False]
