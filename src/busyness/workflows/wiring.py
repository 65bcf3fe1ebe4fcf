"""The only file that picks implementations: names in settings and artifacts → classes.

A new model is one file in ``models`` and one line in ``MEMBERS``. Other packages add theirs through the entry point
group ``busyness.forecasters``: a callable with the signature of ``Make``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from busyness.domain.errors import ArtifactError, SettingsError, did_you_mean
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder, Forecaster, MedianForecaster
from busyness.workflows.settings import ModelSettings

Make = Callable[["ModelSettings", int, Stopwatch], MedianForecaster]
"""(settings, threads, stopwatch) → a member that has not been fitted."""


def builder(threads: int) -> FeatureBuilder:
    """This will return the feature builder of all models."""
    from busyness.features.builder import DirectFeatures

    return DirectFeatures(threads=threads)


def _boosted(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.boosted import boosted_settings
    from busyness.models.trees import TreeForecaster

    chosen = boosted_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TreeForecaster(builder(threads), chosen, kind="boosted", watch=watch)


def _forest(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.forest import forest_settings
    from busyness.models.trees import TreeForecaster

    chosen = forest_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TreeForecaster(builder(threads), chosen, kind="forest", watch=watch)


def _seasonal(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.seasonal import SeasonalForecaster

    del settings, watch
    return SeasonalForecaster(builder(threads))


def _average(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.average import AverageForecaster

    return AverageForecaster([make(settings, threads, watch) for make in (_boosted, _forest, _seasonal)])


MEMBERS: Mapping[str, Make] = {"boosted": _boosted, "forest": _forest, "seasonal": _seasonal, "average": _average}


def forecaster(settings: ModelSettings, *, watch: Stopwatch, version: str = "") -> Forecaster:
    """This will return the forecaster that the settings name, calibrated, not fitted yet."""
    from busyness.models.calibrated import CalibratedForecaster

    threads = free_threads(settings.threads)
    member = _member(settings.model)(settings, threads, watch)
    return CalibratedForecaster(member, levels=settings.levels, watch=watch, version=version)


def restored(parts: Parts, *, threads: int | None = None, watch: Stopwatch | None = None, version: str = "") -> Forecaster:
    """This will return the fitted forecaster that an artifact's parts hold."""
    from busyness.models.calibrated import CalibratedForecaster

    facts = dict(parts.facts.get("member") or {})
    member = restored_member(parts.inner("member", str(facts.pop("kind", "")), facts), free_threads(threads))
    return CalibratedForecaster.from_parts(parts, member, version=version, watch=watch)


def restored_member(parts: Parts, threads: int) -> MedianForecaster:
    """This will return the fitted member of that kind."""
    from busyness.features.builder import DirectFeatures
    from busyness.models.average import AverageForecaster
    from busyness.models.seasonal import SeasonalForecaster
    from busyness.models.trees import TreeForecaster, TreeSettings

    facts: Mapping[str, Any] = parts.facts
    if parts.kind == "average":
        inner = [dict(member) for member in facts["members"]]
        members = [parts.inner(f"m{k}", str(fact.pop("kind")), fact) for k, fact in enumerate(inner)]
        return AverageForecaster([restored_member(member, threads) for member in members], facts["weights"])
    if parts.kind == "seasonal":
        return SeasonalForecaster(DirectFeatures.from_facts(facts["features"], threads=threads))
    if parts.kind in {"boosted", "forest"}:
        features = DirectFeatures.from_facts(facts["features"], threads=threads)
        return TreeForecaster(features, TreeSettings(threads=threads), kind=parts.kind).restored(parts)
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


def _member(name: str) -> Make:
    if name in MEMBERS:
        return MEMBERS[name]
    others = {found.name: found for found in entry_points(group="busyness.forecasters")}
    if name in others:
        make: Make = others[name].load()
        return make
    known = [*MEMBERS, *others]
    raise SettingsError(f"There is no model '{name}'; known are {', '.join(known)}.", hint=did_you_mean(name, known))
