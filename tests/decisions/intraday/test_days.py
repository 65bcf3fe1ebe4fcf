from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.days import Days, draw_days
from busyness.domain.errors import InputError


def test_days_follow_the_paths_and_vary_more_within_the_hour() -> None:
    expected = np.tile([4.0, 10.0, 6.0], (2, 1))
    level = np.array([0.5, 1.0, 1.5])
    days = draw_days(expected * level[:, None, None], expected, count=9000, burst=0.3, seed=1)
    assert days.arrivals.mean(axis=0) == pytest.approx(expected, rel=0.03)
    within = (days.arrivals[:, 0, 1].var(), 10 + 100 * (np.mean((level * 10) ** 2) / 100 - 1))
    assert within[0] == pytest.approx(within[1] + 0.09 * np.mean((level * 10) ** 2), rel=0.08)
    # every path is drawn as often as any other, and a day has one path
    day = days.arrivals.sum(axis=(1, 2))
    assert np.corrcoef(days.arrivals[:, 0].sum(axis=1), days.arrivals[:, 1].sum(axis=1))[0, 1] > 0.5
    assert day.std() > 8


def test_the_same_seed_draws_the_same_days() -> None:
    expected = np.full((2, 8), 5.0)
    one, same, other = (draw_days(expected[None], expected, count=5, seed=seed) for seed in (3, 3, 4))
    assert (one.arrivals == same.arrivals).all()
    assert (one.arrivals != other.arrivals).any()


@pytest.mark.parametrize(
    ("arrivals", "expected", "told"),
    [
        (np.zeros((2, 3), int), np.zeros((2, 3)), "no days × places × steps"),
        (np.zeros((1, 2, 3), int), np.zeros((2, 3)), "does not fit days"),
        (np.full((1, 2, 3), -1), np.zeros((1, 2, 3)), "whole numbers"),
        (np.zeros((1, 2, 3), int), np.full((1, 2, 3), np.nan), "missing or below 0"),
    ],
)
def test_what_are_no_days_is_refused(arrivals: np.ndarray, expected: np.ndarray, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Days(arrivals, expected)
