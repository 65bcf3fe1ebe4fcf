"""Were the first days of a walk quiet enough to say what is usual?"""

from __future__ import annotations

from busyness.monitoring.walked import Daily, Numbers

LEAST_HELD = 0.6
"""Where the 80 % bands hold less than this, what has changed may have changed before anyone looked."""


def in_doubt(daily: Daily, reference: int, *, enough: int) -> float | None:
    """This will return the share that the 80 % bands hold over all days, where no change being found tells nothing: where
    ``reference`` days are fewer than ``enough``, or the bands hold far too little in them or over all days; None elsewhere.
    """
    held, first = (_held(daily.inside[:, :days], daily.slots[:, :days]) for days in (None, reference))
    return held if reference < enough or min(held, first) < LEAST_HELD else None


def _held(inside: Numbers, slots: Numbers) -> float:
    return float(inside.sum() / max(slots.sum(), 1))
