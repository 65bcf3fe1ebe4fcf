"""Which cells a direct model learns from: every observed cell once, seen from one random origin before it.

Rows matter more than trees. All of the last eight weeks and of three weeks around this season in earlier years are
kept, and a part of the rest, so that a fit costs seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from busyness.tables.examples import Cells
from busyness.tables.panel import SealedPanel

_RECENT_DAYS = 56
_SEASON_DAYS = 21
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many rows are learned from: at least ``rows``, ``per_place`` where there are many places, ``most`` at the most."""

    rows: int = 170_000
    per_place: int = 600
    most: int = 1_500_000
    seed: int = 0

    def target(self, places: int) -> int:
        """This will return the number of rows wanted for so many places."""
        return min(max(self.rows, self.per_place * places), self.most)


def training_cells(panel: SealedPanel, horizon: int, sampling: Sampling) -> Cells:
    """This will draw the cells: each observed slot from an origin up to ``horizon`` before it, at the panel's own hour.

    Slots of the first week (two where the history is long enough) are left out: nothing could be known for them.
    """
    per_day = panel.slots.length.per_day
    rng = np.random.default_rng(sampling.seed)
    weeks_before = 9 if panel.origin > 26 * 7 * per_day else 2 if panel.origin > 6 * 7 * per_day else 1
    first = min(weeks_before * 7 * per_day, panel.origin)
    place, slot = np.nonzero(np.isfinite(panel.demand[:, first:]) & ~panel.outlier[:, first:])
    slot += first
    age = (panel.origin - slot) // per_day
    season = (age + 3) % _YEAR
    near = (age < _RECENT_DAYS) | (np.minimum(season, _YEAR - season) <= _SEASON_DAYS)
    wanted, close = sampling.target(len(panel.places)), int(near.sum())
    share_near = min(1.0, wanted / max(close, 1))
    share_far = np.clip((wanted - close) / max(len(slot) - close, 1), 0.05 * share_near, 1.0)
    kept = rng.random(len(slot)) < np.where(near, share_near, share_far)
    place, slot = place[kept], slot[kept]
    origin = slot - rng.integers(1, horizon + 1, len(slot))
    origin -= (origin - panel.origin) % per_day
    seen = origin >= 0
    return Cells(place[seen].astype(np.int32), slot[seen].astype(np.int32), origin[seen].astype(np.int32))
