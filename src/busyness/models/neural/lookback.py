"""Windows: a place seen from one origin, all steps ahead at once; and the weeks before it that a network looks back on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.models.neural.inputs import Floats
from busyness.tables.examples import Cells
from busyness.tables.panel import SealedPanel

LOOK_DAYS = 14
_RECENT_DAYS = 56
_SEASON_DAYS = 21
_YEAR = 365
_FAR = 0.2  # a window of another season is drawn this often against a near one


@dataclass(frozen=True, slots=True)
class Windows:
    """Which places are seen from which origins: int32 arrays of one length."""

    place: NDArray[np.int32]
    origin: NDArray[np.int32]

    def cells(self, horizon: int) -> Cells:
        """This will return the cells of all steps ahead, window by window."""
        step = np.tile(np.arange(horizon, dtype=np.int32), len(self.place))
        origin = np.repeat(self.origin, horizon)
        return Cells(np.repeat(self.place, horizon), origin + step, origin)


def training_windows(panel: SealedPanel, horizon: int, *, most: int, seed: int) -> Windows:
    """This will draw up to ``most`` windows whose every step has passed, at the panel's own hour of the day.

    Windows of the last eight weeks and of this season in earlier years are drawn more often, and none in which nothing was
    observed.
    """
    per_day = panel.slots.length.per_day
    first = min(LOOK_DAYS, panel.origin // per_day // 3) * per_day
    origins = np.arange(panel.origin - horizon, first - 1, -per_day, dtype=np.int32)
    seen = np.cumsum(np.pad(np.isfinite(panel.demand), ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    place, number = np.nonzero(seen[:, origins + horizon] > seen[:, origins])
    age = (panel.origin - origins[number]) // per_day
    season = age % _YEAR
    near = (age < _RECENT_DAYS) | (np.minimum(season, _YEAR - season) <= _SEASON_DAYS)
    rng = np.random.default_rng(seed)
    order = rng.random(len(place)) ** np.where(near, 1.0, 1 / _FAR)  # Efraimidis and Spirakis: the largest keys are drawn
    kept = np.sort(np.argsort(-order, kind="stable")[:most])
    return Windows(place[kept].astype(np.int32), origins[number[kept]])


def look_back(panel: SealedPanel, windows: Windows, level: Floats) -> Floats:
    """This will return demand of the last two weeks before each origin, relative to its ``level`` and squashed.

    ``[windows, slots]``; 0 where nothing was observed, or an outlier.
    """
    slots = LOOK_DAYS * panel.slots.length.per_day
    clean = np.where(panel.outlier, np.float32(np.nan), panel.demand)
    padded = np.pad(clean, ((0, 0), (slots, 0)), constant_values=np.nan)
    seen = padded[windows.place[:, None], windows.origin[:, None] + np.arange(slots)]
    return np.asarray(np.nan_to_num(np.log1p(seen / level[:, None])), np.float32)
