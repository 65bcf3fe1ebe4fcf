"""Encodings: values by hand, new and missing values, JSON and back, and no target that tells of itself."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import ArtifactError, ColumnMissingError, InputError
from busyness.features.builder import DirectFeatures
from busyness.features.encodings import Columns, Labels, OneHot, Standardizer, TargetMeans, time_folds
from busyness.tables.examples import Cells
from busyness.tables.panel import Panel

NAN = np.nan


def columns(**values: list[float]) -> Columns:
    return Columns(np.array(list(values.values()), np.float32).T, tuple(values))


TABLE = columns(temperature=[10, 20, NAN, 30], day_of_week=[1, 3, 1, NAN], flat=[0.1, 0.1, 0.1, NAN])
NEW = columns(flat=[0.1, 5, NAN], day_of_week=[3, 2, NAN], temperature=[20, np.inf, NAN])


def test_normalised() -> None:
    fitted = Standardizer(("temperature", "flat")).fit(TABLE)
    made = fitted.transform(TABLE)
    assert made.names == ("normalized_temperature", "day_of_week", "normalized_flat")
    np.testing.assert_allclose(made.X[:, 0], [-np.sqrt(1.5), 0, NAN, np.sqrt(1.5)], rtol=1e-6)
    np.testing.assert_array_equal(made.X[:, 1], TABLE.X[:, 1])
    np.testing.assert_array_equal(made.X[:, 2], [0, 0, 0, NAN])
    new = fitted.transform(NEW)
    assert new.names == ("normalized_flat", "day_of_week", "normalized_temperature")
    np.testing.assert_array_equal(new.X[:, 2], [0, NAN, NAN])


def test_one_hot() -> None:
    fitted = OneHot(("day_of_week",)).fit(TABLE)
    made = fitted.transform(TABLE)
    assert made.names == ("temperature", "day_of_week_1", "day_of_week_3", "flat")
    np.testing.assert_array_equal(made.X[:, 1:3], [[1, 0], [0, 1], [1, 0], [0, 0]])
    np.testing.assert_array_equal(fitted.transform(NEW).X[:, 1:3], [[0, 1], [0, 0], [0, 0]])


def test_labels() -> None:
    fitted = Labels(("day_of_week",)).fit(TABLE)
    made = fitted.transform(TABLE)
    assert made.names == ("temperature", "label_day_of_week", "flat")
    np.testing.assert_array_equal(made.X[:, 1], [1, 2, 1, 0])
    np.testing.assert_array_equal(fitted.transform(NEW).X[:, 1], [2, 0, 0])
    assert fitted.sizes == (3,)


def test_target_means() -> None:
    target = np.array([2, 6, 4, 8], np.float32)
    fitted = TargetMeans(("day_of_week",), shrink=2).fit(TABLE, target)
    made = fitted.transform(NEW)
    assert made.names == ("flat", "target_mean_day_of_week", "temperature")
    # the mean of all is 5 and counts twice: (6 + 10) / 3, nothing seen, (8 + 10) / 3
    np.testing.assert_allclose(made.X[:, 1], [16 / 3, 5, 6], rtol=1e-6)


def test_out_of_fold_by_hand() -> None:
    table = columns(kind=[0, 1, 0, 1, 0, NAN])
    target = np.array([1, 2, 3, 4, NAN, 60], np.float32)
    time = np.array([5, 5, 9, 9, 9, 5])
    _, made = TargetMeans(("kind",), folds=2, shrink=1).fit_transform(table, target, time)
    late, early = (3 + 4) / 2, (1 + 2 + 60) / 3  # the means of the other block
    expected = [(3 + late) / 2, (4 + late) / 2, (1 + early) / 2, (2 + early) / 2, (1 + early) / 2, late]
    np.testing.assert_allclose(made.X[:, 0], expected, rtol=1e-6)


def test_a_random_target_leaves_no_trace_in_its_own_code() -> None:
    rng = np.random.default_rng(0)
    rows, kinds = 20_000, 5_000
    table = Columns(rng.integers(0, kinds, (rows, 1)).astype(np.float32), ("kind",))
    target = rng.normal(size=rows).astype(np.float32)
    fitted, honest = TargetMeans(("kind",), shrink=1).fit_transform(table, target, rng.integers(0, 900, rows))
    leaking = fitted.transform(table)
    assert np.corrcoef(leaking.X[:, 0], target)[0, 1] > 0.4
    assert abs(np.corrcoef(honest.X[:, 0], target)[0, 1]) < 0.03  # four standard errors


@given(seed=st.integers(0, 2**32 - 1), folds=st.integers(2, 6))
def test_no_code_changes_with_the_targets_of_its_own_block(seed: int, folds: int) -> None:
    rng = np.random.default_rng(seed)
    table = Columns(rng.choice([0, 1, 2, NAN], (60, 1)).astype(np.float32), ("kind",))
    target, time = rng.normal(size=60).astype(np.float32), rng.integers(0, 20, 60)
    fold = time_folds(time, folds)
    encoding = TargetMeans(("kind",), folds=folds)
    _, made = encoding.fit_transform(table, target, time)
    own = fold == fold[rng.integers(0, 60)]
    target[own] = rng.normal(size=own.sum()) * 100
    _, again = encoding.fit_transform(table, target, time)
    np.testing.assert_allclose(made.X[own], again.X[own], atol=1e-4)


@given(times=st.lists(st.integers(0, 30), max_size=80), folds=st.integers(2, 5))
def test_blocks_of_time_are_in_order_and_never_split_a_time(times: list[int], folds: int) -> None:
    time = np.array(times, np.int64)
    fold = time_folds(time, folds)
    assert set(fold.tolist()) <= set(range(folds))
    order = np.argsort(time, kind="stable")
    assert (np.diff(fold[order]) >= 0).all()
    assert all(len(set(fold[time == t].tolist())) == 1 for t in set(times))


@pytest.mark.parametrize(
    "encoding", [Standardizer(("temperature",)), OneHot(("day_of_week",)), Labels(("day_of_week", "flat"))]
)
def test_json_and_back(encoding: Standardizer | OneHot | Labels) -> None:
    fitted = encoding.fit(TABLE)
    again = type(encoding).from_facts(json.loads(json.dumps(fitted.to_facts(), allow_nan=False)))
    assert again == fitted
    assert again.transform(NEW).X.tobytes() == fitted.transform(NEW).X.tobytes()


def test_target_means_from_json() -> None:
    fitted = TargetMeans(("day_of_week",), folds=3, shrink=4).fit(TABLE, np.array([1, 2, NAN, 4], np.float32))
    assert TargetMeans.from_facts(json.loads(json.dumps(fitted.to_facts(), allow_nan=False))) == fitted


@pytest.mark.parametrize("kind", [Standardizer, OneHot, Labels, TargetMeans])
def test_what_cannot_be_done(kind: type) -> None:
    with pytest.raises(InputError, match="not learned"):
        kind(("temperature",)).transform(TABLE)
    with pytest.raises(ArtifactError):
        kind.from_facts({"names": ["a"]})
    with pytest.raises(ColumnMissingError, match="'humidity'"):
        kind(("humidity",)).fit(TABLE, *([np.zeros(4)] if kind is TargetMeans else []))
    with pytest.raises(InputError, match="folds"):
        TargetMeans(("a",), folds=1)


def test_columns_without_any_value_and_tables_without_rows() -> None:
    empty = columns(a=[NAN, NAN])
    assert np.isnan(Standardizer(("a",)).fit(empty).transform(empty).X).all()
    assert OneHot(("a",)).fit(empty).transform(empty).names == ()
    np.testing.assert_array_equal(Labels(("a",)).fit(empty).transform(empty).X, [[0], [0]])
    nothing = np.full(2, NAN, np.float32)
    fitted, made = TargetMeans(("a",)).fit_transform(empty, nothing, np.arange(2))
    np.testing.assert_array_equal(made.X, [[0], [0]])
    rowless = Columns(np.zeros((0, 1), np.float32), ("a",))
    assert fitted.transform(rowless).X.shape == (0, 1)
    assert TargetMeans(("a",)).fit_transform(rowless, nothing[:0], np.arange(0))[1].X.shape == (0, 1)


def test_examples_are_encoded_as_they_are(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel(np.ones((2, 24 * 16))).sealed()
    examples = DirectFeatures().prepared(panel).examples(panel, Cells.ahead(2, [24 * k for k in range(8, 15)], 24))
    table = OneHot(("day_of_week",)).fit(examples).transform(examples)
    assert {f"day_of_week_{k}" for k in range(7)} < set(table.names)
    _, coded = TargetMeans(("place",)).fit_transform(examples, examples.y, examples.cells.slot)
    np.testing.assert_allclose(coded.X[:, coded.names.index("target_mean_place")], 1, rtol=1e-6)
