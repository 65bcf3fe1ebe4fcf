"""Why a forecast is what it is: by how much each feature moved it, adding up to the answer exactly.

For trees the contributions are Shapley values (Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees"), computed by LightGBM. What trees learn as a distance from the seasonal profile has that profile
as a share of its own; what they learn as a factor of the usual count is shared out in proportion to the factors' logarithms.
Members of a mean count with their weight. What cannot be attributed is named, never hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.models.average import AverageForecaster
from busyness.models.seasonal import SeasonalForecaster, profile
from busyness.models.small_counts import medians
from busyness.models.trees import COUNTS, DISTANCE, FEW_ROWS, TreeForecaster, leaned, usual_count
from busyness.tables.examples import Examples
from busyness.tables.verbs import MedianForecaster

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contributions:
    """All in demand per slot. ``start`` ``[rows]`` is what would be said knowing nothing of the slot, ``profile`` ``[rows]``
    what the usual hour of the week adds, ``lately`` ``[rows]`` the lean on the last weeks, ``features`` ``[rows, features]``
    what each feature adds, and ``unexplained`` ``[rows]`` the part of members that cannot be explained.
    """

    start: Floats
    profile: Floats
    lately: Floats
    features: Floats
    unexplained: Floats

    @property
    def total(self) -> Floats:
        """What the member says, before it is kept above zero and closed slots are set to it, ``[rows]``."""
        return np.asarray(self.start + self.profile + self.lately + self.features.sum(axis=1) + self.unexplained)


def contributions(member: MedianForecaster, examples: Examples) -> Contributions:
    """This will return by how much each feature of ``examples`` moved what ``member`` says of them."""
    if isinstance(member, TreeForecaster) and member.boosters:
        return _of_trees(member, examples)
    if isinstance(member, TreeForecaster | SeasonalForecaster):
        found = _nothing(examples)
        found.profile[:] = profile(examples) * examples.level
        return found
    if isinstance(member, AverageForecaster):
        return _of_average(member, examples)
    return _nothing(examples)


def _of_average(member: AverageForecaster, examples: Examples) -> Contributions:
    whole = _nothing(examples)
    for part, weight in zip(member.members, member.weights, strict=True):
        found = contributions(part, examples)
        for name in ("start", "profile", "lately", "features", "unexplained"):
            getattr(whole, name)[:] += weight * getattr(found, name)
    return whole


def _of_trees(member: TreeForecaster, examples: Examples) -> Contributions:
    found = _nothing(examples)
    level = examples.level.astype(np.float64)
    shares = {aim: 0.5 if aim == COUNTS and member.rows < FEW_ROWS else 1.0 for aim in member.boosters}
    whole = sum(shares.values())
    for aim, booster in member.boosters.items():
        share = shares[aim] / whole * level
        shap = np.asarray(booster.predict(examples.X, pred_contrib=True, num_threads=member.settings.threads), np.float64)
        if member.settings.boosting == "rf":  # a forest answers with the mean of its trees, and explains their sum
            shap /= max(booster.current_iteration(), 1)
        of_features, expected = shap[:, :-1], shap[:, -1]
        if aim == COUNTS:
            usual, spread = usual_count(examples).astype(np.float64), member.spread
            begins = medians(np.asarray(usual, np.float32), spread) / level
            said = medians(np.asarray(np.exp(shap.sum(axis=1)) * usual, np.float32), spread) / level
            logs = shap.sum(axis=1, keepdims=True)
            part = np.where(np.abs(logs) > 1e-9, shap / np.where(np.abs(logs) > 1e-9, logs, 1), 0) * (said - begins)[:, None]
            moved = np.where(np.abs(logs[:, 0]) > 1e-9, 0.0, said - begins)
            found.profile[:] += share * (begins + moved)
            of_features, expected = part[:, :-1], part[:, -1]
        elif aim == DISTANCE:
            found.profile[:] += share * profile(examples)
        found.start[:] += share * expected
        found.features[:] += share[:, None] * of_features
    if COUNTS in member.boosters:
        relative = np.asarray(found.total / level, np.float32)
        found.lately[:] = (leaned(relative, examples, rows=member.rows) - relative) * level
    return found


def _nothing(examples: Examples) -> Contributions:
    rows, features = examples.X.shape
    return Contributions(np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros((rows, features)), np.zeros(rows))
