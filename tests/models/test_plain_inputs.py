from __future__ import annotations

from dataclasses import replace

import numpy as np

from busyness.models.plain_inputs import PlainInputs
from busyness.tables.examples import Cells, Examples


def examples() -> Examples:
    X = np.array([[1, np.nan, 0], [3, np.nan, 2], [np.nan, np.nan, 2], [5, np.nan, np.nan]], np.float32)
    four = np.ones(4, np.float32)
    cells = Cells(*(np.zeros(4, np.int32) for _ in range(3)))
    return Examples(X, ("a", "never", "kind"), ("kind",), four, four, four, cells)


def test_columns_are_filled_scaled_and_categories_stand_apart() -> None:
    inputs = PlainInputs.learned(examples())
    assert inputs.fill.tolist() == [3, 0, 2]
    table = inputs.of(examples())
    assert np.isfinite(table).all()
    assert np.allclose(table[:, 0], (np.array([1, 3, 3, 5]) - 3) / np.sqrt(2))
    assert table[:, 1].tolist() == table[:, 2].tolist() == [0] * 4
    assert table[:, 3:].tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]], "codes 0 and 2; a missing one is the usual one"


def test_unknown_categories_and_far_values_are_kept_in_bounds() -> None:
    inputs = PlainInputs.learned(examples())
    far = replace(examples(), X=np.full((4, 3), 1e9, np.float32))
    table = inputs.of(far)
    assert table[:, 0].max() <= 8
    assert (table[:, 3:] == 0).all()


def test_arrays_bring_them_back() -> None:
    inputs = PlainInputs.learned(examples())
    again = PlainInputs.from_arrays(inputs.to_arrays())
    assert (again.of(examples()) == inputs.of(examples())).all()
