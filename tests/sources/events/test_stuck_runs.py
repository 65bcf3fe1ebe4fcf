"""Sensors that hang are told from sensors that happen to count the same."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.events.stuck_runs import StuckRuns, repeats_needed


def run(amounts, size):
    """What becomes of one series' amounts, fed so many at a time: the amounts, and which of them hung."""
    runs, parts = StuckRuns(1, 1e-9), []
    for start in range(0, len(amounts), size):
        part = amounts[start : start + size]
        rows = pl.DataFrame({"series": [0] * len(part), "amount": part, "n": range(start, start + len(part))})
        parts.append(runs.passed(rows.cast({"series": pl.UInt32, "amount": pl.Float64})))
    rest = runs.rest()
    if rest is not None:
        parts.append(rest)
    found = pl.concat(parts)
    assert found["n"].to_list() == list(range(len(amounts)))
    return found["amount"].to_list(), found["stuck"].to_list()


def test_a_long_run_of_one_count_is_not_believed_from_its_beginning():
    amounts = [5, 0, 0, 7] + [37] * 12 + [None, 12]
    kept, stuck = run(amounts, 3)
    assert kept == [5, 0, 0, 7] + [None] * 13 + [12]
    assert sum(stuck) == 12


def test_zeros_and_short_runs_are_believed():
    amounts = [0] * 50 + [1] * 10 + [200] * 4
    assert run(amounts, 7) == (amounts, [False] * len(amounts))


def test_chance_does_not_look_like_a_fault():
    draw = np.random.default_rng(1)
    for mean in (0.4, 1.0, 3.0, 40.0):
        _, stuck = run(draw.poisson(mean, 50_000).astype(float).tolist(), 9_999)
        assert not any(stuck), mean
    assert (np.diff(repeats_needed(np.array([1.0, 10.0, 100.0, 1000.0]), 1e-9)) < 0).all()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 60.0, None]), st.integers(1, 25)), max_size=6), st.integers(1, 11))
def test_any_size_of_chunks_gives_the_same(runs, size):
    amounts = [value for value, times in runs for _ in range(times)]
    if amounts:
        assert run(amounts, size) == run(amounts, len(amounts))
