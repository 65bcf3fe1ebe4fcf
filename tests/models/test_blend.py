"""A blend keeps the promises of its verb, and weighs its members honestly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.features.builder import DirectFeatures
from busyness.models._base import cells_ahead
from busyness.models.blend import BlendForecaster
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.contributions import contributions
from busyness.models.prepared import PreparedForecaster
from busyness.models.seasonal import SeasonalForecaster
from busyness.models.trees import TreeForecaster, TreeSettings
from busyness.tables.panel import Panel, SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import MedianForecaster
from busyness.testing.conformance import ForecasterConformance, MedianForecasterConformance
from busyness.testing.suite import noisy_from
from busyness.testing.tiny_city import tiny_city

HORIZON = 48


def months(panel: SealedPanel) -> SealedPanel:
    """This will show the last month only."""
    begin = max(panel.origin - 28 * panel.slots.length.per_day, 0)
    return panel.filled(np.where(np.arange(panel.origin) < begin, np.nan, panel.demand).astype(np.float32))


def prepared() -> PreparedForecaster:
    return PreparedForecaster(SeasonalForecaster(DirectFeatures()), months, {"days": 28})


def blend() -> BlendForecaster:
    return BlendForecaster([TreeForecaster(DirectFeatures(), TreeSettings(trees=12)), prepared()])


def restored_member(parts: Parts) -> MedianForecaster:
    """This will do what the wiring does, without it."""
    facts = dict(parts.facts)
    if parts.kind == "blend":
        inner = [dict(member) for member in facts["members"]]
        members = [parts.inner(f"m{k}", fact.pop("kind"), fact) for k, fact in enumerate(inner)]
        return BlendForecaster.from_parts(parts, [restored_member(member) for member in members])
    if parts.kind == "prepared":
        inner = dict(facts["member"])
        return PreparedForecaster(restored_member(parts.inner("member", inner.pop("kind"), inner)), months, facts["told"])
    features = DirectFeatures.from_facts(facts["features"])
    if parts.kind == "seasonal":
        return SeasonalForecaster(features)
    return TreeForecaster(features, TreeSettings(), kind=parts.kind).restored(parts)


def restored(parts: Parts) -> CalibratedForecaster:
    facts = dict(parts.facts["member"])
    return CalibratedForecaster.from_parts(parts, restored_member(parts.inner("member", facts.pop("kind"), facts)))


class TestBlend(MedianForecasterConformance):
    def make(self) -> MedianForecaster:
        return blend()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored_member


class TestPrepared(MedianForecasterConformance):
    def make(self) -> MedianForecaster:
        return prepared()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored_member


class TestCalibratedBlend(ForecasterConformance):
    def make(self) -> CalibratedForecaster:
        return CalibratedForecaster(blend())

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


@dataclass
class Biased:
    """A member that says what lies a week back, times a factor, and remembers where it was fitted."""

    factor: float
    fitted_at: list[int] = field(default_factory=list)
    kind: str = "biased"

    def fit(self, panel: SealedPanel, horizon: int) -> Biased:
        self.fitted_at.append(panel.origin)
        return self

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> np.ndarray:
        at = np.asarray(origins)[:, None] + np.arange(horizon) - panel.slots.length.per_week
        return np.nan_to_num(panel.demand[:, at].transpose(1, 0, 2)) * np.float32(self.factor)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> np.ndarray:
        return np.full((len(origins), len(panel.places)), 100, np.float32)

    def importance(self) -> dict[str, float]:
        return {"hour": 1.0}

    def to_parts(self) -> Parts:
        return Parts(self.kind, {"factor": self.factor}, {"t": "text"}, {"a": np.full(2, self.factor, np.float32)})


@pytest.fixture(scope="module")
def city() -> Panel:
    return tiny_city(4, 20)


def test_the_better_member_gets_more_and_the_record_says_who_would_have_been_best(city: Panel) -> None:
    done = BlendForecaster([Biased(1), Biased(2)]).fit(city.sealed(), HORIZON)
    assert done.weights is not None
    good, bad = done.weights.overall
    assert good > 0.53 > 0.47 > bad  # twenty weeks of four places are little evidence
    mae = done.record["mae"]
    assert set(mae) == {"blend", "plain mean", "biased 1", "biased 2"}
    assert done.record["best single"] == "biased 1"
    assert mae["biased 1"] < mae["plain mean"] < mae["biased 2"]
    assert mae["blend"] < mae["plain mean"]
    assert done.record["origins"] > 4


def test_members_are_fitted_twice_alone_and_no_more_when_calibrated(city: Panel) -> None:
    alone, calibrated = Biased(1), Biased(1)
    BlendForecaster([alone, Biased(2)]).fit(city.sealed(), HORIZON)
    CalibratedForecaster(BlendForecaster([calibrated, Biased(2)])).fit(city.sealed(), HORIZON)
    assert len(alone.fitted_at) == 2
    assert calibrated.fitted_at == alone.fitted_at
    assert alone.fitted_at[-1] == city.history > alone.fitted_at[0]


def test_a_fitted_blend_weighs_anew_when_it_is_fitted_again(city: Panel) -> None:
    member = Biased(1)
    done = BlendForecaster([member, Biased(2)]).fit(city.until(15 * 168), HORIZON)
    again = done.fit(city.sealed(), HORIZON)
    assert len(member.fitted_at) == 4
    assert again.record["mae"] != done.record["mae"]


def test_going_on_learning_keeps_the_weights(city: Panel) -> None:
    member = Biased(1)
    early, late = city.until(15 * 168), city.sealed()
    done = BlendForecaster([member, TreeForecaster(DirectFeatures(), TreeSettings(trees=12))]).fit(early, HORIZON)
    longer = done.continued(late)
    assert longer.weights is done.weights
    assert member.fitted_at[-1] == late.origin
    assert longer.horizon == HORIZON
    assert longer.medians(late, [late.origin], HORIZON).any()
    assert BlendForecaster([Biased(1), Biased(2)]).continued(late).weights is not None


def test_nothing_from_the_origin_on_is_weighed(city: Panel) -> None:
    origin = 15 * 168
    real, noisy = (
        BlendForecaster([Biased(1), Biased(1.3)]).fit(panel.until(origin), HORIZON)
        for panel in (city, noisy_from(city, origin))
    )
    assert real.record == noisy.record
    assert real.weights is not None
    assert noisy.weights is not None
    assert (real.weights.table == noisy.weights.table).all()


def test_a_short_history_means_equal_weights() -> None:
    done = BlendForecaster([Biased(1), Biased(3)]).fit(tiny_city(2, 3 / 7).sealed(), HORIZON)
    assert done.weights is not None
    assert done.weights.overall == pytest.approx((0.5, 0.5))
    assert done.record["origins"] == 0


def test_medians_are_the_weighted_mean_and_members_in_any_order_say_the_same(city: Panel) -> None:
    sealed = city.sealed()
    one = BlendForecaster([Biased(1), Biased(1.5), Biased(2)]).fit(sealed, HORIZON)
    other = BlendForecaster([Biased(2), Biased(1), Biased(1.5)]).fit(sealed, HORIZON)
    said = one.medians(sealed, [sealed.origin], HORIZON)
    np.testing.assert_allclose(said, other.medians(sealed, [sealed.origin], HORIZON), rtol=1e-4)
    plain = Biased(1).medians(sealed, [sealed.origin], HORIZON)
    assert ((said >= plain * 0.999) & (said <= plain * 2.001)).all()


def test_a_blend_is_explained_by_its_members_and_the_shares_add_up(city: Panel) -> None:
    sealed = city.sealed()
    trees = TreeForecaster(DirectFeatures(), TreeSettings(trees=12))
    done = BlendForecaster([trees, SeasonalForecaster(DirectFeatures())]).fit(sealed, HORIZON)
    cells = cells_ahead(sealed, [sealed.origin], HORIZON)
    examples = done.members[0].builder.examples(sealed, cells)
    said = done.medians(sealed, [sealed.origin], HORIZON).reshape(-1)
    found = contributions(done, examples, places=sealed.ids)
    opened = sealed.open[cells.place, cells.slot]
    np.testing.assert_allclose(np.maximum(found.total, 0)[opened], said[opened], rtol=1e-3, atol=1e-2)
    assert np.abs(found.features).sum() > 0


def rare_city() -> Panel:
    city = tiny_city(4, 20)
    return replace(city, demand=np.floor(city.demand / 20))


def test_of_rare_counts_the_mean_of_members_is_said_as_a_whole_number(city: Panel) -> None:
    sealed = rare_city().sealed()
    members = [TreeForecaster(DirectFeatures(), TreeSettings(trees=12)), SeasonalForecaster(DirectFeatures())]
    done = BlendForecaster(members).fit(sealed, HORIZON)
    assert done.rare
    assert not BlendForecaster(members).fit(city.sealed(), HORIZON).rare
    said = done.medians(sealed, [sealed.origin], HORIZON)
    mixed = replace_rare(done).medians(sealed, [sealed.origin], HORIZON)
    assert np.abs(said - mixed).max() <= 0.25 + 1e-4
    assert (said == np.round(said)).mean() > 0.3 + (mixed == np.round(mixed)).mean()
    assert np.array_equal(restored_member(done.to_parts()).medians(sealed, [sealed.origin], HORIZON), said)
    cells = cells_ahead(sealed, [sealed.origin], HORIZON)
    examples = done.members[0].builder.examples(sealed, cells)
    opened = sealed.open[cells.place, cells.slot]
    shares = contributions(done, examples, places=sealed.ids)
    np.testing.assert_allclose(np.maximum(shares.total, 0)[opened], said.reshape(-1)[opened], atol=1e-2)


def replace_rare(blend: BlendForecaster) -> BlendForecaster:
    """The same blend that does not step."""
    other = BlendForecaster(blend.members)
    other.weights = blend.weights
    return other


def test_importance_adds_up_to_one() -> None:
    assert BlendForecaster([Biased(1), Biased(2)]).importance() == {"hour": 1.0}


def test_lighter_members_are_taken_where_there_are_some() -> None:
    trees = TreeForecaster(DirectFeatures(), TreeSettings(trees=12))
    light = BlendForecaster([trees, prepared()]).lighter(0.5)
    assert light.members[0].settings.sampling.rows == trees.settings.sampling.rows // 2
    assert light.members[1].told == {"days": 28}


def test_members_with_a_history_of_their_own_see_only_it(city: Panel) -> None:
    sealed = city.sealed()
    demand = city.demand.copy()
    demand[:, : 12 * 168] *= 3
    changed = replace(city, demand=demand).sealed()
    for panel in (sealed, changed):
        own = prepared().fit(panel, HORIZON).medians(panel, [panel.origin], HORIZON)
        if panel is sealed:
            first = own
    np.testing.assert_array_equal(first, own)
    assert prepared().name == "seasonal days=28"


def test_too_many_members_or_none_are_refused() -> None:
    for count in (0, 9):
        with pytest.raises(InputError, match="one to 8 members"):
            BlendForecaster([Biased(1)] * count)


def test_damaged_parts_are_refused(city: Panel) -> None:
    done = BlendForecaster([Biased(1), Biased(2)]).fit(city.sealed(), HORIZON)
    parts = done.to_parts()
    assert BlendForecaster.from_parts(parts, done.members).record == done.record
    with pytest.raises(ArtifactError):
        BlendForecaster.from_parts(parts, done.members[:1])
    with pytest.raises(ArtifactError):
        BlendForecaster.from_parts(Parts("blend", {}), done.members)
