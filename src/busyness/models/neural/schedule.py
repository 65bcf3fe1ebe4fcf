"""How a network is trained, whatever library does it: how often, how fast, and on one cycle of rates.

Source of the cycle: Smith & Topin, "Super-convergence", 2019.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_WARM = 0.1  # share of the steps in which the rate rises
_COLD = 1e-3  # the rate's last value, as a share
_STEPS, _LEAST_BATCH = 100, 64  # an epoch has so many steps, or batches so few rows


@dataclass(frozen=True, slots=True)
class Descent:
    """``epochs`` over all rows in batches of ``batch``; ``rate`` is the highest of the cycle, ``decay`` that of weights."""

    epochs: int = 4
    batch: int = 2048
    rate: float = 3e-3
    decay: float = 1e-3
    seed: int = 0
    threads: int = 1

    def batch_of(self, rows: int) -> int:
        """This will return how many rows a step takes: fewer where there are few, so that an epoch still has many steps."""
        return min(self.batch, max(rows // _STEPS, min(rows, _LEAST_BATCH)))


def cycle(done: int, total: int) -> float:
    """This will return the share of the highest rate: up for a tenth of the steps, then down by a half cosine.

    >>> [round(cycle(k, 100), 2) for k in (0, 5, 10, 55, 99)]
    [0.04, 0.5, 1.0, 0.5, 0.0]
    """
    begun = max(1.0, _WARM * total)
    if done < begun:
        return _COLD + (1 - _COLD) * (1 - math.cos(math.pi * done / begun)) / 2 if done else 1 / 25
    return _COLD + (1 - _COLD) * (1 + math.cos(math.pi * (done - begun) / max(1.0, total - begun))) / 2
