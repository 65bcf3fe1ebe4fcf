"""Counters become counts: exact across resets and roll-overs, silent about what nobody can know."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.events.counter_steps import JUMP, MICROS_PER_MINUTE, NEGATIVE, RESET, ROLLOVER, Counters

QUARTER = 15 * MICROS_PER_MINUTE


def counters(series=1, rolls_over_at=float("nan")):
    return Counters(series, every=15, most=15_000, rolls_over_at=np.full(series, rolls_over_at))


def steps(values, at=None, **more):
    """The amounts and what they were, of one series read every quarter of an hour."""
    time = np.arange(len(values)) * QUARTER if at is None else np.array(at) * QUARTER
    found = counters(**more).steps(np.zeros(len(values), np.int64), time, np.array(values, float))
    return found.amount.tolist(), found.what.tolist(), (found.start // QUARTER).tolist()


def test_a_step_belongs_to_the_interval_before_the_reading():
    amount, what, start = steps([100, 107, 107, 120])
    assert amount == [7, 0, 13]
    assert what == [0, 0, 0]
    assert start == [0, 1, 2]


@pytest.mark.parametrize("top", [2**16, 2**32, 10**4, 10**6, 10**9])
def test_roll_overs_are_counted_on(top):
    amount, what, _ = steps([top - 70, top - 40, top - 10, 15, 40])
    assert amount == [30, 30, 25, 25]
    assert what == [0, 0, ROLLOVER, 0]


def test_a_roll_over_that_the_register_tells_of_is_found_anywhere():
    amount, what, _ = steps([4_000, 4_000, 300], rolls_over_at=5_000)
    assert amount == [0, 1_300]
    assert what == [0, ROLLOVER]


def test_a_nightly_reset_below_a_round_number_is_no_roll_over():
    amount, what, _ = steps([9_100, 9_700, 9_700, 9_700, 120])
    assert amount == [600, 0, 0, 120]
    assert what[-1] == RESET


def test_a_fall_that_is_no_reset_and_a_jump_are_not_believed():
    amount, what, _ = steps([5_000, 4_990, 5_000, 90_000, 90_010])
    assert np.isnan(amount).tolist() == [True, False, True, False]
    assert what == [NEGATIVE, 0, JUMP, 0]


def test_what_was_counted_during_a_silence_belongs_to_no_interval():
    amount, _, start = steps([10, 20, 60, 65, 65], at=[0, 1, 5, 6, 30])
    assert np.isnan(amount).tolist() == [False, True, False, False]
    assert start == [0, 4, 5, 29]


def test_a_blank_reading_hides_two_intervals():
    amount, _, start = steps([10, float("nan"), 30, 35])
    assert np.isnan(amount).tolist() == [True, True, False]
    assert start == [0, 1, 2]


COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(COUNTS, st.sets(st.integers(0, 59)), st.sets(st.integers(1, 60)))
def test_counters_give_the_true_counts_whatever_the_resets_and_the_chunks(counts, resets, cuts):
    reading, readings = 123.0, [123.0]
    for at, count in enumerate(counts):
        shows = at in resets and count < reading  # one that reaches what it stood at before is seen by nobody
        reading = count + (0 if shows else reading)
        readings.append(reading)
    one_by_one = counters()
    edges = [0, *sorted(cut for cut in cuts if cut < len(readings)), len(readings)]
    found = []
    for start, end in itertools.pairwise(edges):
        part = np.array(readings[start:end])
        found += one_by_one.steps(np.zeros(len(part), np.int64), np.arange(start, end) * QUARTER, part).amount.tolist()
    assert found == counts
