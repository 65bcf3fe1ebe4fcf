"""Rehearsals: what a member, fitted before the last weeks, would have said at the origins in them.

Calibration and blending live on the same rehearsal, so that a member is fitted twice at the most: once lightly to be
measured, once on all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from busyness.models._base import observed_ahead
from busyness.tables.panel import SealedPanel
from busyness.tables.residuals import Residuals
from busyness.tables.verbs import MedianForecaster

WINDOW_DAYS = 60
"""The last days whose origins are replayed."""

_ORIGINS = 20
_CELLS = 4_000_000  # replayed cells at the most; with more places than fit, some lend their errors to the others
_AT_ONCE = 600_000  # cells whose features are in memory together
_LIGHT = 0.6  # of the rows are enough to measure errors with


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Members are fitted at slot ``cut`` and asked at each of ``origins`` for ``horizon`` slots of ``places``."""

    cut: int
    origins: tuple[int, ...]
    places: tuple[str, ...]
    horizon: int

    @classmethod
    def before(cls, panel: SealedPanel, horizon: int, *, members: int = 1) -> Self:
        """This will choose the origins of the last weeks, and all places or as many as can be asked of so many members."""
        per_day = panel.slots.length.per_day
        window = min(WINDOW_DAYS * per_day, panel.origin // 4 // per_day * per_day)
        cut = panel.origin - window
        gap = max(per_day, window // _ORIGINS // per_day * per_day)
        origins = [o for o in range(cut, panel.origin, gap) if o + horizon <= panel.slots.count] if cut > 0 else []
        most = max(1, _CELLS // (_ORIGINS * horizon * members))
        ids = panel.ids
        if len(ids) > most:
            ids = tuple(ids[k] for k in np.linspace(0, len(ids) - 1, most).astype(np.int64))
        return cls(cut, tuple(origins), ids, horizon)

    def errors(self, member: MedianForecaster, panel: SealedPanel) -> Residuals:
        """This will return the errors of a member that is fitted on what lies before ``cut``, more lightly if it can be."""
        places, horizon = self.places, self.horizon
        if not self.origins:
            empty = np.full((0, len(places), horizon), np.nan, np.float32)
            return Residuals(np.zeros(0, np.int64), empty, empty, np.ones((0, len(places)), np.float32))
        light = getattr(member, "lighter", None)
        return self.asked((light(_LIGHT) if light else member).fit(panel.until(self.cut), horizon), panel)

    def asked(self, fitted: MedianForecaster, panel: SealedPanel) -> Residuals:
        """This will return the errors of a member that has learned nothing from ``cut`` on."""
        places, horizon = self.places, self.horizon
        panel = panel if places == panel.ids else panel.select(places)
        at_once = max(1, _AT_ONCE // (len(places) * horizon))
        blocks = [self.origins[k : k + at_once] for k in range(0, len(self.origins), at_once)]
        predicted = np.concatenate([fitted.medians(panel, block, horizon) for block in blocks])
        observed = observed_ahead(panel, self.origins, horizon)
        return Residuals(np.asarray(self.origins), observed, predicted, fitted.levels(panel, self.origins))
