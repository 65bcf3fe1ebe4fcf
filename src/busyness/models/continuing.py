"""More trees on recent rows: how boosted trees go on learning without being grown again.

They always grow on top of the trees that were fitted, and take the place of those that an earlier continuation had added:
however often learning goes on, there are never more than a quarter more.
"""

from __future__ import annotations

from collections.abc import Mapping

import lightgbm
import numpy as np
from numpy.typing import NDArray

from busyness.models.sampling import Sampling, training_cells
from busyness.models.seasonal import profile
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel

RECENT_DAYS = 28
_RECALLED = 0.5  # rows of earlier times for each recent one, so that a year is not forgotten
_MORE = 0.25  # of the fitted trees
_TWEEDIE_POWER = 1.5  # LightGBM's own

Aim = tuple[NDArray[np.float32], NDArray[np.float32]]
"""What is learned from each row, and its weight."""


def recent_cells(panel: SealedPanel, horizon: int, sampling: Sampling) -> Cells:
    """This will return the cells of the last four weeks and half as many of the time before."""
    rows = training_cells(panel, horizon, sampling)
    recent = rows.slot >= panel.origin - RECENT_DAYS * panel.slots.length.per_day
    share = _RECALLED * recent.sum() / max(1, int((~recent).sum()))
    return rows.take(recent | (np.random.default_rng(sampling.seed).random(len(recent)) < share))


def grown_on(
    booster: lightgbm.Booster, examples: Examples, parameters: Mapping[str, object], *, fitted: int, aim: Aim
) -> lightgbm.Booster:
    """This will return the first ``fitted`` trees of a booster with some more on top."""
    first = lightgbm.Booster(model_str=booster.model_to_string(num_iteration=fitted))
    label, weight = aim
    table = lightgbm.Dataset(
        examples.X,
        label,
        weight=weight,
        feature_name=list(examples.names),
        categorical_feature=list(examples.categorical),
        free_raw_data=False,
        params={key: parameters[key] for key in ("max_bin", "verbose", "num_threads")},
    )
    return lightgbm.train(dict(parameters), table, max(1, int(fitted * _MORE)), init_model=first)


def of_demand(examples: Examples) -> Aim:
    """This will return relative demand, weighted by the level."""
    return examples.y, examples.weight


def of_distance(examples: Examples) -> Aim:
    """This will return the distance of relative demand from the profile."""
    return examples.y - profile(examples), examples.weight


def of_counts(examples: Examples, usual: NDArray[np.float32], *, objective: str) -> Aim:
    """This will return counts as factors of the usual ones, weighted so that errors are those of the counts themselves.

    Trees that grow on others cannot be given the usual count as a start; its power as a weight is the same: 1 for Poisson's
    loss, 2 less the power of the variance for Tweedie's.
    """
    power = 2 - _TWEEDIE_POWER if objective == "tweedie" else 1.0
    return examples.y * examples.level / usual, np.asarray(usual**power, np.float32)
