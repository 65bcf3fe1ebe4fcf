"""Demand that could not be served: what people would have taken, had there been anything to take."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from busyness.tables.panel import Panel

LEAST_SHARE = 0.25
"""A slot with supply for less of its time says too little about demand."""


@dataclass(frozen=True)
class Unconstrained:
    """The panel with demand instead of what was served, and a sentence on how much was changed."""

    panel: Panel
    note: str


def unconstrain(panel: Panel, share: NDArray[np.float32]) -> Unconstrained:
    """This will estimate demand from what was served and the share of each slot in which there was supply.

    ``share`` is ``[places, slots]``, 0 … 1, NaN where nothing is said (taken as 1). People are taken to come evenly
    within a slot. Supply runs out when the last vehicle is taken, so a slot that ran out was watched until an event: the
    rate is then (served − 1) / share, not served / share, which is too high (the stopped Poisson process; Cox & Lewis
    1966). Never less than what was served. Below ``LEAST_SHARE`` the slot counts as not observed, never as zero.
    """
    seen = np.isfinite(panel.demand)
    part = seen & (share < 1 - 1e-6)
    lost = part & (share < LEAST_SHARE)
    scaled = part & ~lost
    demand = panel.demand.copy()
    served = demand[scaled]
    demand[scaled] = np.maximum((served - 1) / share[scaled], served)
    demand[lost] = np.nan
    added = float((demand[scaled] - served).sum())
    whole = float(panel.demand[seen].sum())
    note = (
        f"Slots of {panel.slots.length} without supply part of the time: {int(scaled.sum()):,}; from what was served there "
        f"and the share of time with supply, demand is estimated, which adds {added:,.0f} ({added / max(whole, 1e-9):.1%} "
        f"of all that was counted). With supply under {LEAST_SHARE:.0%} of the time: {int(lost.sum()):,}; they count as not "
        "observed."
    )
    return Unconstrained(replace(panel, demand=demand), note)
