"""The population stability index: its laws, and what chance does to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.monitoring.stability import input_stability, limit, of_places, psi


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(50, 500))
def test_it_is_never_negative_and_zero_for_the_same(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    before, last = rng.gamma(2, 50, count), rng.gamma(2, 60, count)
    assert psi(before, last) >= 0
    assert psi(before, before) == pytest.approx(0, abs=1e-12)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_units_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, last = rng.gamma(2, 50, 300), rng.gamma(2, 90, 200)
    assert psi(before, last) == pytest.approx(psi(3 * before + 7, 3 * last + 7))


@pytest.mark.parametrize("counts", [(200, 60), (1000, 168)])
def test_chance_passes_the_limit_once_in_a_thousand_times(counts: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    over = [psi(rng.normal(size=counts[0]), rng.normal(size=counts[1])) > limit(*counts) for _ in range(3000)]
    assert np.mean(over) <= 0.003


def test_a_changed_input_is_told_by_its_family_and_a_short_one_is_unknown() -> None:
    rng = np.random.default_rng(1)
    before = {name: rng.normal(size=1000) for name in ("rain", "price", "level")}
    last = {"rain": rng.normal(size=300), "price": rng.normal(2, 1, 300), "level": rng.normal(size=20)}
    found = input_stability(before, last, families={"price": "prices"})
    assert found.row(0)[:2] == ("prices", "price")
    assert dict(found.select("input", "verdict").iter_rows()) == {"price": "drifted", "rain": "steady", "level": "unknown"}


def test_values_that_hang_together_count_as_few_draws() -> None:
    before, last = np.repeat(np.random.default_rng(3).normal(size=(2, 56)), 24, axis=1)
    alone, together = (
        input_stability({"rain": before}, {"rain": last[: 14 * 24]}, draws=d)["limit"][0] for d in (None, (56, 14))
    )
    assert together > 5 * alone


def test_missing_values_are_left_out_and_few_are_not_judged() -> None:
    rng = np.random.default_rng(2)
    before, last = rng.normal(size=(3, 400)), rng.normal(size=(3, 168))
    before[1, ::2] = np.nan
    last[2, 10:] = np.nan
    index, most = of_places(("a", "b", "c"), before, last)
    assert np.isfinite(index[:2]).all()
    assert np.isnan(index[2])
    assert most[1] >= most[0]
