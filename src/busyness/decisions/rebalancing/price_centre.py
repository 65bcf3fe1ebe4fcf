"""Where to try prices next: the analytic centre of all prices that may still be better than the best known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEWTON = 50
_EDGE = 0.01  # the box reaches so far beyond itself, so that its edge can be a centre


class PriceCentre:
    """Looks for the highest value of a concave function of ``prices`` in a box from 0 to ``dearest`` (ACCPM).

    Every answer, a value and its slope, cuts off the prices that cannot be better.

    Source: J.-L. Goffin, A. Haurie, J.-P. Vial, Decomposition and nondifferentiable optimization with the projective
    algorithm, Management Science (1992).
    """

    def __init__(self, dearest: Floats) -> None:
        self._dearest = dearest
        self._cuts: list[tuple[float, Floats]] = []  # value at price 0 and slope, both by shares of the dearest price
        self._best, self._at = -np.inf, np.zeros(len(dearest))

    def told(self, prices: Floats, value: float, *, slope: Floats) -> None:
        """This will take in what was found at these prices."""
        by_share = slope * self._dearest
        self._cuts.append((value - float(slope @ prices), by_share))
        if value > self._best:
            self._best, self._at = value, prices / self._dearest

    def next(self, least: float) -> Floats:
        """This will return the prices to try next; ``least`` is a value that the function cannot exceed."""
        many = len(self._dearest)
        span = max(least - self._best, 1.0)
        slopes = np.array([slope for _, slope in self._cuts]) / span
        heights = (np.array([value for value, _ in self._cuts]) - self._best) / span
        # unknowns: shares and the value t, so that -0.01 ≤ t ≤ every cut
        rows = np.concatenate(
            [np.eye(many, many + 1), -np.eye(many, many + 1), np.column_stack([-slopes, np.ones(len(slopes))])]
        )
        limits = np.concatenate([np.full(many, 1 + _EDGE), np.full(many, _EDGE), heights])
        rows, limits = np.vstack([rows, np.append(np.zeros(many), -1)]), np.append(limits, _EDGE)
        weights = np.ones(len(rows))
        weights[-1] = len(self._cuts)
        point = np.append(self._at, -_EDGE / 2)
        for _ in range(_NEWTON):
            slack = limits - rows @ point
            downhill = rows.T @ (weights / slack)
            step = -np.linalg.solve((rows.T * (weights / slack**2)) @ rows, downhill)
            length = float(np.sqrt(max(-step @ downhill, 0)))
            if length < 1e-3:
                break
            point = point + step / (1 + length)
        return np.asarray(np.clip(point[:many], 0, 1) * self._dearest)
