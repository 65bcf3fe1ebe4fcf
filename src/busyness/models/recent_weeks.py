"""The last four weeks as a rehearsal: what a model that goes on learning is calibrated by.

Sixty days, by which a fit is calibrated, would still be half of the time before a change to which the model was adapted.
"""

from __future__ import annotations

from dataclasses import replace

from busyness.models.continuing import RECENT_DAYS
from busyness.models.rehearsal import Rehearsal
from busyness.tables.panel import SealedPanel

_LEAST_DAYS = 7


def recent_rehearsal(panel: SealedPanel, horizon: int, *, members: int = 1) -> Rehearsal | None:
    """This will plan an origin on each of the last 28 days, a quarter of the history at the most; None: under a week."""
    per_day = panel.slots.length.per_day
    days = min(RECENT_DAYS, panel.origin // 4 // per_day)
    cut = panel.origin - days * per_day
    origins = tuple(o for o in range(cut, panel.origin, per_day) if o + horizon <= panel.slots.count)
    if days < _LEAST_DAYS or not origins:
        return None
    return replace(Rehearsal.before(panel, horizon, members=members), cut=cut, origins=origins)
