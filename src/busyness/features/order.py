"""Mean, spread and median of a few values per row, laid out ``[values, rows]`` so that every step is one pass over rows.

A sorting network of minima and maxima sorts eight values of many rows several times faster than a sort of each row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Batcher's odd-even merge sort of eight: 19 exchanges.
_EXCHANGES = (
    (0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6),
    (0, 4), (1, 5), (2, 6), (3, 7), (2, 4), (3, 5), (1, 2), (3, 4), (5, 6),
)  # fmt: skip


def added(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return the sum of ``[values, rows]`` of each row, added in order.

    NumPy's own sum changes its order, and so the last bit, with the number of rows.
    """
    total: NDArray[np.float32] = values[0].copy()
    for row in values[1:]:
        total += row
    return total


def moments(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """This will return mean, standard deviation and count of the observed values ``[values, rows]`` of each row.

    Mean and deviation are NaN where there is none.
    """
    there = ~np.isnan(values)
    if there.all():
        seen = np.full(values.shape[1], len(values), np.float32)
        mean = added(values) / seen
        apart = values - mean
        return mean, np.sqrt(added(apart * apart) / seen), seen
    seen = there.view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.float32)
    with np.errstate(invalid="ignore"):
        mean = added(np.where(there, values, np.float32(0))) / seen
        apart = np.where(there, values - mean, np.float32(0))
        return mean, np.sqrt(added(apart * apart) / seen), seen


def mean_of_seen(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return the mean of the observed values ``[values, rows]`` of each row; NaN where there is none."""
    there = ~np.isnan(values)
    if there.all():
        return np.asarray(added(values) / np.float32(len(values)))
    seen = there.view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.float32)
    with np.errstate(invalid="ignore"):
        return np.asarray(added(np.where(there, values, np.float32(0))) / seen)


def median_of_eight(values: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return the median of the observed values ``[8, rows]`` of each row, of which ``seen`` are there."""
    full = bool((seen == len(values)).all())
    ordered = list(values if full else np.where(np.isnan(values), np.float32(np.inf), values))
    for low, high in _EXCHANGES:
        lesser = np.minimum(ordered[low], ordered[high])
        ordered[high] = np.maximum(ordered[low], ordered[high])
        ordered[low] = lesser
    if full:
        return np.asarray(np.float32(0.5) * (ordered[3] + ordered[4]))
    table, count, row = np.stack(ordered), seen.astype(np.int64), np.arange(values.shape[1])
    middle = table[np.maximum(count - 1, 0) // 2, row] + table[np.minimum(count // 2, len(table) - 1), row]
    return np.where(count > 0, np.float32(0.5) * middle, np.float32(np.nan))
