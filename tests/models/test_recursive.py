from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.features.builder import DirectFeatures
from busyness.models.recursive import RecursiveForecaster, fed, lagged
from busyness.models.seasonal import SeasonalForecaster
from busyness.models.trees import TreeSettings
from busyness.tables.examples import Cells
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.wiring.restored import restored_member


def restored(parts: Parts) -> Any:
    return restored_member(parts, 1)


class TestRecursive(MedianForecasterConformance):
    def make(self) -> RecursiveForecaster:
        return RecursiveForecaster(DirectFeatures(), TreeSettings(trees=10))

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def test_lags_are_those_of_the_slot() -> None:
    panel = tiny_city(opening=False).sealed()
    slot = np.array([3, 400, 800], np.int32)
    cells = Cells(np.array([0, 1, 2], np.int32), slot, np.zeros(3, np.int32))
    lags, (back, day) = lagged(panel, cells), fed(panel)
    assert back == (1, 2, 3, 24, 48, 168)
    for row, (place, at) in enumerate(zip(cells.place, slot, strict=True)):
        wanted = [panel.demand[place, at - k] if at >= k else np.nan for k in back]
        assert np.array_equal(lags[row, :-1], np.array(wanted, np.float32), equal_nan=True)
        assert lags[row, -1] == pytest.approx(np.nanmean(panel.demand[place, max(at - day, 0) : at]), rel=1e-5)


class _Echo:
    """Says the last lag but one (a week back), as a booster would."""

    def predict(self, table: NDArray[np.float32], **settings: Any) -> NDArray[np.float64]:
        return np.nan_to_num(table[:, -2].astype(np.float64), nan=1.0)


def said(origins: Sequence[int]) -> tuple[NDArray[np.float32], Any]:
    panel = tiny_city(opening=False, future=400).sealed()
    member = RecursiveForecaster(DirectFeatures().prepared(panel), TreeSettings())
    member.booster = _Echo()
    return member.medians(panel, origins, 336), panel


def test_answers_are_fed_forward() -> None:
    answer, panel = said([tiny_city().history])
    week = panel.demand[:, -168:]
    seen = np.isfinite(week)
    assert np.allclose(answer[0, :, :168][seen], week[seen], rtol=1e-5)
    assert np.allclose(answer[0, :, :168], answer[0, :, 168:], rtol=1e-5), (
        "the second week repeats what was said of the first"
    )


def test_damaged_trees_are_refused() -> None:
    parts = TestRecursive().fitted().to_parts()
    with pytest.raises(ArtifactError):
        restored_member(replace(parts, facts={"features": parts.facts["features"]}), 1)


def test_of_rare_counts_means_are_fed_and_their_median_is_said() -> None:
    city = tiny_city(places=8, weeks=40, opening=False)
    rare = replace(city, demand=np.floor(city.demand / 25))
    fitted = RecursiveForecaster(DirectFeatures(), TreeSettings(trees=40)).fit(rare.until(rare.history - 168), 168)
    assert fitted.spread is not None
    assert RecursiveForecaster(DirectFeatures(), TreeSettings(trees=10)).fit(city.sealed(), 168).spread is None
    sealed = rare.sealed()
    origin = rare.history - 168
    said = fitted.medians(sealed, [origin], 168)[0]
    came = rare.demand[:, origin : origin + 168]
    usual = SeasonalForecaster(fitted.builder).medians(sealed, [origin], 168)[0]
    assert (said == np.round(said)).mean() > 0.5
    assert np.nanmean(np.abs(said - came)) < np.nanmean(np.abs(usual - came))
    assert np.array_equal(restored(fitted.to_parts()).medians(sealed, [origin], 168)[0], said)


def test_the_lags_are_used() -> None:
    assert any(name.startswith("fed_") for name in list(TestRecursive().fitted().importance())[:20])
