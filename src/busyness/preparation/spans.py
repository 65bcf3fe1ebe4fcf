"""Values that hold for spans of time, as means of slots: two cumulative sums and an interpolation, no loop over spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spans:
    """``values`` float64 that hold from ``starts`` to ``ends`` (int64 seconds UTC, half-open), known from ``known`` on."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    values: NDArray[np.float64]
    known: NDArray[np.int64]

    def kept(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Spans:
        """This will return some of the spans."""
        return Spans(self.starts[which], self.ends[which], self.values[which], self.known[which])

    def newest(self) -> Spans:
        """This will keep, of several values for the very same span, the one that became known last."""
        if (np.diff(self.starts) > 0).all():
            return self
        order = np.lexsort((self.known, self.ends, self.starts))
        same = (np.diff(self.starts[order]) == 0) & (np.diff(self.ends[order]) == 0)
        return self.kept(order[np.append(~same, True)])


def slot_means(spans: Spans, edges: NDArray[np.int64], *, flag: bool) -> NDArray[np.float32]:
    """This will return the mean value of every slot between ``edges``, ``[slots]``; NaN where no span reaches.

    A slot that is covered in part has the mean of that part; a ``flag`` (0 or 1) the share of the slot for which it
    holds. Where spans overlap, values are averaged, and a flag holds once.
    """
    means = np.full(len(edges) - 1, np.nan, np.float32)
    spans = spans.kept(spans.ends > spans.starts)  # an hour that daylight saving skips has no length
    if not len(spans.values):
        return means
    knots = np.concatenate([spans.starts, spans.ends]) - edges[0]
    order = np.argsort(knots, kind="stable")
    knots = knots[order]
    ones = np.ones(len(spans.values))
    at = (edges - edges[0]).astype(np.float64)
    covered, held = (
        np.diff(np.interp(at, knots, _running(knots, np.concatenate([rise, -rise])[order]))) for rise in (ones, spans.values)
    )
    there = covered > 0.5  # of a second: less is rounding
    whole = np.diff(edges)[there] if flag else covered[there]
    means[there] = held[there] / whole
    if flag:
        np.clip(means, 0, 1, out=means)
    return means


def _running(knots: NDArray[np.int64], rise: NDArray[np.float64]) -> NDArray[np.float64]:
    """The integral up to each knot of what rises there."""
    return np.concatenate([[0.0], np.cumsum(np.cumsum(rise)[:-1] * np.diff(knots))])


def bridge(cube: NDArray[np.float32], longest: int) -> None:
    """This will fill gaps of at most ``longest`` slots along the last axis by straight lines, in place."""
    there = np.isfinite(cube)
    if there.all() or longest < 1:
        return
    slots = np.arange(cube.shape[1], dtype=np.int32)
    before = np.maximum.accumulate(np.where(there, slots, -1), axis=1)
    after = np.minimum.accumulate(np.where(there, slots, cube.shape[1])[:, ::-1], axis=1)[:, ::-1]
    row, slot = np.nonzero(~there & (before >= 0) & (after < cube.shape[1]) & (after - before - 1 <= longest))
    low, high = before[row, slot], after[row, slot]
    share = ((slot - low) / np.maximum(high - low, 1)).astype(np.float32)
    cube[row, slot] = (1 - share) * cube[row, low] + share * cube[row, high]
