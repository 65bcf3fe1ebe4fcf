"""The embedding network: every promise of a member, and what is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.features.builder import DirectFeatures
from busyness.models.neural.embedding import EmbeddingForecaster, NetworkSettings
from busyness.models.neural.schedule import Descent
from busyness.models.neural.torch_embedding import torch_trained
from busyness.models.seasonal import SeasonalForecaster
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city

pytest.importorskip("torch")

SMALL = NetworkSettings(hidden=(16,), embedding=2, networks=2, descent=Descent(epochs=1, batch=256))


def make(settings: NetworkSettings = SMALL) -> EmbeddingForecaster:
    return EmbeddingForecaster(DirectFeatures(), settings, trainer=torch_trained)


def restored(parts: Parts) -> EmbeddingForecaster:
    features = DirectFeatures.from_facts(parts.facts["features"])
    return EmbeddingForecaster(features, NetworkSettings(), trainer=torch_trained).restored(parts)


class TestEmbedding(MedianForecasterConformance):
    def make(self) -> EmbeddingForecaster:
        return make()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def errors(model: Any, *, weeks: float = 20) -> float:
    """Mean absolute error on the last week of a city."""
    panel = tiny_city(weeks=weeks)
    origin = panel.history - 168
    sealed = panel.until(origin)
    said = model.fit(sealed, 168).medians(sealed, [origin], 168)[0]
    ahead = panel.demand[:, origin : origin + 168]
    return float(np.nanmean(np.abs(said - ahead)))


def test_a_trained_network_is_better_than_the_profile_it_starts_from() -> None:
    trained = replace(SMALL, networks=1, descent=Descent(epochs=8, batch=256))
    assert errors(make(trained)) < 0.95 * errors(SeasonalForecaster(DirectFeatures()))


def test_another_seed_trains_another_network() -> None:
    panel = tiny_city().sealed()
    other = replace(SMALL, descent=replace(SMALL.descent, seed=7))
    one, two = (make(settings).fit(panel, 72).medians(panel, [panel.origin], 72) for settings in (SMALL, other))
    assert (one != two).any()


def test_too_few_rows_are_answered_by_the_profile() -> None:
    panel = tiny_city(places=1, weeks=1.5).sealed()
    said = make().fit(panel, 72).medians(panel, [panel.origin], 72)
    profile = SeasonalForecaster(DirectFeatures()).fit(panel, 72).medians(panel, [panel.origin], 72)
    assert (said == profile).all()


def test_continued_learning_moves_towards_what_changed() -> None:
    panel = tiny_city(weeks=14)
    changed = panel.history - 21 * 24
    demand = panel.demand.copy()
    evening = np.arange(panel.slots.count) % 24 == 0  # 19:00 in Lima
    demand[:, changed:][:, evening[changed:]] *= 4
    after = replace(panel, demand=demand).sealed()
    before = make().fit(panel.until(changed), 72)
    longer = before.continued(after)
    assert longer.weights[0]["factor"].shape == before.weights[0]["factor"].shape
    at = np.flatnonzero(evening[after.origin : after.origin + 72])
    old, new = (model.medians(after, [after.origin], 72)[0][:, at].sum() for model in (before, longer))
    assert new > old
    assert (before.continued(after).weights[0]["factor"] == longer.weights[0]["factor"]).all(), (
        "the same seed, the same step"
    )


def test_a_network_that_was_never_trained_is_trained_when_continued() -> None:
    short, panel = tiny_city(places=1, weeks=1).sealed(), tiny_city().sealed()
    model = make().fit(short, 72)
    assert model.reading is None
    assert model.continued(panel).reading is not None


def test_lighter_takes_fewer_rows() -> None:
    light = make().lighter(0.5)
    assert light.settings.sampling.rows == SMALL.sampling.rows // 2
    assert light.settings.descent == SMALL.descent


def test_damaged_parts_are_refused() -> None:
    parts = make().fit(tiny_city().sealed(), 72).to_parts()
    with pytest.raises(ArtifactError):
        restored(replace(parts, facts={**parts.facts, "settings": {}}))
    with pytest.raises(ArtifactError):
        restored(replace(parts, arrays={name: parts.arrays[name] for name in ("centre", "spread")}))


def test_answers_need_no_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = tiny_city().sealed()
    model = make().fit(panel, 72)
    monkeypatch.setattr("busyness.models.neural.descent.torch", None)
    assert model.medians(panel, [panel.origin], 72).any()
    with pytest.raises(MissingExtraError, match=r"busyness\[neural\]"):
        model.fit(panel, 72)
