"""Which cells a direct model learns from: every observed cell once, seen from one random origin before it.

Rows matter more than trees. All of the last eight weeks and of three weeks around this season in earlier years are
kept, and a part of the rest, so that a fit costs seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from busyness.tables.examples import Cells
from busyness.tables.panel import SealedPanel

_RECENT_DAYS = 56
_SEASON_DAYS = 21
_YEAR = 365
_FAR = 0.05


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

    def lighter(self, share: float) -> Sampling:
        """This will return the same with a ``share`` of the rows."""
        fewer = {name: int(getattr(self, name) * share) for name in ("rows", "per_place", "most")}
        return replace(self, **fewer)


def training_cells(panel: SealedPanel, horizon: int, sampling: Sampling) -> Cells:
    """This will draw the cells: each observed slot as one of the ``horizon`` slots from an earlier origin on.

    Origins lie at the panel's own hour; where less than a day is forecast, a slot may therefore lie up to a day ahead.
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
    share_near, share_far = _shares(sampling.target(len(panel.places)), int(near.sum()), int((~near).sum()))
    kept = rng.random(len(slot)) < np.where(near, share_near, share_far)
    place, slot = place[kept], slot[kept]
    since = (slot - panel.origin) % per_day  # slots since the panel's own hour
    days = (max(horizon, per_day) - 1 - since) // per_day + 1
    origin = slot - since - per_day * rng.integers(0, days)
    seen = origin >= 0
    return Cells(place[seen].astype(np.int32), slot[seen].astype(np.int32), origin[seen].astype(np.int32))


def _shares(wanted: int, near: int, far: int) -> tuple[float, float]:
    """Which shares of the near and the far rows add up to those wanted; a far row is kept at least ``_FAR`` as often."""
    most = near + _FAR * far
    if wanted < most:
        return wanted / most, _FAR * wanted / most
    return 1.0, min((wanted - near) / max(far, 1), 1.0)
