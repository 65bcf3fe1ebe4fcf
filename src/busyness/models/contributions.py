"""Why a forecast is what it is: by how much each feature moved it, adding up to the answer exactly.

For trees the contributions are Shapley values (Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees"), computed by LightGBM. What trees learn as a distance from the seasonal profile has that profile
as a share of its own; what they learn as a factor of the usual count is shared out in proportion to the factors' logarithms.
XGBoost says its Shapley values itself; the ridge's are its products, by feature; scikit-learn's trees say the steps along a
row's way to its leaf (``node_trees``). Members of a mean or a blend count with their weight. A network or another regressor
says how far it goes from the profile, not why: that part is named as what cannot be attributed, never hidden. Members that
need more than examples to answer (recursive trees, TiDE, Prophet) are taken to say the profile; whoever knows the forecast
names what they said beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.models.average import AverageForecaster
from busyness.models.blend import BlendForecaster
from busyness.models.blend_weights import BlendWeights
from busyness.models.neural.embedding import EmbeddingForecaster
from busyness.models.prepared import PreparedForecaster
from busyness.models.regression import RegressionForecaster
from busyness.models.seasonal import profile
from busyness.models.small_counts import leaned, medians, stepped
from busyness.models.trees import COUNTS, DISTANCE, FEW_ROWS, TreeForecaster, usual_count
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
        """What the member says as far as examples tell it, before it is kept above zero where open, ``[rows]``."""
        return np.asarray(self.start + self.profile + self.lately + self.features.sum(axis=1) + self.unexplained)


def contributions(member: MedianForecaster, examples: Examples, *, places: Sequence[str] = ()) -> Contributions:
    """This will return by how much each feature of ``examples`` moved what ``member`` says of them.

    ``places`` are the ids that the examples' places number; without them a blend counts every place as new.
    """
    if isinstance(member, PreparedForecaster):
        return contributions(member.member, examples, places=places)
    if isinstance(member, TreeForecaster) and member.boosters:
        return _of_trees(member, examples)
    if isinstance(member, AverageForecaster):
        return _of_members(member, [np.float64(weight) for weight in member.weights], examples, places=places)
    if isinstance(member, BlendForecaster):
        found = _of_members(member, _weights(member, examples, places), examples, places=places)
        said = np.maximum(found.total, 0)
        found.unexplained[:] += stepped(said) - said if member.rare else 0  # to the nearest whole number
        return found
    if isinstance(member, RegressionForecaster) and member.rows:
        return _of_regressor(member, examples)
    found = _nothing(examples)
    found.profile[:] = profile(examples) * examples.level
    if isinstance(member, EmbeddingForecaster):
        learned = member.learned(examples)
        found.unexplained[:] = learned * examples.level - found.profile
        found.lately[:] = (leaned(learned, examples, member.lean) - learned) * examples.level
    return found


def _of_regressor(member: RegressionForecaster, examples: Examples) -> Contributions:
    """What was learned as a distance from the profile, by feature where the regressor can say it, and then the lean."""
    found = _nothing(examples)
    level, usual = examples.level.astype(np.float64), profile(examples)
    found.profile[:] = usual * level
    told = getattr(member.regressor, "contributions", lambda _: None)(examples)
    if told is None:
        found.unexplained[:] = member.regressor.predict(examples) * level
    else:
        start, features = told
        found.start[:] = start * level
        found.features[:] = features * level[:, None]
    relative = np.asarray(found.total / level, np.float32)
    found.lately[:] = (leaned(relative, examples, member.lean) - relative) * level
    return found


def _weights(blend: BlendForecaster, examples: Examples, places: Sequence[str]) -> list[Floats]:
    """The weight of each member in each row."""
    cells, step = examples.cells, examples.cells.slot - examples.cells.origin
    ids = tuple(places) or ("",) * (int(cells.place.max(initial=0)) + 1)
    shares = blend.weights or BlendWeights.equal(len(blend.members), 1)
    table = shares.cells(ids, int(step.max(initial=0)) + 1)
    return [own[cells.place, step].astype(np.float64) for own in table]


def _of_members(
    member: AverageForecaster | BlendForecaster, weights: Sequence[Any], examples: Examples, *, places: Sequence[str]
) -> Contributions:
    whole = _nothing(examples)
    for part, weight in zip(member.members, weights, strict=True):
        found = contributions(part, examples, places=places)
        for name in ("start", "profile", "lately", "unexplained"):
            getattr(whole, name)[:] += weight * getattr(found, name)
        whole.features[:] += np.broadcast_to(weight, len(examples.level))[:, None] * found.features
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
        found.lately[:] = (leaned(relative, examples, member.lean) - relative) * level
    return found


def _nothing(examples: Examples) -> Contributions:
    rows, features = examples.X.shape
    return Contributions(np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros((rows, features)), np.zeros(rows))
