"""From paths of visitors to heads by a queue: enough to serve a share in time, or as many as are worth their wage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.erlang import Queue, heads_for, waits
from busyness.decisions.staffing.need import Need
from busyness.decisions.staffing.week import Week

_GRID = 400


@dataclass(frozen=True, slots=True)
class QueueStandard:
    """``role`` serves the ``share_of_visitors`` who queue: heads to serve ``share`` of them within ``within`` minutes."""

    role: str
    queue: Queue
    share: float = 0.8
    within: float = 1.0
    share_of_visitors: float = 1.0


def queue_heads(visitors: NDArray[np.float32], standard: QueueStandard, *, week: Week) -> NDArray[np.float64]:
    """This will return the heads each path needs in each slot, ``[paths, slots]``, for visitors per slot.

    Arrivals are rounded up to a four-hundredth of the largest, so that few queues have to be solved.
    """
    rate = np.asarray(visitors, np.float64) * standard.share_of_visitors / week.length.minutes
    step = float(rate.max(initial=0.0)) / _GRID
    if step == 0:
        return np.zeros(rate.shape)
    rounded = np.ceil(rate / step - 1e-9) * step
    return heads_for(standard.queue, rounded, share=standard.share, within=standard.within).astype(np.float64)


def lost_cost(
    visitors: NDArray[np.float32], standard: QueueStandard, *, most: int, value: float, week: Week
) -> NDArray[np.float64]:
    """This will return the money lost to impatience with 0, 1, … ``most`` heads, ``[slots, heads + 1]``: expected over
    paths, each customer lost costing ``value``; convex in the heads."""
    seen = np.asarray(visitors, np.float64) * standard.share_of_visitors
    step = float(seen.max(initial=0.0)) / _GRID
    if step == 0:
        return np.zeros((seen.shape[1], most + 1))
    levels = np.arange(_GRID + 1) * step
    heads = np.arange(most + 1)
    lost = waits(standard.queue, levels[:, None] / week.length.minutes, heads).lost * levels[:, None] * value
    near = np.rint(seen / step).astype(np.int64)
    cost = np.stack([lost[near[:, slot]].mean(axis=0) for slot in range(seen.shape[1])])
    steps = np.maximum.accumulate(np.diff(cost, axis=1), axis=1)  # convex in theory; this takes away the last digits' doubt
    return np.concatenate([cost[:, :1], cost[:, :1] + np.cumsum(steps, axis=1)], axis=1)


def priced_by_value(need: Need, role: str, lost: NDArray[np.float64]) -> Need:
    """This will return the need with a role's missing heads priced by the customers lost, ``[slots, heads + 1]``."""
    row = need.names.index(role)
    under, over = need.under.copy(), need.over.copy()
    under[row], over[row] = lost[:, : under.shape[2]], 0.0
    return Need(need.place, need.timezone, need.week, need.names, need.heads, under, over, need.open)
