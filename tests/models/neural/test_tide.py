"""The multi-horizon network: every promise of a member, and its own quantiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.features.builder import DirectFeatures
from busyness.models.neural.schedule import Descent
from busyness.models.neural.tide import TideForecaster, TideSettings
from busyness.models.neural.tide_network import LEVELS, TideSizes
from busyness.models.seasonal import SeasonalForecaster
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city

pytest.importorskip("torch")

SMALL = TideSettings(TideSizes(16, 2, (16,), 2), windows=100, descent=Descent(epochs=1, batch=8, rate=2e-3))


def make(settings: TideSettings = SMALL) -> TideForecaster:
    return TideForecaster(DirectFeatures(), settings)


def restored(parts: Parts) -> TideForecaster:
    return TideForecaster(DirectFeatures.from_facts(parts.facts["features"]), TideSettings()).restored(parts)


class TestTide(MedianForecasterConformance):
    def make(self) -> TideForecaster:
        return make()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def test_the_network_that_is_tested_was_trained() -> None:
    assert TestTide().fitted().weights


def test_it_is_better_than_the_profile_and_its_quantiles_hold_what_they_say() -> None:
    panel = tiny_city(weeks=24)
    origins = [panel.history - 168 * k for k in (3, 2, 1)]
    sealed = panel.until(origins[0])
    trained = make(replace(SMALL, windows=400, descent=Descent(epochs=8, batch=8, rate=3e-3))).fit(sealed, 168)
    profile = SeasonalForecaster(DirectFeatures()).fit(sealed, 168)
    seen = panel.sealed()
    ahead = np.stack([panel.demand[:, o : o + 168] for o in origins])
    error, usual = (np.nanmean(np.abs(m.medians(seen, origins, 168) - ahead)) for m in (trained, profile))
    assert error < usual
    marks = trained.quantiles(seen, origins, 168)
    assert marks.shape == (*ahead.shape, len(LEVELS))
    assert (np.diff(marks, axis=-1) >= 0).all()
    there = np.isfinite(ahead)
    inside = (ahead >= marks[..., LEVELS.index(0.1)]) & (ahead <= marks[..., LEVELS.index(0.9)])
    assert 0.65 < inside[there].mean() < 0.93


def test_more_than_it_was_trained_for_is_refused() -> None:
    panel = tiny_city().sealed()
    with pytest.raises(InputError, match="trained for 72 slots"):
        TestTide().fitted().medians(panel, [panel.origin], 73)


def test_lighter_takes_fewer_windows() -> None:
    assert make().lighter(0.5).settings == replace(SMALL, windows=50)


def test_damaged_parts_are_refused() -> None:
    parts = TestTide().fitted().to_parts()
    with pytest.raises(ArtifactError):
        restored(replace(parts, facts={**parts.facts, "settings": {}}))
    with pytest.raises(ArtifactError):
        restored(replace(parts, arrays={name: parts.arrays[name] for name in ("centre", "spread")}))
