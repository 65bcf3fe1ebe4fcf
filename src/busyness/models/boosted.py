"""Gradient-boosted trees (LightGBM): the model that answers unless another is asked for."""

from __future__ import annotations

from busyness.models.sampling import Sampling
from busyness.models.trees import TreeSettings


def boosted_settings(*, seed: int = 0, threads: int = 1, fast: bool = False) -> TreeSettings:
    """This will return the measured recipe, or with ``fast`` one of about a third of its work."""
    if fast:
        few = Sampling(rows=100_000, per_place=250, most=600_000, seed=seed)
        return TreeSettings(
            trees=96, learning_rate=0.15, num_leaves=48, max_bin=63, seed=seed, threads=threads, sampling=few
        )
    return TreeSettings(seed=seed, threads=threads, sampling=Sampling(seed=seed))
