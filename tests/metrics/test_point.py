"""Point metrics: worked by hand, and the laws they keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from busyness.domain.errors import InputError
from busyness.metrics.point import bias, mae, mase, rmse, wape, within

NAN = float("nan")
# As panels keep it: in float32. Scaled in float64 such numbers lose nothing, where the least float64 halves to zero.
DEMAND = hnp.arrays(np.float64, 12, elements=st.floats(0, 1e6, width=32))
METRICS = [mae, rmse, wape, bias, within]


def test_by_hand() -> None:
    observed, predicted = [10, 20, 0, NAN], [12, 17, 1, 999]
    assert mae(observed, predicted) == pytest.approx(2)
    assert rmse(observed, predicted) == pytest.approx(math.sqrt((4 + 9 + 1) / 3))
    assert bias(observed, predicted) == pytest.approx(0)
    assert wape(observed, predicted) == pytest.approx(6 / 30)
    assert mase(observed, predicted, 4) == pytest.approx(0.5)
    assert within(observed, predicted) == pytest.approx(2 / 3)


def test_any_shape_is_scored_by_cell() -> None:
    observed = np.array([[1.0, NAN], [3.0, 4.0]])
    assert mae(observed, np.array([[2.0, 7.0], [3.0, 6.0]])) == pytest.approx(1)
    assert mase(observed, np.zeros((2, 2)), np.array([[1.0], [NAN]])) == pytest.approx(1)


def test_a_scale_that_is_not_above_zero_is_not_scored() -> None:
    assert mase([1, 2, 3], [2, 4, 6], [0, NAN, 3]) == pytest.approx(1)
    assert math.isnan(mase([1], [2], 0))


@pytest.mark.parametrize(("predicted", "counts"), [(0.49, 1.0), (0.5, 0.0)])
def test_where_nothing_came_a_prediction_that_rounds_to_nothing_counts(predicted: float, counts: float) -> None:
    assert within([0], [predicted]) == counts


def test_the_border_counts_in_float32_too() -> None:
    observed = np.array([100, 10, 35], np.float32)
    assert within(observed, observed * np.float32(1.2)) == 1
    assert within(observed, observed * np.float32(0.8)) == 1
    assert within(observed, observed * np.float32(1.201)) == 0


@pytest.mark.parametrize("metric", METRICS)
def test_nothing_observed_scores_nan_and_so_does_no_answer(metric) -> None:
    assert math.isnan(metric([], []))
    assert math.isnan(metric([NAN], [1]))
    assert math.isnan(metric([1, 2], [1, NAN]))


def test_no_demand_at_all_has_no_wape() -> None:
    assert math.isnan(wape([0, 0], [1, 1]))


@pytest.mark.parametrize("metric", METRICS)
def test_shapes_that_do_not_fit_are_refused(metric) -> None:
    with pytest.raises(InputError, match="shape"):
        metric([1, 2], [[1, 2]])


@given(DEMAND, DEMAND, st.permutations(range(12)))
def test_laws(observed: np.ndarray, predicted: np.ndarray, order: list[int]) -> None:
    assert 0 <= abs(bias(observed, predicted)) <= mae(observed, predicted) * (1 + 1e-9) + 1e-9
    assert mae(observed, predicted) <= rmse(observed, predicted) * (1 + 1e-9) + 1e-9
    assert mae(observed, observed) == rmse(observed, observed) == 0
    assert within(observed, observed) == 1
    for metric in METRICS:
        mixed = metric(observed[order], predicted[order])
        assert mixed == pytest.approx(metric(observed, predicted), abs=1e-6, nan_ok=True)  # errors may cancel out


@given(DEMAND, DEMAND, st.floats(0.5, 1e3))
def test_errors_scale_with_demand_and_shares_do_not(observed: np.ndarray, predicted: np.ndarray, unit: float) -> None:
    for metric in (mae, rmse, bias):
        assert metric(observed * unit, predicted * unit) == pytest.approx(unit * metric(observed, predicted), abs=1e-3)
    assert wape(observed * unit, predicted * unit) == pytest.approx(wape(observed, predicted), nan_ok=True)
    assert mase(observed * unit, predicted * unit, 3 * unit) == pytest.approx(mase(observed, predicted, 3))


@given(hnp.arrays(np.float64, 13, elements=st.floats(0, 1e4)), st.floats(0, 1e4))
def test_the_median_has_the_least_absolute_and_the_mean_the_least_squared_error(observed: np.ndarray, other: float) -> None:
    def flat(value: float) -> np.ndarray:
        return np.full(13, value)

    assert mae(observed, flat(np.median(observed))) <= mae(observed, flat(other)) + 1e-6
    assert rmse(observed, flat(observed.mean())) <= rmse(observed, flat(other)) + 1e-6
