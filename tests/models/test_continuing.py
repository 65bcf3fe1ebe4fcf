"""Trees that go on growing: better after a change, never many more, and the same again after the artifact."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from busyness.features.builder import DirectFeatures
from busyness.models.continuing import RECENT_DAYS, recent_cells
from busyness.models.sampling import Sampling
from busyness.models.trees import COUNTS, TreeForecaster, TreeSettings
from busyness.tables.panel import Panel
from busyness.testing.tiny_city import tiny_city

DAY, HORIZON = 24, 72
CUT = 100 * DAY
FEW = TreeSettings(trees=60, sampling=Sampling(rows=12_000))


@cache
def changed(scale: float = 1.0) -> Panel:
    """Three weeks ago everybody began to come three hours earlier."""
    panel = tiny_city(places=6, weeks=18, opening=False)
    demand = np.round(panel.demand * scale)
    demand[:, CUT:-3] = demand[:, CUT + 3 :]
    return replace(panel, demand=demand)


@cache
def fitted(objective: str = "l1", scale: float = 1.0) -> TreeForecaster:
    settings = replace(FEW, objective=objective, aims=(COUNTS,) if objective in {"poisson", "tweedie"} else ())
    return TreeForecaster(DirectFeatures(), settings, kind="boosted").fit(changed(scale).until(CUT), HORIZON)


def error(model: TreeForecaster, panel: Panel) -> float:
    origins = [CUT + day * DAY for day in (21, 22, 23)]
    said = model.medians(panel.until(origins[-1]), origins, HORIZON)
    came = np.stack([panel.demand[:, origin : origin + HORIZON] for origin in origins])
    return float(np.nanmean(np.abs(said - came)))


@pytest.mark.parametrize(("objective", "scale"), [("l1", 10.0), ("l1", 1.0), ("poisson", 1.0), ("tweedie", 1.0)])
def test_after_a_change_the_continued_model_is_better(objective: str, scale: float) -> None:
    panel, model = changed(scale), fitted(objective, scale)
    longer = model.continued(panel.until(CUT + 21 * DAY))
    assert error(longer, panel) < 0.95 * error(model, panel)


def test_features_horizon_and_the_first_trees_stay() -> None:
    model = fitted()
    longer = model.continued(changed().until(CUT + 21 * DAY))
    assert longer.horizon == model.horizon == HORIZON
    assert longer.builder.to_facts() == model.builder.to_facts()
    for aim, booster in longer.boosters.items():
        before = model.boosters[aim]
        assert booster.feature_name() == before.feature_name()
        first = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]][: before.num_trees()]
        assert first == [tree["tree_structure"] for tree in before.dump_model()["tree_info"]]


def test_however_often_it_goes_on_there_are_never_many_more_trees() -> None:
    model = fitted()
    longer = model
    for day in (7, 14, 21):
        longer = longer.continued(changed().until(CUT + day * DAY))
    for aim, booster in longer.boosters.items():
        assert model.boosters[aim].num_trees() < booster.num_trees() <= 1.25 * model.boosters[aim].num_trees()
    once = model.continued(changed().until(CUT + 21 * DAY))
    assert longer.to_parts().texts == once.to_parts().texts


def test_it_goes_on_alike_after_the_artifact() -> None:
    model = fitted()
    parts = model.to_parts()
    builder = DirectFeatures.from_facts(parts.facts["features"])
    again = TreeForecaster(builder, TreeSettings(), kind="boosted").restored(parts)
    sealed = changed().until(CUT + 21 * DAY)
    assert again.continued(sealed).to_parts().texts == model.continued(sealed).to_parts().texts


def test_the_model_before_stays_as_it_was_and_the_future_is_not_read() -> None:
    model, panel, origin = fitted(), changed(), CUT + 14 * DAY
    before = model.to_parts().texts
    one = model.continued(panel.until(origin))
    noise = panel.demand.copy()
    noise[:, origin:] = 9
    assert model.to_parts().texts == before
    assert model.continued(replace(panel, demand=noise).until(origin)).to_parts().texts == one.to_parts().texts


def test_a_forest_and_a_model_without_trees_are_fitted_again() -> None:
    sealed = changed().until(CUT)
    forest = TreeForecaster(
        DirectFeatures(), replace(FEW, boosting="rf", trees=10, bagging_fraction=0.6), kind="forest"
    ).fit(sealed, HORIZON)
    assert forest.continued(sealed).boosters["demand"].num_trees() == forest.boosters["demand"].num_trees()
    bare = TreeForecaster(DirectFeatures(), FEW).fit(tiny_city(places=1, weeks=1).sealed(), HORIZON)
    assert not bare.boosters
    assert bare.continued(sealed).boosters


def test_two_of_three_rows_are_recent() -> None:
    panel = changed()
    rows = recent_cells(panel.sealed(), HORIZON, Sampling())
    recent = rows.slot >= panel.history - RECENT_DAYS * DAY
    assert 0.6 < recent.mean() < 0.75
