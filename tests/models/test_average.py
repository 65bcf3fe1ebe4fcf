from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from busyness.models.average import AverageForecaster
from busyness.tables.panel import Panel, SealedPanel
from busyness.tables.parts import Parts
from busyness.testing.suite import noisy_from
from busyness.testing.tiny_city import tiny_city

HORIZON = 48


@dataclass
class Biased:
    """A member that says what lies a week back, times a factor, and remembers where it was fitted."""

    factor: float
    fitted_at: list[int] = field(default_factory=list)
    kind: str = "biased"
    gains: dict[str, float] = field(default_factory=dict)

    def fit(self, panel: SealedPanel, horizon: int) -> Biased:
        self.fitted_at.append(panel.origin)
        return self

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> np.ndarray:
        week = panel.slots.length.per_week
        at = np.asarray(origins)[:, None] + np.arange(horizon) - week
        return np.nan_to_num(panel.demand[:, at].transpose(1, 0, 2)) * np.float32(self.factor)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> np.ndarray:
        return np.full((len(origins), len(panel.places)), self.factor, np.float32)

    def importance(self) -> dict[str, float]:
        return self.gains

    def to_parts(self) -> Parts:
        return Parts(self.kind, {"factor": self.factor}, {"t": "text"}, {"a": np.full(2, self.factor, np.float32)})


class Light(Biased):
    """A member that offers a lighter version of itself for measuring."""

    def lighter(self, share: float) -> Biased:
        return Biased(self.factor * (1 + share))


@pytest.fixture(scope="module")
def city() -> Panel:
    return tiny_city(2, 20)


def weights(city: Panel, *members: Biased) -> tuple[float, ...]:
    return AverageForecaster(members).fit(city.sealed(), HORIZON).weights


@pytest.mark.parametrize("factors", [(1, 3), (1, 0.5, 2), (4, 3, 2, 1), (1,)])
def test_weights_add_up_to_one_and_better_members_get_more(city: Panel, factors: tuple[float, ...]) -> None:
    found = weights(city, *map(Biased, factors))
    assert sum(found) == pytest.approx(1)
    assert max(found) == found[factors.index(1)]
    assert min(found) >= 0.5 / len(factors)  # shrunk half-way to equal


def test_equal_members_get_equal_weights(city: Panel) -> None:
    assert weights(city, Biased(1), Biased(1)) == pytest.approx((0.5, 0.5))


def test_one_bad_member_does_not_spoil_the_average(city: Panel) -> None:
    good, bad = weights(city, Biased(1), Biased(50))
    assert (good, bad) == pytest.approx((0.75, 0.25), abs=0.01)


def test_members_are_weighed_on_weeks_they_had_not_seen_and_then_fitted_on_everything(city: Panel) -> None:
    member = Biased(1)
    AverageForecaster([member, Biased(2)]).fit(city.sealed(), HORIZON)
    assert member.fitted_at == [city.history - 28 * 24, city.history]


def test_a_lighter_member_is_measured_in_place_of_a_heavy_one(city: Panel) -> None:
    heavy = Light(1 / 1.4)
    good, _ = weights(city, heavy, Biased(1 / 1.4))
    assert good > 0.5
    assert heavy.fitted_at == [city.history]


def test_a_short_history_keeps_the_weights_given() -> None:
    short = tiny_city(2, 3 / 7).sealed()
    assert AverageForecaster([Biased(1), Biased(3)], [0.9, 0.1]).fit(short, HORIZON).weights == (0.9, 0.1)
    assert AverageForecaster([Biased(1), Biased(3)]).fit(short, HORIZON).weights == (0.5, 0.5)


def test_nothing_from_the_origin_on_is_weighed(city: Panel) -> None:
    origin = 15 * 168
    real, noisy = (
        AverageForecaster([Biased(1), Biased(1.3)]).fit(panel.until(origin), HORIZON).weights
        for panel in (city, noisy_from(city, origin))
    )
    assert real == noisy


def test_medians_are_the_weighted_mean(city: Panel) -> None:
    origins = [15 * 168, 16 * 168]
    one = Biased(1).medians(city.sealed(), origins, HORIZON)
    both = AverageForecaster([Biased(1), Biased(3)], [0.75, 0.25]).medians(city.sealed(), origins, HORIZON)
    assert both.shape == (2, 2, HORIZON)
    np.testing.assert_allclose(both, one * 1.5, rtol=1e-6)


def test_levels_are_the_first_member_s(city: Panel) -> None:
    assert (AverageForecaster([Biased(7), Biased(3)]).levels(city.sealed(), [168]) == 7).all()


def test_importance_is_shared_by_weight_and_adds_up_to_one() -> None:
    trees = Biased(1, gains={"hour": 0.25, "lag": 0.75})
    others = Biased(1, gains={"hour": 1.0})
    found = AverageForecaster([trees, others, Biased(1)], [0.4, 0.4, 0.2]).importance()
    assert found == pytest.approx({"hour": 0.625, "lag": 0.375})
    assert list(found) == ["hour", "lag"]  # the largest first
    assert AverageForecaster([Biased(1)]).importance() == {}


def test_parts_hold_every_member_under_its_number() -> None:
    parts = AverageForecaster([Biased(1), Biased(3)], [0.75, 0.25]).to_parts()
    assert parts.kind == "average"
    assert parts.facts == {"weights": [0.75, 0.25], "members": [{"kind": "biased", "factor": f} for f in (1, 3)]}
    assert sorted(parts.texts) == ["m0.t", "m1.t"]
    inner = parts.inner("m1", "biased", {"factor": 3})
    assert (inner.texts, inner.arrays["a"].tolist()) == ({"t": "text"}, [3, 3])
