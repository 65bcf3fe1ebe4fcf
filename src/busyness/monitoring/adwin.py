"""ADWIN: a window that grows while its days agree, and drops its old part as soon as the new one differs.

Source: Bifet & Gavaldà, "Learning from time-changing data with adaptive windowing", SIAM Data Mining 2007. A year of days
is short, so that every cut is tried, without the paper's buckets; errors are standardised and winsorised, so that the bound
for sub-Gaussian means serves in place of the one for bounded values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.monitoring.change import Changes

_DAYS_PER_YEAR = 365.0
_LEAST = 2  # days on either side of a cut
_SPREAD = 1.15  # the swing is itself an estimate: it may be so much wider


def adwin(errors: NDArray[np.float64], reference: int, *, per_year: float = 0.1) -> Changes:
    """This will look from day ``reference`` on for a cut whose two sides have different means.

    ``errors`` ``[places, days]`` are standardised; NaN is passed over. At most about ``per_year`` false alarms come a
    place and year: each day's tests share ``per_year / 365`` among their cuts (Bonferroni).
    """
    places, days = errors.shape
    known = np.isfinite(errors)
    sums = np.concatenate([np.zeros((places, 1)), np.cumsum(np.where(known, errors, 0), axis=1)], axis=1)
    counts = np.concatenate([np.zeros((places, 1)), np.cumsum(known, axis=1)], axis=1)
    changes = []
    begin = np.zeros(places, np.int64)  # of each place's window
    every = np.arange(places)
    for day in range(reference, days):
        cuts = np.arange(1, day + 1)
        old = counts[:, cuts] - counts[every, begin][:, None]
        new = counts[:, [day + 1]] - counts[:, cuts]
        there = (old >= _LEAST) & (new >= _LEAST) & known[:, [day]] & (cuts > begin[:, None])
        old, new = np.maximum(old, 1), np.maximum(new, 1)
        before, after = sums[:, cuts] - sums[every, begin][:, None], sums[:, [day + 1]] - sums[:, cuts]
        apart = np.where(there, np.abs(after / new - before / old), 0)
        tried = np.maximum(there.sum(axis=1, keepdims=True), 1)
        bound = _SPREAD * np.sqrt(2 * (1 / old + 1 / new) * np.log(2 * _DAYS_PER_YEAR * tried / per_year))
        at = (apart / bound).argmax(axis=1)
        rows = np.flatnonzero(apart[every, at] > bound[every, at])
        changes.append((rows, day, cuts[at[rows]], apart[rows, at[rows]], bound[rows, at[rows]]))
        begin[rows] = cuts[at[rows]]
    return Changes.joined(changes)
