"""Medians of counts whose mean is known, beside counting them out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.stopwatch import Stopwatch
from busyness.models.small_counts import dispersion, lean_for, leaned, medians, stepped, steps
from busyness.tables.examples import Cells, Examples
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import maker
from busyness.workflows.wiring.restored import restored_member


def median_by_counting(mean: float, spread: float) -> int:
    """The first count that at least half of a negative binomial does not exceed."""
    shape, total, k = 1 / spread, 0.0, 0
    while True:
        log = math.lgamma(shape + k) - math.lgamma(shape) - math.lgamma(k + 1)
        log += k * math.log(mean * spread / (1 + mean * spread)) - shape * math.log1p(mean * spread)
        total += math.exp(log)
        if total >= 0.5:
            return k
        k += 1


@given(st.floats(0.01, 40), st.floats(0.01, 2))
def test_the_median_lies_within_a_slope_of_the_true_one(mean: float, spread: float) -> None:
    found = float(medians(np.array([mean], np.float32), spread)[0])
    assert abs(found - median_by_counting(mean, spread)) <= 1


@given(st.floats(0, 3))
def test_a_larger_mean_never_has_a_smaller_median(spread: float) -> None:
    found = medians(np.linspace(0, 300, 2_000, dtype=np.float32), spread)
    assert (np.diff(found) >= -1e-4).all()
    assert found[0] == 0
    assert (found <= np.linspace(0, 300, 2_000) + 1).all()


def test_poisson_steps_are_the_known_ones() -> None:
    assert steps(0)[:2] == pytest.approx([math.log(2), 1.678], abs=2e-3)


def test_rare_counts_have_a_median_of_zero_mostly() -> None:
    assert medians(np.array([0.0, 0.1, 0.3], np.float32), 0.0).tolist() == [0, 0, 0]


def test_the_spread_of_counts_is_found_again() -> None:
    rng = np.random.default_rng(0)
    mean = rng.uniform(0.2, 10, 50_000)
    assert dispersion(rng.poisson(mean), mean) == pytest.approx(0, abs=0.01)
    assert dispersion(rng.poisson(mean * rng.gamma(4, 1 / 4, len(mean))), mean) == pytest.approx(0.25, abs=0.03)
    assert dispersion(np.zeros(0, np.float32), np.zeros(0, np.float32)) == 0


def test_nothing_beats_the_median_in_absolute_errors() -> None:
    rng = np.random.default_rng(1)
    mean = rng.gamma(1, 1.2, 40_000)
    came = rng.poisson(mean * rng.gamma(3, 1 / 3, len(mean)))
    stepped = np.abs(medians(mean.astype(np.float32), 1 / 3) - came).mean()
    assert stepped < 0.93 * np.abs(mean - came).mean()
    assert stepped < np.abs(np.round(mean) - came).mean()


def rows_of(demand: list[float], *, times: int = 1, level: float = 4.0, lately: float = 3.0) -> Examples:
    """Rows of one place with this demand, each so many ``times``."""
    counts = np.tile(np.array(demand, np.float32), times)
    many = np.arange(len(counts), dtype=np.int32)
    flat = np.full(len(counts), level, np.float32)
    table = np.full((len(counts), 1), lately, np.float32)
    return Examples(table, ("mean_4",), (), counts / level, flat, flat, Cells(many * 0, many, many * 0))


def test_the_fewer_rows_of_small_counts_the_more_is_leaned() -> None:
    shares = [lean_for(rows_of([0, 3, 7, 1], times=times)) for times in (100, 750, 2_500, 50_000)]
    assert shares == pytest.approx([0.983, 0.5, 0.0826, 0], abs=1e-3)


def test_nothing_leans_on_the_last_weeks_where_counts_are_large_or_no_counts() -> None:
    assert lean_for(rows_of([90, 130, 70], level=100)) == 0
    assert lean_for(rows_of([0.5, 1.25, 3])) == 0
    assert lean_for(rows_of([0, 0, 0])) == 0
    assert lean_for(rows_of([])) == 0


def test_an_answer_moves_that_share_of_the_way_where_the_last_weeks_are_known() -> None:
    examples = rows_of([1, 2])
    examples.X[1] = np.nan
    said = np.array([1, 1], np.float32)
    assert leaned(said, examples, 0.25).tolist() == [1.5, 1]
    assert leaned(said, examples, 0) is said


@pytest.mark.parametrize("kind", ["ridge", "histogram", "recursive", "embedding"])
def test_members_of_few_small_counts_lean_and_do_so_after_they_were_stored(kind: str) -> None:
    if kind == "embedding":
        pytest.importorskip("torch")
    city = tiny_city(places=4, weeks=40, every="1d")
    panel = replace(city, demand=np.floor(city.demand / 50)).sealed()
    member: Any = maker(kind)(ModelSettings(model=kind, fast=True), 1, Stopwatch()).fit(panel, 7)
    assert 0.5 < member.lean < 1
    said = member.medians(panel, [panel.origin], 7)
    again = restored_member(member.to_parts(), 1)
    assert np.array_equal(again.medians(panel, [panel.origin], 7), said)
    member.lean = 0.0
    assert not np.allclose(member.medians(panel, [panel.origin], 7), said)


@given(st.floats(0, 60), st.floats(0, 1))
def test_a_step_is_near_the_nearest_whole_number_and_keeps_the_order(said: float, more: float) -> None:
    low, high = stepped(np.array([said, said + more], np.float32))
    assert abs(low - said) <= 0.25 + 1e-4
    assert low <= high + 1e-4
    assert stepped(np.round(np.array([said], np.float32)) + np.float32(0.2))[0] == round(said)


def test_a_mean_of_medians_of_rare_counts_is_better_as_a_step() -> None:
    rng = np.random.default_rng(2)
    mean = rng.gamma(1, 0.9, 40_000).astype(np.float32)
    came = rng.poisson(mean)
    said = np.mean([medians(mean * rng.lognormal(0, 0.3, len(mean)).astype(np.float32), 0) for _ in range(4)], axis=0)
    assert np.abs(stepped(said) - came).mean() < 0.995 * np.abs(said - came).mean()
