"""Scores of one number per slot. Arrays have any one shape; NaN in ``observed`` means that the slot is not scored.

Absolute errors are made for medians, squared errors and bias for means. A prediction of NaN at an observed slot, or no
observed slot at all, scores NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from busyness.metrics.scored import mean_of, ratio, scored

ROUNDING = 1e-6
"""Share by which a float32 prediction may miss the border of ``within`` and still count as on it."""


def mae(observed: ArrayLike, predicted: ArrayLike) -> float:
    """This will return the mean absolute error, in demand per slot, 0 … ∞. Least for the median.

    >>> mae([10, 20, float("nan")], [12, 17, 5])
    2.5
    """
    truth, answer = scored(observed, predicted)
    return mean_of(np.abs(answer - truth))


def rmse(observed: ArrayLike, predicted: ArrayLike) -> float:
    """This will return the root of the mean squared error, in demand per slot, 0 … ∞. Least for the mean.

    >>> rmse([0, 0], [3, -3])
    3.0
    """
    truth, answer = scored(observed, predicted)
    return float(np.sqrt(mean_of((answer - truth) ** 2)))


def bias(observed: ArrayLike, predicted: ArrayLike) -> float:
    """This will return the mean of predicted − observed, in demand per slot; above 0: too much was forecast.

    >>> bias([10, 20], [12, 17])
    -0.5
    """
    truth, answer = scored(observed, predicted)
    return mean_of(answer - truth)


def wape(observed: ArrayLike, predicted: ArrayLike) -> float:
    """This will return the sum of absolute errors divided by total demand: a share, 0 … ∞; NaN if nothing came.

    Source: Kolassa & Schütz, "Advantages of the MAD/Mean ratio over the MAPE", Foresight 6, 2007.

    >>> wape([10, 30], [12, 28])
    0.1
    """
    truth, answer = scored(observed, predicted)
    return ratio(float(np.abs(answer - truth).sum()), float(np.abs(truth).sum()))


def mase(observed: ArrayLike, predicted: ArrayLike, scale: ArrayLike) -> float:
    """This will return the mean of absolute error divided by ``scale``: no unit, 0 … ∞; below 1 beats the scale's maker.

    ``scale`` (demand per slot) is one number or one per slot: the mean absolute error of the seasonal naive at that
    place. Slots whose scale is NaN or not above zero are not scored.
    Source: Hyndman & Koehler, "Another look at measures of forecast accuracy", IJF 22(4), 2006.

    >>> mase([10, 20], [12, 16], [2, 4])
    1.0
    """
    given = np.broadcast_to(np.asarray(scale, np.float64), np.shape(observed))
    truth, answer, unit = scored(observed, predicted, given)
    usable = unit > 0
    return mean_of(np.abs(answer - truth)[usable] / unit[usable])


def within(observed: ArrayLike, predicted: ArrayLike, *, share: float = 0.2) -> float:
    """This will return the share of slots predicted within ±``share`` of what came, 0 … 1.

    Where nothing came, a prediction below 0.5 counts: it rounds to nothing.

    >>> within([100, 100, 0], [120, 79, 0.4])
    0.6666666666666666
    """
    truth, answer = scored(observed, predicted)
    near = np.abs(answer - truth) <= share * np.abs(truth) * (1 + ROUNDING)
    good = np.where(truth == 0, answer < 0.5, near)
    return mean_of(np.where(np.isnan(answer), np.nan, good))
