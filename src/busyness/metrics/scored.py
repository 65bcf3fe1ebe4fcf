"""Which slots count: those that were observed. Shared by every metric."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from busyness.domain.errors import InputError

Numbers: TypeAlias = NDArray[np.floating[Any]]


def scored(observed: ArrayLike, *predicted: ArrayLike) -> tuple[Numbers, ...]:
    """This will return ``observed`` and every ``predicted`` (same shape) as flat float64 arrays of the observed slots.

    NaN in ``observed`` means that the slot is not scored. NaN in a prediction is kept, so that a forecast that did not
    answer an observed slot scores NaN and is not flattered. Raises ``InputError`` where the shapes differ.
    """
    truth = np.asarray(observed, np.float64)
    others = [np.asarray(values, np.float64) for values in predicted]
    for values in others:
        if values.shape != truth.shape:
            raise InputError(f"Predictions of shape {values.shape} cannot be scored against observations of {truth.shape}.")
    seen = ~np.isnan(truth)
    if seen.all():
        return (truth.ravel(), *(values.ravel() for values in others))
    return (truth[seen], *(values[seen] for values in others))


def mean_of(values: Numbers) -> float:
    """This will return the mean, NaN for none."""
    return float(np.add.reduce(values)) / values.size if values.size else float("nan")


def ratio(numerator: float, denominator: float) -> float:
    """This will return the quotient, NaN where the denominator is zero."""
    return numerator / denominator if denominator else float("nan")
