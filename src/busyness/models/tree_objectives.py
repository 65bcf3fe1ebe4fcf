"""LightGBM's other objectives on the recipe of the boosted trees: L1 and the quantile 0.5, Poisson and Tweedie.

Poisson and Tweedie learn the mean count as a factor of the usual one, at the natural scale of counts, and answer with the
median of counts around that mean (``small_counts``). L1 and the quantile 0.5 aim at the median itself, whatever the counts.
"""

from __future__ import annotations

from dataclasses import replace

from busyness.models.trees import COUNTS, DEMAND, DISTANCE, TreeSettings

OBJECTIVES = ("l1", "quantile", "poisson", "tweedie")
"""The objectives that are members of their own, by LightGBM's names."""


def with_objective(settings: TreeSettings, objective: str) -> TreeSettings:
    """This will return the settings with one of ``OBJECTIVES``, however large or small the counts are."""
    aims = (DEMAND, DISTANCE) if objective in {"l1", "quantile"} else (COUNTS,)
    return replace(settings, objective=objective, aims=aims)
