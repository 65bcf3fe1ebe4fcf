from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.domain.errors import InputError
from busyness.domain.quantiles import (
    DENSE_LEVELS,
    REPORTED_LEVELS,
    checked_levels,
    column,
    interpolate_levels,
    share_below,
)

QUANTILES = arrays(np.float32, (4, len(DENSE_LEVELS)), elements=st.floats(0, 2**20, width=32, allow_subnormal=False)).map(
    lambda values: np.sort(values, axis=-1)
)
ANY_LEVELS = st.lists(st.floats(0.005, 0.995), min_size=1, max_size=12, unique=True).map(sorted)


def test_levels_are_sorted_and_unique() -> None:
    assert checked_levels([0.9, 0.1, 0.1, 0.10000001, 0.5]) == (0.1, 0.5, 0.9)
    assert set(REPORTED_LEVELS) <= set(DENSE_LEVELS)
    assert list(DENSE_LEVELS) == sorted(DENSE_LEVELS)


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, 10, float("nan")])
def test_a_level_outside_nought_and_one_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        checked_levels([0.5, level])


@pytest.mark.parametrize(
    ("level", "name"),
    [(0.05, "q05"), (0.1, "q10"), (0.5, "q50"), (0.95, "q95"), (0.01, "q01"), (0.025, "q02.5"), (0.975, "q97.5"),
     (0.999, "q99.9"), (0.9995, "q99.95"), (0.0005, "q00.05"), (0.29, "q29"), (0.57, "q57"), (0.333, "q33.3")],
)  # fmt: skip
def test_a_level_has_a_column(level: float, name: str) -> None:
    assert column(level) == name


@given(levels=st.lists(st.integers(1, 9999), min_size=2, max_size=40, unique=True).map(sorted))
def test_columns_are_unique_and_sort_like_their_levels(levels: list[int]) -> None:
    names = [column(level / 10_000) for level in levels]
    assert len(set(names)) == len(names)
    assert [float(name[1:]) for name in names] == pytest.approx([level / 100 for level in levels])


@given(values=QUANTILES)
def test_known_levels_come_back_exactly(values: np.ndarray) -> None:
    assert (interpolate_levels(DENSE_LEVELS, values, DENSE_LEVELS) == values).all()


@given(values=QUANTILES, levels=ANY_LEVELS)
def test_interpolated_quantiles_lie_between_their_neighbours(values: np.ndarray, levels: list[float]) -> None:
    found = interpolate_levels(DENSE_LEVELS, values, levels)
    assert found.dtype == np.float32
    assert (np.diff(found, axis=-1) >= 0).all()
    every = sorted({*DENSE_LEVELS, *levels})
    assert (np.diff(interpolate_levels(DENSE_LEVELS, values, every), axis=-1) >= 0).all()
    np.testing.assert_allclose(
        found, [np.interp(levels, DENSE_LEVELS, row) for row in values.astype(np.float64)], rtol=1e-5, atol=1e-5
    )


def test_on_a_step_rounding_does_not_make_quantiles_cross() -> None:
    steps = np.random.default_rng(0).integers(0, 4, (200, len(DENSE_LEVELS))).astype(np.float32) * np.float32(1.1)
    levels = sorted({*DENSE_LEVELS, *np.linspace(0.02, 0.98, 41).round(3).tolist()})
    assert (np.diff(interpolate_levels(DENSE_LEVELS, np.sort(steps, axis=-1), levels), axis=-1) >= 0).all()


def test_outside_the_levels_it_is_flat() -> None:
    values = np.array([[1, 2, 3]], np.float32)
    assert interpolate_levels((0.25, 0.5, 0.75), values, (0.01, 0.375, 0.99)).tolist() == [[1, 1.5, 3]]


@given(values=QUANTILES, level=st.sampled_from(DENSE_LEVELS), between=st.floats(0, 1))
def test_the_share_below_a_quantile_is_its_level(values: np.ndarray, level: float, between: float) -> None:
    """Where quantiles rise, the share below is the inverse of the quantile function; on a step it is its upper end."""
    rising = (values % 1000 + np.float32(1)).cumsum(axis=-1, dtype=np.float32)
    wanted = 0.01 + between * 0.979
    limit = interpolate_levels(DENSE_LEVELS, rising, [wanted])[:, 0]
    np.testing.assert_allclose(share_below(DENSE_LEVELS, rising, limit), wanted, atol=2e-3)
    at = rising[:, DENSE_LEVELS.index(level)]
    expected = 1 if level == DENSE_LEVELS[-1] else level
    np.testing.assert_allclose(share_below(DENSE_LEVELS, rising, at), expected, atol=1e-6)


@given(values=QUANTILES, limits=st.lists(st.floats(-1, 2**20, width=32), min_size=2, max_size=20).map(sorted))
def test_the_share_below_rises_from_nought_to_one(values: np.ndarray, limits: list[float]) -> None:
    shares = np.stack([share_below(DENSE_LEVELS, values, np.full(4, limit, np.float32)) for limit in limits])
    assert ((shares >= 0) & (shares <= 1)).all()
    assert (np.diff(shares, axis=0) >= 0).all()
    assert (share_below(DENSE_LEVELS, values, np.full(4, 2**21, np.float32)) == 1).all()
    assert (share_below(DENSE_LEVELS, values, np.full(4, -1, np.float32)) == 0).all()


def test_a_step_a_closed_slot_and_an_unknown_limit() -> None:
    levels, values = (0.1, 0.5, 0.9), np.array([[0, 0, 4], [0, 0, 0], [1, 2, 3]], np.float32)
    limit = np.array([0, 0, np.nan], np.float32)
    np.testing.assert_allclose(share_below(levels, values, limit), [0.5, 1, np.nan], atol=1e-6)
    np.testing.assert_allclose(share_below(levels, values, np.array([2, 2, 2], np.float32)), [0.7, 1, 0.5], atol=1e-6)
