"""What an artifact holds → fitted models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from busyness.domain.errors import ArtifactError
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder, Forecaster, MedianForecaster
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import DOTTED, MEMBERS, REGRESSORS


def restored(parts: Parts, *, threads: int | None = None, watch: Stopwatch | None = None, version: str = "") -> Forecaster:
    """This will return the fitted forecaster that an artifact's parts hold."""
    from busyness.models.calibrated import CalibratedForecaster
    from busyness.models.online import KIND, UpdatingForecaster

    if parts.kind == KIND:
        inner = restored(parts.inner("frozen", "calibrated", parts.facts["frozen"]), threads=threads, watch=watch)
        assert isinstance(inner, CalibratedForecaster)
        inner.version = version
        return UpdatingForecaster.from_parts(parts, inner)
    facts = dict(parts.facts.get("member") or {})
    member = restored_member(parts.inner("member", str(facts.pop("kind", "")), facts), free_threads(threads))
    return CalibratedForecaster.from_parts(parts, member, version=version, watch=watch)


def restored_member(parts: Parts, threads: int) -> MedianForecaster:
    """This will return the fitted member of that kind."""
    if parts.kind in RESTORERS:
        return RESTORERS[parts.kind](parts, threads)
    for found in entry_points(group="busyness.forecasters"):
        if found.name == parts.kind:
            restore = getattr(found.load(), "restored", None)
            if restore is not None:
                member: MedianForecaster = restore(parts, threads)
                return member
    raise ArtifactError(
        f"The artifact holds a model of the kind '{parts.kind}', which is not known here.",
        file="manifest.json",
        hint="Install the package that provides it, or train again.",
    )


def _features(parts: Parts, threads: int) -> FeatureBuilder:
    from busyness.features.builder import DirectFeatures
    from busyness.models.selected_columns import LEFT_OUT, SelectedColumns

    facts = {name: value for name, value in parts.facts["features"].items() if name != LEFT_OUT}
    built = DirectFeatures.from_facts(facts, threads=threads)
    left_out = parts.facts["features"].get(LEFT_OUT)
    return SelectedColumns(built, left_out) if left_out else built


def _restored_average(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.average import AverageForecaster

    inner = [dict(member) for member in parts.facts["members"]]
    members = [parts.inner(f"m{k}", str(fact.pop("kind")), fact) for k, fact in enumerate(inner)]
    return AverageForecaster([restored_member(member, threads) for member in members], parts.facts["weights"])


def _restored_blend(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.blend import BlendForecaster

    inner = [dict(member) for member in parts.facts["members"]]
    members = [parts.inner(f"m{k}", str(fact.pop("kind")), fact) for k, fact in enumerate(inner)]
    return BlendForecaster.from_parts(parts, [restored_member(member, threads) for member in members])


def _restored_prepared(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.prepared import PreparedForecaster
    from busyness.workflows.blend_members import OwnPreparation

    own, inner = OwnPreparation(**parts.facts["told"]), dict(parts.facts["member"])
    member = restored_member(parts.inner("member", str(inner.pop("kind")), inner), threads)
    return PreparedForecaster(member, own.prepare(), own.told())


def _restored_seasonal(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.seasonal import SeasonalForecaster

    return SeasonalForecaster(_features(parts, threads))


def _restored_trees(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.trees import TreeForecaster, TreeSettings

    return TreeForecaster(_features(parts, threads), TreeSettings(threads=threads), kind=parts.kind).restored(parts)


def _restored_recursive(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.recursive import RecursiveForecaster
    from busyness.models.trees import TreeSettings

    return RecursiveForecaster(_features(parts, threads), TreeSettings(threads=threads)).restored(parts)


def _restored_regression(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.regression import RegressionForecaster

    learned = parts.facts.get("regressor", {})
    name = str(learned.get("name", "sklearn.dummy.DummyRegressor"))  # nothing was learned: any will do
    settings = ModelSettings(model=name if parts.kind == DOTTED else parts.kind, arguments=learned.get("arguments", {}))
    regressor = REGRESSORS[parts.kind](settings, threads)
    return RegressionForecaster(_features(parts, threads), regressor, kind=parts.kind).restored(parts)


def _restored_as_made(parts: Parts, threads: int) -> MedianForecaster:
    untrained: Any = MEMBERS[parts.kind](ModelSettings(model=parts.kind), threads, Stopwatch())
    untrained.builder = _features(parts, threads)
    member: MedianForecaster = untrained.restored(parts)
    return member


RESTORERS: Mapping[str, Callable[[Parts, int], MedianForecaster]] = {
    "average": _restored_average,
    "blend": _restored_blend,
    "prepared": _restored_prepared,
    "seasonal": _restored_seasonal,
    "recursive": _restored_recursive,
    **dict.fromkeys(("boosted", "forest", "l1", "quantile", "poisson", "tweedie"), _restored_trees),
    **dict.fromkeys(REGRESSORS, _restored_regression),
    **dict.fromkeys(("embedding", "keras", "tide", "prophet", "chronos"), _restored_as_made),
}
"""What brings members back from their parts, by kind."""
