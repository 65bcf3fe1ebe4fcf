from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.staffing.split import split_slots
from busyness.domain.errors import InputError


@given(st.lists(st.floats(0, 1000, width=32), min_size=1, max_size=30), st.sampled_from([1, 2, 4]))
def test_parts_add_up_and_are_never_negative(demand: list[float], parts: int) -> None:
    whole = np.array([demand], np.float32)
    fine = split_slots(whole, parts)
    assert fine.shape == (1, len(demand) * parts)
    assert (fine >= -1e-3).all()
    np.testing.assert_allclose(fine.reshape(1, -1, parts).sum(axis=2), whole, rtol=1e-5, atol=1e-3)


def test_a_rising_hour_rises_within() -> None:
    fine = split_slots(np.array([4.0, 8.0, 12.0], np.float32), 4)
    assert fine[4:8].tolist() == [1.625, 1.875, 2.125, 2.375]
    assert fine[:4].tolist() == [1, 1, 1, 1]


def test_a_peak_stays_flat() -> None:
    assert split_slots(np.array([1.0, 8.0, 1.0], np.float32), 2)[2:4].tolist() == [4, 4]


def test_no_parts_are_refused() -> None:
    with pytest.raises(InputError, match="0 parts"):
        split_slots(np.ones(3, np.float32), 0)
