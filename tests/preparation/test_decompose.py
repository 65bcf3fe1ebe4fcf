from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from busyness.domain.errors import InputError, MissingExtraError, TooLittleHistoryError
from busyness.preparation import decompose as module
from busyness.preparation.decompose import decompose


def series(slots: int, per_day: int, seed: int = 0) -> np.ndarray:
    at = np.arange(slots)
    day = 30 * np.sin(at / per_day * 2 * np.pi) if per_day > 1 else 0
    week = np.where(at // per_day % 7 >= 5, 40, 0)
    return 100 + at / slots * 50 + day + week + np.random.default_rng(seed).normal(0, 1, slots)


@pytest.mark.parametrize(("slots", "per_day"), [(24 * 28, 24), (24 * 14, 24), (24 * 6, 24), (24 * 2 + 1, 24), (70, 1)])
def test_the_parts_add_up_and_the_trend_is_found(slots: int, per_day: int) -> None:
    values = series(slots, per_day)
    parts = decompose(values, per_day)
    np.testing.assert_allclose(parts.trend + parts.seasonal + parts.residual, values)
    np.testing.assert_allclose(parts.detrended, values - parts.trend)
    if slots > 14 * per_day:
        rise = parts.trend[-per_day * 7 :].mean() - parts.trend[: per_day * 7].mean()
        assert rise == pytest.approx(50 * (1 - 7 * per_day / slots), abs=4)
        assert np.std(parts.residual) < 2


@pytest.mark.parametrize("weeks", [3, 4, 8])
def test_missing_values_are_missing_in_every_part_and_an_outlier_stays_in_the_rest(weeks: int) -> None:
    values = series(168 * weeks, 24).astype(np.float32)
    values[100:110] = np.nan
    values[300] += 500
    parts = decompose(values, 24)
    for part in (parts.series, parts.trend, parts.seasonal, parts.residual):
        assert np.flatnonzero(np.isnan(part)).tolist() == list(range(100, 110))
    assert parts.residual[300] > 250


def test_too_little_is_said() -> None:
    with pytest.raises(TooLittleHistoryError, match="more than 48 slots"):
        decompose(series(48, 24), 24)
    with pytest.raises(TooLittleHistoryError):
        decompose(np.full(500, np.nan), 24)
    with pytest.raises(InputError, match="shape"):
        decompose(np.zeros((2, 100)), 24)


def test_without_statsmodels_only_calling_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STL", None)
    with pytest.raises(MissingExtraError, match=r"busyness\[decomposition\]"):
        decompose(series(100, 1), 1)
    code = "import sys; sys.modules['statsmodels'] = None; import busyness.preparation.decompose as d; assert d.STL is None"
    subprocess.run([sys.executable, "-c", code], check=True)
