"""Page–Hinkley: errors that keep to one side add up until chance cannot have done it.

Sources: Page, "Continuous inspection schemes", Biometrika 41, 1954; Hinkley, "Inference about the change-point from
cumulative sum tests", Biometrika 58, 1971. The threshold for a wanted rate of false alarms: Siegmund, "Sequential
Analysis", 1985 (the mean run length of a cumulative sum under no change).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from busyness.monitoring.change import Changes

_DRIFT = 0.5  # swings a day that are let pass: half of the smallest change worth finding
_UNSURE = 1.5  # the reference's mean is only known to within 1 / √days; so many of those are let pass besides
_EDGE = 1.166  # Siegmund's correction for steps that overshoot
_DAYS_PER_YEAR = 365.0


def page_hinkley(errors: NDArray[np.float64], reference: int, *, per_year: float = 0.1) -> Changes:
    """This will look for a lasting change of the mean, up or down, from day ``reference`` on.

    ``errors`` ``[places, days]`` are standardised (``standard.standardised`` by the same reference); NaN is passed over.
    On unchanging errors at most about ``per_year`` alarms come a place and year.
    """
    places, days = errors.shape
    seen = np.isfinite(errors[:, :reference]).sum(axis=1)
    drift = _DRIFT + _UNSURE / np.sqrt(np.maximum(seen, 1))
    limit = threshold(per_year / _DAYS_PER_YEAR / 2, _DRIFT)
    changes = []
    begun = np.full((2, places), reference)
    total = np.zeros((2, places))
    for day in range(reference, days):
        value = errors[:, day]
        known = np.isfinite(value)
        for side, sign in enumerate((1.0, -1.0)):
            grown = np.where(known, np.maximum(total[side] + sign * np.nan_to_num(value) - drift, 0), total[side])
            begun[side] = np.where((total[side] == 0) & (grown > 0), day, begun[side])
            total[side] = grown
        rows = np.flatnonzero(total.max(axis=0) > limit)
        side_of = total[:, rows].argmax(axis=0)
        changes.append((rows, day, begun[side_of, rows], total[side_of, rows], np.full(len(rows), limit)))
        total[:, rows] = 0
    return Changes.joined(changes)


def threshold(rate: float, drift: float) -> float:
    """This will return the sum of standard normal errors less ``drift`` that chance passes ``rate`` times a day.

    >>> round(threshold(0.1 / 365 / 2, 0.5), 2)
    7.04
    """
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        edge = 2 * drift * (middle + _EDGE)
        run = (math.exp(min(edge, 700)) - edge - 1) / (2 * drift**2)
        low, high = (middle, high) if run < 1 / rate else (low, middle)
    return high
