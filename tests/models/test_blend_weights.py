"""Weights of a blend: laws that hold whatever members say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import ArtifactError
from busyness.models.blend_weights import BlendWeights, Past, clusters, lightest

PER_DAY = 24
HORIZON = 72


def past(off: list[float], *, origins: int = 8, places: int = 4, seed: int = 0) -> Past:
    """Members whose errors have these standard deviations, each its own."""
    rng = np.random.default_rng(seed)
    shape = (origins, places, HORIZON)
    observed = rng.gamma(4, 25, shape).astype(np.float32)
    said = np.stack([observed + rng.normal(0, 1, shape).astype(np.float32) * np.float32(sigma) for sigma in off])
    return Past(said, observed, np.full(shape[:2], 100, np.float32))


def ids(places: int) -> tuple[str, ...]:
    return tuple(f"p{k}" for k in range(places))


def learned(of: Past) -> BlendWeights:
    return BlendWeights.learned_from(of, ids(of.observed.shape[1]), PER_DAY)


@given(
    off=st.lists(st.floats(0, 60), min_size=1, max_size=5),
    places=st.integers(1, 40),
    seed=st.integers(0, 99),
    missing=st.floats(0, 1),
)
def test_weights_are_never_negative_and_add_up_to_one(off: list[float], places: int, seed: int, missing: float) -> None:
    some = past(off, origins=2, places=places, seed=seed)
    some.observed[np.random.default_rng(seed).random(some.observed.shape) < missing] = np.nan
    table = learned(some).table
    assert (table >= 0).all()
    np.testing.assert_allclose(table.sum(axis=2), 1, rtol=1e-9)


def test_a_member_that_is_always_right_gets_nearly_all_where_there_is_much_evidence() -> None:
    shares = learned(past([0, 30, 30], origins=150, places=40)).overall
    assert shares[0] > 0.9


def test_a_little_evidence_says_less() -> None:
    much, little = learned(past([5, 30], origins=40, places=20)), learned(past([5, 30], origins=1, places=1))
    assert 0.5 < little.overall[0] < much.overall[0]


def test_without_evidence_all_members_count_alike() -> None:
    blind = past([0, 30, 60])
    blind.observed[:] = np.nan
    np.testing.assert_allclose(learned(blind).table, 1 / 3)
    none = past([0, 30], origins=0)
    np.testing.assert_allclose(learned(none).table, 1 / 2)


@given(order=st.permutations(range(4)), seed=st.integers(0, 20))
def test_the_order_of_members_does_not_matter(order: list[int], seed: int) -> None:
    some = past([10, 15, 20, 40], origins=3, places=20, seed=seed)
    other = Past(some.predicted[order], some.observed, some.level)
    np.testing.assert_allclose(learned(other).table, learned(some).table[:, :, order], atol=1e-6)


def test_members_that_say_the_same_share_a_weight() -> None:
    some = past([10, 20], origins=10, places=10)
    twice = Past(some.predicted[[0, 0, 1]], some.observed, some.level)
    first, again, _ = learned(twice).overall
    assert first == pytest.approx(again)


def test_errors_that_cancel_out_are_found() -> None:
    some = past([0, 0], origins=200, places=30)
    wave = np.random.default_rng(1).normal(0, 20, some.observed.shape).astype(np.float32)
    apart = Past(np.stack([some.observed + wave, some.observed - wave, some.observed + 5]), some.observed, some.level)
    high, low, near = learned(apart).overall
    assert high == pytest.approx(low, abs=0.05)
    assert near < 0.2


def test_a_few_wild_days_do_not_decide() -> None:
    some = past([5, 25], origins=20, places=20)
    some.predicted[0, 0] += 150  # one origin of twenty: squared errors would now prefer the other
    assert learned(some).overall[0] > 0.6


def test_distances_have_weights_of_their_own() -> None:
    some = past([10, 10], origins=200, places=20)
    near = np.arange(HORIZON) < PER_DAY
    some.predicted[0][..., near] = some.observed[..., near]
    some.predicted[1][..., ~near] = some.observed[..., ~near]
    cells = learned(some).cells(ids(20), HORIZON)
    assert cells[0, :, 0].mean() > 0.8 > 0.2 > cells[0, :, -1].mean()


def test_clusters_have_weights_of_their_own_and_new_places_those_of_all() -> None:
    some = past([10, 10], origins=200, places=40)
    level = np.where(np.arange(40) < 20, 50, 500).astype(np.float32)
    some.level[:] = level
    some.predicted[0][:, :20], some.predicted[1][:, 20:] = some.observed[:, :20], some.observed[:, 20:]
    found = learned(some)
    cells = found.cells((*ids(40), "new"), HORIZON)
    small, large, new = cells[0, :20].mean(), cells[0, 20:40].mean(), cells[0, 40]
    assert small > 0.7 > 0.3 > large
    np.testing.assert_allclose(new[0], found.table[0, 0, 0], rtol=1e-6)


@pytest.mark.parametrize(("places", "count"), [(1, 1), (15, 1), (16, 2), (32, 4), (100, 4)])
def test_clusters_are_few_and_large(places: int, count: int) -> None:
    rng = np.random.default_rng(2)
    some = past([10], origins=2, places=places)
    some.level[:] = rng.lognormal(4, 1, places).astype(np.float32)
    number = clusters(some, PER_DAY)
    assert sorted(set(number.tolist())) == list(range(count))
    assert np.bincount(number).min() >= min(places, 8)


def test_shares_never_leave_the_simplex_for_errors_of_any_size() -> None:
    for scale in (1e-9, 1.0, 1e9):
        errors = np.random.default_rng(3).normal(0, scale, (50, 3))
        weights = lightest(errors, np.full(3, 1 / 3), trust=100)
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)


def test_facts_bring_the_weights_back_and_damaged_ones_are_refused() -> None:
    found = learned(past([5, 20], origins=10, places=40))
    again = BlendWeights.from_facts(found.to_facts())
    np.testing.assert_array_equal(again.cells(ids(40), HORIZON), found.cells(ids(40), HORIZON))
    for damage in ({"table": [[[0.9, 0.9]]]}, {"table": [[[1.5, -0.5]]]}, {"cluster": None}, {"per_day": "x"}):
        with pytest.raises(ArtifactError):
            BlendWeights.from_facts({**found.to_facts(), **damage})
