from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.durations import unit_durations


@pytest.mark.parametrize(
    ("shape", "spread"), [("exponential", 1.0), ("erlang", 1.0), ("erlang", 0.5), ("lognormal", 0.5), ("lognormal", 1.5)]
)
def test_durations_have_mean_one_and_their_spread(shape: str, spread: float) -> None:
    values = unit_durations(shape, spread)
    assert values.mean() == pytest.approx(1)
    assert values.std() == pytest.approx(spread, rel=0.05)
    assert (np.diff(values) >= 0).all()
    assert values[0] > 0


def test_one_erlang_phase_is_exponential_and_the_median_is_right() -> None:
    exponential = unit_durations("exponential")
    assert unit_durations("erlang", 1.0)[:-1] == pytest.approx(exponential[:-1], abs=1e-4)
    assert np.median(exponential) == pytest.approx(np.log(2), rel=1e-3)
