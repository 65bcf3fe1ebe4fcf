from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.slots import SlotLength
from busyness.features.day_mean import day_mean, over_a_day


@given(st.integers(1, 90), st.sampled_from([4, 24]), st.integers(0, 2**31))
def test_it_is_the_mean_of_the_day_that_ends_with_each_slot(slots: int, per_day: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cube = np.where(rng.random((2, slots)) < 0.4, np.nan, rng.normal(15, 8, (2, slots))).astype(np.float32)
    told = day_mean(cube, per_day)
    assert told.dtype == np.float32
    for slot in range(slots):
        day = cube[:, max(slot - per_day + 1, 0) : slot + 1]
        enough = np.isfinite(day).sum(axis=1) * 2 >= per_day
        expected = [np.nanmean(row) if good else np.nan for row, good in zip(day, enough, strict=True)]
        np.testing.assert_allclose(told[:, slot], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "minutes", "said"),
    [("temperature", 60, True), ("temperature_max", 15, True), ("temperature", 1440, False), ("promotion", 60, False)],
)
def test_it_is_taken_of_temperatures_in_slots_shorter_than_a_day(name: str, minutes: int, said: bool) -> None:
    assert over_a_day(name, SlotLength(minutes)) is said
