"""Contributions add up to what the member says, whatever it learned."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

from busyness.features.builder import DirectFeatures
from busyness.models._base import cells_ahead
from busyness.models.average import AverageForecaster
from busyness.models.contributions import contributions
from busyness.models.forest import forest_settings
from busyness.models.histogram_boosting import HistogramBoosting
from busyness.models.level_shape import LevelShapeRidge
from busyness.models.random_forest import RandomForest
from busyness.models.recursive import RecursiveForecaster
from busyness.models.regression import RegressionForecaster
from busyness.models.seasonal import SeasonalForecaster, profile
from busyness.models.trees import COUNTS, TreeForecaster, TreeSettings
from busyness.models.xgboost_trees import XGBoostTrees
from busyness.testing.tiny_city import tiny_city

HORIZON = 24


def city(*, counts: bool = False):
    panel = tiny_city(weeks=10)
    if not counts:
        return panel
    small = np.round(panel.demand / np.nanmean(panel.demand) * 8)
    return replace(panel, demand=np.where(np.isnan(panel.demand), np.nan, small).astype(np.float32))


def boosted() -> TreeForecaster:
    return TreeForecaster(DirectFeatures(), TreeSettings(trees=20, num_leaves=15))


@pytest.mark.parametrize("counts", [False, True], ids=["many", "small counts"])
def test_shares_add_up_to_what_the_trees_say(counts):
    sealed = city(counts=counts).sealed()
    member = boosted().fit(sealed, HORIZON)
    assert (COUNTS in member.boosters) == counts
    cells = cells_ahead(sealed, [sealed.origin], HORIZON)
    examples = member.builder.examples(sealed, cells)
    found = contributions(member, examples)
    said = member.medians(sealed, [sealed.origin], HORIZON).reshape(-1)
    opened = sealed.open[cells.place, cells.slot]
    np.testing.assert_allclose(np.maximum(found.total, 0)[opened], said[opened], rtol=1e-4, atol=1e-3)
    assert np.abs(found.features).sum() > 0
    assert not found.unexplained.any()


def test_a_mean_of_members_shares_by_weight():
    sealed = city().sealed()

    trees, forest = boosted(), TreeForecaster(DirectFeatures(), forest_settings(seed=1, threads=1, fast=True), kind="forest")
    mean = AverageForecaster([trees, forest, SeasonalForecaster(DirectFeatures())]).fit(sealed, HORIZON)
    cells = cells_ahead(sealed, [sealed.origin], HORIZON)
    examples = mean.members[0].builder.examples(sealed, cells)
    opened = sealed.open[cells.place, cells.slot]
    said = mean.medians(sealed, [sealed.origin], HORIZON).reshape(-1)
    np.testing.assert_allclose(contributions(mean, examples).total[opened], said[opened], rtol=1e-3, atol=0.01)


def test_a_promotion_moves_the_slots_it_is_in():
    sealed = city().sealed()
    member = boosted().fit(sealed, HORIZON * 7)
    cells = cells_ahead(sealed, [sealed.origin], HORIZON * 7)
    examples = member.builder.examples(sealed, cells)
    column = examples.names.index("promo")
    moved = contributions(member, examples).features[:, column]
    on = examples.X[:, column] > 0
    opened = sealed.open[cells.place, cells.slot]
    assert moved[on & opened].mean() > moved[~on & opened].mean()


def test_a_member_that_needs_more_than_examples_is_taken_to_say_the_profile():
    panel = tiny_city().sealed()
    member = RecursiveForecaster(DirectFeatures(), TreeSettings(trees=5)).fit(panel, 24)
    examples = member.builder.examples(panel, cells_ahead(panel, [panel.origin], 24))
    found = contributions(member, examples)
    assert np.allclose(found.total, profile(examples) * examples.level)
    assert not found.features.any()


def regressors():
    yield "ridge", LevelShapeRidge()
    yield "histogram", HistogramBoosting(max_iter=20)
    yield "random_forest", RandomForest(n_estimators=5)
    if importlib.util.find_spec("xgboost"):
        yield "xgboost", XGBoostTrees(rounds=20)


@pytest.mark.parametrize("counts", [False, True], ids=["many", "small counts that lean"])
@pytest.mark.parametrize(("kind", "regressor"), list(regressors()), ids=[kind for kind, _ in regressors()])
def test_what_regressors_say_is_shared_among_features_whole(kind, regressor, counts):
    sealed = city(counts=counts).sealed()
    member = RegressionForecaster(DirectFeatures(), regressor, kind=kind).fit(sealed, HORIZON)
    member = member.restored(member.to_parts())
    assert (member.lean > 0) == counts
    examples = member.builder.examples(sealed, cells_ahead(sealed, [sealed.origin], HORIZON))
    found = contributions(member, examples)
    np.testing.assert_allclose(found.total, member.relative(examples) * examples.level, rtol=1e-4, atol=1e-3)
    assert not found.unexplained.any()
    assert found.lately.any() == counts
    beyond = member.regressor.predict(examples) * examples.level
    np.testing.assert_allclose(found.start + found.features.sum(axis=1), beyond, rtol=1e-3, atol=1e-3)
    assert (np.abs(found.features).sum(axis=0) > 0).sum() > 3


def test_a_feature_that_is_not_known_still_adds_up():
    sealed = city().sealed()
    member = RegressionForecaster(DirectFeatures(), HistogramBoosting(max_iter=10), kind="histogram").fit(sealed, HORIZON)
    examples = member.builder.examples(sealed, cells_ahead(sealed, [sealed.origin], HORIZON))
    holes = np.where(np.random.default_rng(0).random(examples.X.shape) < 0.3, np.nan, examples.X).astype(np.float32)
    known = [examples.names.index(name) for name in ("horizon", "median_8")]
    holes[:, known] = examples.X[:, known]
    start, features = member.regressor.contributions(replace(examples, X=holes))
    np.testing.assert_allclose(start + features.sum(axis=1), member.regressor.predict(replace(examples, X=holes)), atol=1e-5)


def test_trees_that_were_stored_without_means_are_named_as_what_cannot_be_attributed():
    sealed = city().sealed()
    member = RegressionForecaster(DirectFeatures(), HistogramBoosting(max_iter=10), kind="histogram").fit(sealed, HORIZON)
    trees = member.regressor.trees
    bare = replace(trees, value=np.where(trees.left == -1, trees.value, 0))
    member.regressor = replace(member.regressor, trees=bare)
    examples = member.builder.examples(sealed, cells_ahead(sealed, [sealed.origin], HORIZON))
    found = contributions(member, examples)
    assert not found.features.any()
    np.testing.assert_allclose(found.total, member.relative(examples) * examples.level, rtol=1e-4, atol=1e-3)
