from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.features.builder import DirectFeatures
from busyness.models.regression import RegressionForecaster
from busyness.models.sampling import Sampling
from busyness.models.seasonal import SeasonalForecaster
from busyness.tables.examples import Examples
from busyness.tables.parts import Parts
from busyness.testing.tiny_city import tiny_city


@dataclass(frozen=True)
class Constant:
    """Says the weighted median of what it saw, and remembers it."""

    said: float = 0.0
    seen: Examples | None = None

    def fit(self, examples: Examples) -> Self:
        order = np.argsort(examples.y)
        heavy = np.cumsum(examples.weight[order])
        return replace(self, said=float(examples.y[order][np.searchsorted(heavy, heavy[-1] / 2)]), seen=examples)

    def predict(self, examples: Examples) -> NDArray[np.float32]:
        return np.full(len(examples.y), self.said, np.float32)

    def to_parts(self) -> Parts:
        return Parts("", {"said": self.said})

    def restored(self, parts: Parts) -> Self:
        return replace(self, said=float(parts.facts["said"]))


def member(**more: Sampling) -> RegressionForecaster:
    return RegressionForecaster(DirectFeatures(), Constant(), kind="constant", **more)


def test_it_learns_the_distance_from_the_profile() -> None:
    panel = tiny_city().sealed()
    fitted = member().fit(panel, 72)
    seen = fitted.regressor.seen
    assert seen is not None
    assert fitted.rows == len(seen.y) > 1000
    assert np.isfinite(seen.y).all()
    assert abs(float(np.mean(seen.y))) < 0.1, "the profile is nearly right"
    assert (seen.weight == seen.level).all()


def test_its_answer_is_the_profile_and_what_the_regressor_says() -> None:
    panel = tiny_city().sealed()
    fitted = member().fit(panel, 72)
    fitted.regressor = Constant(0.25)
    usual = SeasonalForecaster(fitted.builder).medians(panel, [panel.origin], 72)
    level = fitted.levels(panel, [panel.origin])[..., None]
    opened = panel.open[None, :, panel.origin : panel.origin + 72]
    assert np.allclose(fitted.medians(panel, [panel.origin], 72), np.where(opened, usual + 0.25 * level, 0), atol=1e-3)


def test_with_too_few_rows_it_is_the_profile() -> None:
    panel = tiny_city(weeks=1).sealed()
    fitted = member(sampling=Sampling(rows=10, per_place=1)).fit(panel, 24)
    assert fitted.rows == 0
    usual = SeasonalForecaster(fitted.builder).medians(panel, [panel.origin], 24)
    assert (fitted.medians(panel, [panel.origin], 24) == usual).all()
    assert fitted.importance() == {}
    again = member().restored(fitted.to_parts())
    assert again.rows == 0


def test_a_lighter_one_learns_from_fewer_rows() -> None:
    panel = tiny_city().sealed()
    whole = member(sampling=Sampling(rows=2000, per_place=1))
    assert whole.lighter(0.5).fit(panel, 72).rows < 0.7 * whole.fit(panel, 72).rows


def test_parts_that_lack_something_are_refused() -> None:
    parts = member().fit(tiny_city().sealed(), 72).to_parts()
    assert member().restored(parts).regressor.said == pytest.approx(parts.facts["regressor"]["said"])
    with pytest.raises(ArtifactError, match="cannot be read"):
        member().restored(replace(parts, facts={**parts.facts, "regressor": {}}))
