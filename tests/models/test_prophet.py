"""Prophet: every promise of a member, and what is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.features.builder import DirectFeatures
from busyness.models.prophet import ProphetForecaster, ProphetSettings
from busyness.models.seasonal import SeasonalForecaster
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city

pytest.importorskip("prophet")

QUICK = ProphetSettings(days=42)


def make(**more: Any) -> ProphetForecaster:
    return ProphetForecaster(DirectFeatures(), QUICK, **more)


def restored(parts: Parts) -> ProphetForecaster:
    return ProphetForecaster(DirectFeatures.from_facts(parts.facts["features"]), QUICK).restored(parts)


@pytest.mark.slow
class TestProphet(MedianForecasterConformance):
    city = {"places": 2, "weeks": 6}  # noqa: RUF012  # the suite's own type

    def make(self) -> ProphetForecaster:
        return make()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def test_it_learns_the_shape_of_the_day_and_promotions() -> None:
    panel = tiny_city(places=1, weeks=12)
    origin = panel.history - 168
    sealed = panel.until(origin)
    heard: list[tuple[int, int]] = []
    model = make(told=lambda done, total: heard.append((done, total))).fit(sealed, 168)
    said = model.medians(sealed, [origin], 168)[0, 0]
    ahead = panel.demand[0, origin : origin + 168]
    there = np.isfinite(ahead)
    assert heard == [(1, 1)]
    assert np.corrcoef(said[there], ahead[there])[0, 1] > 0.9
    assert np.abs(said - ahead)[there].mean() < 0.35 * ahead[there].mean()
    promoted = replace(panel, known={"promo": np.ones_like(panel.known["promo"])}).until(origin)
    plain = replace(panel, known={"promo": np.zeros_like(panel.known["promo"])}).until(origin)
    lift = model.medians(promoted, [origin], 168).sum() / model.medians(plain, [origin], 168).sum()
    assert 1.15 < lift < 1.8  # the city's is 1.4


def test_its_parts_hold_no_history() -> None:
    panel = tiny_city(places=1, weeks=6).sealed()
    model = make().fit(panel, 72)
    parts = model.to_parts()
    assert len(parts.texts["curve.0"]) < 40_000
    again = restored(parts)
    assert (again.medians(panel, [panel.origin], 72) == model.medians(panel, [panel.origin], 72)).all()
    with pytest.raises(ArtifactError):
        restored(replace(parts, texts={}))


def test_a_place_with_few_days_is_answered_by_the_profile() -> None:
    panel = tiny_city(places=1, weeks=1.5).sealed()
    said = make().fit(panel, 72).medians(panel, [panel.origin], 72)
    profile = SeasonalForecaster(DirectFeatures()).fit(panel, 72).medians(panel, [panel.origin], 72)
    assert (said == profile).all()


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyness.models.prophet.prophet", None)
    with pytest.raises(MissingExtraError, match=r"busyness\[prophet\]"):
        make()
