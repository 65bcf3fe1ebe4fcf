"""The effect of windows: observed ÷ counterfactual, and how large such a number is where nothing was done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.promotions.days import Days
from busyness.decisions.promotions.windows import SPILL_DAYS, Windows

BASELINE_DAYS = 28
"""How many days before and after a window tell how far the forecast was off around it."""

_NEEDED_BASELINE = 7  # free days around a window, or it is left out
_NEEDED_SHARE = 0.5  # of a placebo's days, and of a campaign's windows
_WEEK = 7

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """A relative change (0.1: a tenth more) with its interval, the probability of one as large by chance, what it was
    seen in (``windows``, ``campaigns``, ``placebos``: weeks that stand in for a campaign, on average), and the ``extra``
    visits of all windows together. All NaN where nothing could be said.
    """

    change: float
    low: float
    high: float
    p: float
    extra: float
    windows: int
    campaigns: int
    placebos: float


class EffectJudge:
    """Knows the days of all places and which of them are ``free`` of promotions, ``[places, days]``.

    The counterfactual of a window is its forecast times what came ÷ what was forecast on the free days of the four weeks
    before and after, without the three days next to it: no day is judged by itself (cross-fitting). A placebo window is
    the same window some weeks earlier or later, whole campaigns moving together, so that what their places have in common
    on a day counts as one accident and not as many.
    """

    def __init__(
        self, days: Days, free: NDArray[np.bool_], *, draws: int = 2000, seed: int = 0, level: float = 0.95
    ) -> None:
        self._days, self._free = days, free & (days.expected > 0)
        self._draws, self._seed, self._level = draws, seed, level
        self._around = _Sums(days, self._free)
        weeks = days.count // _WEEK
        self._shifts = _WEEK * np.concatenate([np.arange(-weeks, 0), np.arange(1, weeks + 1)])

    def effect(self, windows: Windows, valid: NDArray[np.bool_]) -> Effect:
        """This will judge the windows on their ``valid`` days, ``[places, days]``.

        The interval is the estimate less the placebos' errors (in logarithms); ``p`` is the share of placebo draws that
        are as far from nothing. Source: Fisher's randomisation test, with windows moved in time (Bertrand, Duflo &
        Mullainathan, "How much should we trust differences-in-differences estimates?", QJE 119, 2004).
        """
        gone = float("nan")
        nothing = Effect(gone, gone, gone, gone, gone, len(windows), len(np.unique(windows.campaign)), 0.0)
        came, due, usable = self._scored(windows, _Sums(self._days, valid & (self._days.expected > 0)), 0.0)
        windows, came, due = windows.only(usable), came[usable], due[usable]
        if not due.sum() > 0 or not came.sum() > 0:
            return nothing
        placebo, per_campaign = self._placebo(windows)
        campaigns = len(np.unique(windows.campaign))
        if not placebo.size:
            return nothing
        found = float(np.log(came.sum() / due.sum()))
        edge = (1 - self._level) / 2
        above, below = np.quantile(placebo, [1 - edge, edge])
        p = (1 + int((np.abs(placebo) >= abs(found)).sum())) / (1 + placebo.size)
        low, high = np.expm1(found - above), np.expm1(found - below)
        extra = float(came.sum() - due.sum())
        return Effect(float(np.expm1(found)), float(low), float(high), p, extra, len(windows), campaigns, per_campaign)

    def window_errors(self, windows: Windows) -> Numbers:
        """This will return log(observed ÷ counterfactual) of windows on free days, NaN where one is not free."""
        came, due, usable = self._scored(windows, self._around, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(usable & (came > 0), np.log(came / due), np.nan)

    def _scored(self, windows: Windows, inside: _Sums, share: float) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
        """What came and what was due of each window, and whether enough of its days and of those around it count."""
        first, last = windows.start - SPILL_DAYS, windows.end + SPILL_DAYS
        before = self._around.between(windows.row, first - BASELINE_DAYS, first)
        after = self._around.between(windows.row, last, last + BASELINE_DAYS)
        came_around, due_around, days_around = (b + a for b, a in zip(before, after, strict=True))
        came, due, seen = inside.between(windows.row, windows.start, windows.end)
        usable = (days_around >= _NEEDED_BASELINE) & (due_around > 0) & (came_around > 0)
        usable &= seen >= np.maximum(share * (windows.end - windows.start), 1)
        factor = np.divide(came_around, due_around, out=np.ones_like(due_around), where=usable)
        return came, due * factor, usable

    def _placebo(self, windows: Windows) -> tuple[Numbers, float]:
        """This will draw what the windows' effect would be by chance; and how many weeks a campaign drew from."""
        campaign = np.unique(windows.campaign, return_inverse=True)[1]
        size = np.bincount(campaign)
        came, due = np.zeros((2, len(size), len(self._shifts)))
        for number, shift in enumerate(self._shifts):
            moved = windows.moved(windows.start + shift, windows.end + shift)
            inside = (moved.start >= 0) & (moved.end <= self._days.count)
            n, x, usable = self._scored(moved, self._around, _NEEDED_SHARE)
            usable &= inside
            enough = np.bincount(campaign, usable) >= _NEEDED_SHARE * size
            came[:, number] = np.bincount(campaign, np.where(usable, n, 0.0)) * enough
            due[:, number] = np.bincount(campaign, np.where(usable, x, 0.0)) * enough
        rng = np.random.default_rng(self._seed)
        total_came, total_due = np.zeros((2, self._draws))
        weeks = []
        for number, possible in enumerate(due > 0):
            choices = np.flatnonzero(possible)
            if len(choices):
                weeks.append(len(choices))
                picked = rng.choice(choices, self._draws)
                total_came += came[number, picked]
                total_due += due[number, picked]
        if not weeks or len(weeks) < len(size) / 2:
            return np.zeros(0), 0.0
        return np.log(np.maximum(total_came, 1e-9) / total_due), float(np.mean(weeks))


class _Sums:
    """Sums over spans of days by differences of running totals; only the ``counted`` days."""

    def __init__(self, days: Days, counted: NDArray[np.bool_]) -> None:
        parts = (days.observed * counted, days.expected * counted, counted.astype(np.float64))
        self._total = np.stack([np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for part in parts])
        self._last = days.count

    def between(
        self, row: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> tuple[Numbers, Numbers, Numbers]:
        """This will return observed, expected and the number of days from ``start`` to ``end`` (exclusive)."""
        begin, stop = np.clip(start, 0, self._last), np.clip(end, 0, self._last)
        observed, expected, count = self._total[:, row, stop] - self._total[:, row, begin]
        return observed, expected, count
