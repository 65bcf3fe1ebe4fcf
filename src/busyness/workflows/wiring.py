"""The only file that picks implementations: names in settings and artifacts → classes.

A new model is one file in ``models`` and one line in ``MEMBERS``. Other packages add theirs through the entry point
group ``busyness.forecasters``: a callable with the signature of ``Make``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from busyness.domain.errors import ArtifactError, SettingsError, did_you_mean
from busyness.domain.measures import Measure
from busyness.domain.place import Place
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.sources.chunks.chunk import Chunks
from busyness.tables.parts import Parts
from busyness.tables.verbs import EventSource, FeatureBuilder, Forecaster, Locator, MedianForecaster
from busyness.workflows.register import where_areas
from busyness.workflows.settings import ModelSettings, RunSettings

if TYPE_CHECKING:
    from busyness.models.neural.network import Weights
    from busyness.models.regression import Regressor

Make = Callable[["ModelSettings", int, Stopwatch], MedianForecaster]
"""(settings, threads, stopwatch) → a member that has not been fitted."""


def event_source(settings: RunSettings, raw: Chunks, *, measure: Measure, salt: str, now: datetime) -> EventSource:
    """This will return the reader of what the settings say a row of the file is."""
    from busyness.sources.events._base import EventLayout

    events, counts = settings.events, settings.counts
    layout = EventLayout(events.columns, counts.timezone or "UTC", counts.day_first, measure.kinds, now)
    if events.rows == "trips":
        from busyness.sources.events.trips import Trips

        return Trips(raw, layout)
    if events.rows == "pings":
        from busyness.sources.events.pings import Pings

        return Pings(raw, layout, salt=salt)
    if events.rows == "sensors":
        from busyness.sources.events.sensor_register import read_register
        from busyness.sources.events.sensors import SensorReadings

        if events.register_file is None:
            raise SettingsError(
                "Sensors need a register that says which store each one counts for.", hint="Give it with --register FILE."
            )
        register = read_register(events.register_file, timezone=layout.timezone)
        return SensorReadings(raw, layout, register=register)
    if events.rows == "sales":
        from busyness.sources.events.sales import Sales

        return Sales(raw, layout)
    if events.rows == "app":
        from busyness.sources.events.app import AppEvents

        return AppEvents(raw, layout, salt=salt, consent=events.consent)
    from busyness.sources.events.points import Points

    return Points(raw, layout, salt=salt)


def locator(settings: RunSettings, register: Sequence[Place]) -> Locator:
    """This will return what finds the place of an event: areas, hexagons, the nearest store, or its own word for it."""
    space, timezone = settings.space, settings.counts.timezone or "UTC"
    ways = {"--areas": space.areas, "--hexagons": space.hexagons, "--within": space.within}
    chosen = [way for way, value in ways.items() if value is not None]
    if len(chosen) > 1:
        raise SettingsError(f"{' and '.join(chosen)} say in two ways what a place is.", hint="Use one of them.")
    if space.parents is not None and space.hexagons is None:
        raise SettingsError("--parents are those of hexagons.", hint="Give the hexagons' own resolution with --hexagons.")
    if space.areas is not None:
        from busyness.sources.areas import read_areas

        areas = read_areas(space.areas, id=space.area_id, name=space.area_name, timezone=timezone)
        return where_areas(areas, space.where)
    if space.hexagons is not None:
        from busyness.geo.hexagons import Hexagons

        return Hexagons(space.hexagons, timezone=timezone, parent=space.parents)
    if space.within is not None:
        from busyness.geo.nearest import Stores

        if not register:
            raise SettingsError("--within needs the positions of the places.", hint="Give them with --places.")
        return Stores(register, within=space.within)
    from busyness.geo.named import Named

    return Named(register, timezone=timezone)


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


def _with_objective(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.boosted import boosted_settings
    from busyness.models.tree_objectives import with_objective
    from busyness.models.trees import TreeForecaster

    chosen = boosted_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TreeForecaster(builder(threads), with_objective(chosen, settings.model), kind=settings.model, watch=watch)


def _recursive(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.boosted import boosted_settings
    from busyness.models.recursive import RecursiveForecaster

    chosen = boosted_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return RecursiveForecaster(builder(threads), chosen, watch=watch)


def _regression(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.regression import RegressionForecaster
    from busyness.models.sampling import Sampling

    few, all_of_them = Sampling(rows=80_000, per_place=200, most=400_000), Sampling(most=600_000)
    rows = replace(few if settings.fast else all_of_them, seed=settings.seed)
    kind = DOTTED if "." in settings.model else settings.model
    regressor = REGRESSORS[kind](settings, threads)
    return RegressionForecaster(builder(threads), regressor, kind=kind, sampling=rows, watch=watch)


def _histogram(settings: ModelSettings, threads: int) -> Regressor:
    from busyness.models.histogram_boosting import HistogramBoosting

    return HistogramBoosting(max_iter=50 if settings.fast else 120, seed=settings.seed, threads=threads)


def _random_forest(settings: ModelSettings, threads: int) -> Regressor:
    from busyness.models.random_forest import RandomForest

    return RandomForest(n_estimators=12 if settings.fast else 30, seed=settings.seed, threads=threads)


def _xgboost(settings: ModelSettings, threads: int) -> Regressor:
    from busyness.models.xgboost_trees import XGBoostTrees

    return XGBoostTrees(rounds=60 if settings.fast else 150, seed=settings.seed, threads=threads)


def _ridge(settings: ModelSettings, threads: int) -> Regressor:
    from busyness.models.level_shape import LevelShapeRidge

    del settings
    return LevelShapeRidge(threads=threads)


def _dotted(settings: ModelSettings, threads: int) -> Regressor:
    from busyness.models.any_regressor import AnyRegressor, checked_class

    module, _, name = settings.model.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as fault:
        raise SettingsError(
            f"There is no {settings.model}: {fault}.", hint="Write package.module.Class, and install the package."
        ) from fault
    kind = checked_class(found, settings.model)
    regressor = AnyRegressor(kind, settings.model, settings.arguments, settings.seed, threads)
    regressor.made()  # what is wrong with the arguments is said before anything is read
    return regressor


def _embedding(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.neural.embedding import EmbeddingForecaster, network_settings

    def by_torch(*task: Any) -> Weights:  # imported when there is something to train: answers need no PyTorch
        from busyness.models.neural.torch_embedding import torch_trained

        return torch_trained(*task)

    def by_keras(*task: Any) -> Weights:
        from busyness.models.neural.keras_embedding import keras_trained

        return keras_trained(*task)

    chosen = network_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    trainer = by_keras if settings.model == "keras" else by_torch
    return EmbeddingForecaster(builder(threads), chosen, trainer=trainer, kind=settings.model, watch=watch)


def _tide(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.neural.tide import TideForecaster, tide_settings

    chosen = tide_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TideForecaster(builder(threads), chosen, watch=watch)


def _prophet(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.prophet import ProphetForecaster, ProphetSettings

    days = 365 if settings.fast else 730
    return ProphetForecaster(builder(threads), ProphetSettings(days, seed=settings.seed, threads=threads), watch=watch)


def _chronos(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.chronos import ChronosForecaster, chronos_settings

    chosen = chronos_settings(settings.arguments, seed=settings.seed, threads=threads)
    return ChronosForecaster(builder(threads), chosen, watch=watch)


DOTTED = "regressor"
"""The kind of every regressor that was named by its dotted path; the artifact holds the path beside."""

REGRESSORS: Mapping[str, Callable[[ModelSettings, int], Regressor]] = {
    "histogram": _histogram,
    "random_forest": _random_forest,
    "xgboost": _xgboost,
    "ridge": _ridge,
    DOTTED: _dotted,
}
"""What learns from examples, by the kind of the member around it."""

MEMBERS: Mapping[str, Make] = {
    "boosted": _boosted,
    "forest": _forest,
    "seasonal": _seasonal,
    "average": _average,
    "l1": _with_objective,
    "quantile": _with_objective,
    "poisson": _with_objective,
    "tweedie": _with_objective,
    "recursive": _recursive,
    "histogram": _regression,
    "random_forest": _regression,
    "xgboost": _regression,
    "ridge": _regression,
    "embedding": _embedding,
    "keras": _embedding,
    "tide": _tide,
    "prophet": _prophet,
    "chronos": _chronos,
}
"""The models by name. Any regressor with scikit-learn's interface is one too, by its dotted path."""


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

    return DirectFeatures.from_facts(parts.facts["features"], threads=threads)


def _restored_average(parts: Parts, threads: int) -> MedianForecaster:
    from busyness.models.average import AverageForecaster

    inner = [dict(member) for member in parts.facts["members"]]
    members = [parts.inner(f"m{k}", str(fact.pop("kind")), fact) for k, fact in enumerate(inner)]
    return AverageForecaster([restored_member(member, threads) for member in members], parts.facts["weights"])


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
    "seasonal": _restored_seasonal,
    "recursive": _restored_recursive,
    **dict.fromkeys(("boosted", "forest", "l1", "quantile", "poisson", "tweedie"), _restored_trees),
    **dict.fromkeys(REGRESSORS, _restored_regression),
    **dict.fromkeys(("embedding", "keras", "tide", "prophet", "chronos"), _restored_as_made),
}
"""What brings members back from their parts, by kind."""


def _member(name: str) -> Make:
    if name in MEMBERS:
        return MEMBERS[name]
    others = {found.name: found for found in entry_points(group="busyness.forecasters")}
    if name in others:
        make: Make = others[name].load()
        return make
    if "." in name:
        return _regression
    known = [*MEMBERS, *others]
    raise SettingsError(f"There is no model '{name}'; known are {', '.join(known)}.", hint=did_you_mean(name, known))
