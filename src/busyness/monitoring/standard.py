"""Errors on one scale: how many of its usual swings each day's error lies from the place's usual error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LEAST_DAYS = 10
"""Days of the reference that must have been observed; a place with fewer is not watched."""

WINSOR = 3.5
"""No day counts for more than so many swings."""

_BORROWED_DAYS = 10.0  # the usual swing of all places counts as so many days of the place's own
_TIED = 0.8  # no place is taken to be more alike from one day to the next


def standardised(errors: Numbers, reference: int) -> Numbers:
    """This will return errors ``[places, days]`` less their mean of the first ``reference`` days, over their long-run swing.

    The swing is the standard deviation, shrunk to that of all places, times √((1 + ρ) / (1 - ρ)) for errors that are alike
    from one day to the next (ρ: autocorrelation of lag 1, pooled over places): sums of such errors swing as far as sums of
    independent ones would. NaN stays; a place with too little reference is NaN throughout.
    """
    past = errors[:, :reference]
    seen = np.isfinite(past)
    count = seen.sum(axis=1)
    watched = count >= LEAST_DAYS
    centre = np.where(watched, np.where(seen, past, 0).sum(axis=1) / np.maximum(count, 1), np.nan)[:, None]
    off = past - centre
    spread = _mad(off)
    off = np.clip(off, -WINSOR * spread[:, None], WINSOR * spread[:, None])
    own = np.nansum(off**2, axis=1) / np.maximum(count - 1, 1)
    usual = float(np.median(own[watched])) if watched.any() else 1.0
    variance = (own * count + usual * _BORROWED_DAYS) / (count + _BORROWED_DAYS)
    tied = _alike(off[watched])
    swing = np.sqrt(np.maximum(variance, 1e-8) * (1 + tied) / (1 - tied))[:, None]
    return np.asarray(np.clip((errors - centre) / swing, -WINSOR, WINSOR))


def _mad(off: Numbers) -> Numbers:
    """The robust spread of each row; wide where there is nothing."""
    some = np.isfinite(off).any(axis=1)
    found = np.full(len(off), np.inf)
    found[some] = 1.4826 * np.nanmedian(np.abs(off[some]), axis=1)
    return np.where(found > 0, found, np.inf)


def _alike(off: Numbers) -> float:
    """The autocorrelation of lag 1, all places pooled; what so few days hide is added back (Kendall 1954)."""
    now, then = off[:, 1:], off[:, :-1]
    both = np.isfinite(now) & np.isfinite(then)
    if not both.any():
        return 0.0
    found = float((now[both] * then[both]).sum() / max((then[both] ** 2).sum(), 1e-12))
    days = max(off.shape[1], 5)
    return float(np.clip(found + (1 + 3 * max(found, 0)) / days, 0, _TIED))
