"""Every model keeps the promises of its verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from busyness.features.builder import DirectFeatures
from busyness.models.average import AverageForecaster
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.seasonal import SeasonalForecaster
from busyness.models.trees import TreeForecaster, TreeSettings
from busyness.tables.parts import Parts
from busyness.tables.verbs import MedianForecaster
from busyness.testing.conformance import ForecasterConformance, MedianForecasterConformance

FEW = TreeSettings(trees=20)
FEW_AT_RANDOM = TreeSettings(boosting="rf", trees=20, num_leaves=64, feature_fraction=0.4, bagging_fraction=0.6)


def seasonal() -> SeasonalForecaster:
    return SeasonalForecaster(DirectFeatures())


def boosted() -> TreeForecaster:
    return TreeForecaster(DirectFeatures(), FEW, kind="boosted")


def forest() -> TreeForecaster:
    return TreeForecaster(DirectFeatures(), FEW_AT_RANDOM, kind="forest")


def average() -> AverageForecaster:
    return AverageForecaster([boosted(), seasonal()])


def restored_member(parts: Parts) -> MedianForecaster:
    """This will do what the wiring does, without it."""
    facts = dict(parts.facts)
    if parts.kind == "average":
        inner = [dict(member) for member in facts["members"]]
        members = [parts.inner(f"m{k}", fact.pop("kind"), fact) for k, fact in enumerate(inner)]
        return AverageForecaster([restored_member(member) for member in members], facts["weights"])
    features = DirectFeatures.from_facts(facts["features"])
    if parts.kind == "seasonal":
        return SeasonalForecaster(features)
    return TreeForecaster(features, TreeSettings(), kind=parts.kind).restored(parts)


def restored(parts: Parts) -> CalibratedForecaster:
    facts = dict(parts.facts["member"])
    member = restored_member(parts.inner("member", facts.pop("kind"), facts))
    return CalibratedForecaster.from_parts(parts, member)


class Member(MedianForecasterConformance):
    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored_member


class Calibrated(ForecasterConformance):
    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


class TestSeasonal(Member):
    def make(self) -> MedianForecaster:
        return seasonal()


class TestBoosted(Member):
    def make(self) -> MedianForecaster:
        return boosted()


class TestForest(Member):
    def make(self) -> MedianForecaster:
        return forest()


class TestAverage(Member):
    def make(self) -> MedianForecaster:
        return average()


class TestCalibratedSeasonal(Calibrated):
    def make(self) -> CalibratedForecaster:
        return CalibratedForecaster(seasonal())


class TestCalibratedBoosted(Calibrated):
    def make(self) -> CalibratedForecaster:
        return CalibratedForecaster(boosted())


class TestCalibratedForest(Calibrated):
    def make(self) -> CalibratedForecaster:
        return CalibratedForecaster(forest())


def test_the_trees_that_are_tested_have_grown() -> None:
    for suite in (TestBoosted(), TestForest()):
        assert suite.fitted().boosters
        assert suite.fitted().rows > 1000
    assert TestCalibratedBoosted().fitted().member.boosters
    assert len(TestCalibratedBoosted().fitted().calibrator.errors) > 1
