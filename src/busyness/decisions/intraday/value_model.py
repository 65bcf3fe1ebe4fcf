"""What the steps ahead will cost under a judged policy, fitted to a log by ridge regression."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_FOLDS = 2
_RIDGE = 1.0  # in rows' worth of every standardised feature


class FittedValues(NamedTuple):
    """``[ahead, days, steps]``: the cost expected ``ahead`` steps after each step, if the judged policy decides from then
    on (``expected``), or after the action that was ``taken``.
    """

    expected: Numbers
    taken: Numbers


def fitted_values(
    state: Numbers, action: Whole, judged: Numbers, *, cost: Numbers, reach: int, seed: int = 0
) -> FittedValues:
    """This will fit the costs 0 … ``reach`` − 1 steps ahead, one after the other: each rests on the one before it.

    Shapes as in ``Decisions``. A day's values come from a fit to other days (cross-fitting), so that they know nothing of
    how it went. Linear in the state and in the action: rough, but whoever weighs its errors may use it.
    """
    days, steps, _ = state.shape
    actions = judged.shape[2]
    fold = np.random.default_rng(seed).permutation(days) % _FOLDS
    expected, taken = np.zeros((2, reach, days, steps))
    spread = state.std(axis=(0, 1))
    centred = (state - state.mean(axis=(0, 1))) / np.where(spread > 0, spread, 1.0)
    known = np.concatenate([np.ones((days, steps, 1)), centred], axis=2)
    chosen = np.eye(actions)[action]
    for held in range(_FOLDS):
        fit, out = fold != held, fold == held
        design = np.concatenate([known[fit], chosen[fit]], axis=2)
        gram = np.cumsum(np.einsum("dti,dtj->tij", design, design), axis=0)
        aim = cost[fit]
        for ahead in range(reach):
            last = steps - ahead
            rows = design[:, :last].reshape(-1, design.shape[2])
            penalty = _RIDGE * np.eye(design.shape[2])
            weights = np.linalg.solve(gram[last - 1] + penalty, rows.T @ aim[:, :last].ravel())
            level, gains = known @ weights[: known.shape[2]], weights[known.shape[2] :]
            after, then = level + chosen @ gains, level + judged @ gains
            expected[ahead][out], taken[ahead][out] = then[out], after[out]
            aim = np.pad(then[fit][:, 1:], ((0, 0), (0, 1)))
    return FittedValues(expected, taken)
