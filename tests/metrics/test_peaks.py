"""Peaks: which days count, which slot is the busiest, and how near is near enough."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from busyness.domain.errors import InputError
from busyness.metrics.peaks import daily_peaks, peak_hit, peak_size_error

NAN = float("nan")
ONE_DAY = [0] * 6
CAME = [1.0, 2.0, 9.0, 2.0, 1.0, 1.0]


def said(busiest: int) -> list[float]:
    return [float(slot == busiest) for slot in range(6)]


@pytest.mark.parametrize(("busiest", "hit"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 0)])
def test_one_slot_beside_the_peak_is_a_hit(busiest: int, hit: int) -> None:
    assert peak_hit(CAME, said(busiest), ONE_DAY) == hit


def test_the_tolerance_is_ours_to_choose() -> None:
    assert peak_hit(CAME, said(4), ONE_DAY, tolerance=2) == 1
    assert peak_hit(CAME, said(1), ONE_DAY, tolerance=0) == 0


def test_the_nearest_of_equal_peaks_counts() -> None:
    assert peak_hit([9, 0, 0, 0, 0, 9], said(4), ONE_DAY) == 1
    assert peak_hit([9, 0, 0, 0, 0, 9], said(2), ONE_DAY) == 0


@pytest.mark.parametrize(
    ("observed", "counts"),
    [
        (CAME, True),
        ([NAN, *CAME[1:]], True),  # 5 of 6 came
        ([NAN, NAN, *CAME[2:]], False),  # 4 of 6 are too few
        ([3.0] * 6, False),  # a flat day has no peak
        ([0.0] * 6, False),
        ([NAN] * 6, False),
    ],
)
def test_which_days_count(observed: list[float], counts: bool) -> None:
    assert math.isnan(peak_hit(observed, said(2), ONE_DAY)) is not counts


def test_closed_slots_need_not_be_observed() -> None:
    observed = [NAN, NAN, 9.0, 2.0, 1.0, 1.0]
    assert peak_hit(observed, said(2), ONE_DAY, opened=[False, False, True, True, True, True]) == 1
    assert math.isnan(peak_hit([9.0, 1.0, 2.0], [1.0, 0.0, 0.0], [0, 0, 0]))  # three slots are no day


def test_only_observed_slots_compete() -> None:
    assert peak_hit([NAN, *CAME[1:]], [99.0, 0.0, 1.0, 0.0, 0.0, 0.0], ONE_DAY) == 1


def test_a_day_without_any_prediction_does_not_count() -> None:
    assert math.isnan(peak_hit(CAME, [NAN] * 6, ONE_DAY))
    assert peak_hit(CAME, [NAN, NAN, 1.0, NAN, NAN, NAN], ONE_DAY) == 1


def test_rows_left_out_bring_no_slot_nearer() -> None:
    observed, predicted, hours = [1.0, 9.0, 2.0, 3.0], [0.0, 0.0, 1.0, 0.0], [8, 9, 12, 13]
    assert peak_hit(observed, predicted, [0] * 4) == 1
    assert peak_hit(observed, predicted, [0] * 4, slot=hours) == 0


def test_days_may_be_interleaved() -> None:
    observed = np.ravel([CAME, CAME[::-1]], order="F")
    predicted = np.ravel([said(2), said(0)], order="F")
    day = [0, 1] * 6
    peaks = daily_peaks(observed, predicted, day)
    assert peaks.row.tolist() == [4, 7]
    assert peaks.distance.tolist() == [0, 3]
    assert peak_hit(observed, predicted, day) == 0.5


def test_the_size_of_peaks_by_hand() -> None:
    assert peak_size_error(CAME, [0, 7, 0, 0, 0, 0], ONE_DAY) == pytest.approx(2 / 9)
    assert math.isnan(peak_size_error([], [], []))


def test_arrays_of_different_length_are_refused() -> None:
    with pytest.raises(InputError):
        peak_hit(CAME, said(2), [0])


@given(
    hnp.arrays(np.int64, 24, elements=st.integers(0, 9)).map(lambda a: a.astype(float)),
    hnp.arrays(np.int64, 24, elements=st.integers(-1, 9)),
    hnp.arrays(np.bool_, 24, elements=st.booleans()),
)
def test_the_arrays_say_what_a_plain_loop_says(observed: np.ndarray, predicted: np.ndarray, gone: np.ndarray) -> None:
    predicted = np.where(predicted < 0, np.nan, predicted)
    observed[gone & (np.arange(24) % 3 == 0)] = np.nan
    day, hits = np.arange(24) // 6, []
    for number in range(4):
        rows = [k for k in range(24) if day[k] == number and not np.isnan(observed[k])]
        answers = [k for k in rows if not np.isnan(predicted[k])]
        if len(rows) < max(4, 0.8 * 6) or len({observed[k] for k in rows}) == 1 or not answers:
            continue
        guess = max(answers, key=lambda k: (predicted[k], -k))
        top = max(observed[k] for k in rows)
        hits.append(min(abs(k - guess) for k in rows if observed[k] == top) <= 1)
    assert peak_hit(observed, predicted, day) == pytest.approx(np.mean(hits) if hits else NAN, nan_ok=True)
