"""Only the last days: what lies before them is taken as not observed, inside the seal."""

from __future__ import annotations

import numpy as np

from busyness.tables.panel import SealedPanel


def last_days(panel: SealedPanel, days: int) -> SealedPanel:
    """This will return the panel with only the last ``days`` before its origin observed."""
    forgotten = np.arange(panel.origin) < panel.origin - days * panel.slots.length.per_day
    return panel.filled(np.where(forgotten, np.float32(np.nan), panel.demand).astype(np.float32))
