"""A random forest: LightGBM's ``rf`` mode on the same examples.

It is stored as text like the boosted trees, where scikit-learn's forest could only be pickled.
"""

from __future__ import annotations

from busyness.models.sampling import Sampling
from busyness.models.trees import TreeSettings


def forest_settings(*, seed: int = 0, threads: int = 1, fast: bool = False) -> TreeSettings:
    """This will return large trees, each grown on 60 % of the rows and 40 % of the features."""
    rows = Sampling(rows=80_000, per_place=200, most=400_000, seed=seed) if fast else Sampling(seed=seed)
    return TreeSettings(
        boosting="rf",
        trees=40 if fast else 80,
        num_leaves=255,
        min_data_in_leaf=20,
        feature_fraction=0.4,
        bagging_fraction=0.6,
        seed=seed,
        threads=threads,
        sampling=rows,
    )
