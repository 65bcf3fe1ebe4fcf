"""Names in settings → models that have not been fitted yet.

A new model is one file in ``models`` and one line in ``MEMBERS``. Other packages add theirs through the entry point
group ``busyness.forecasters``: a callable with the signature of ``Make``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.tables.verbs import FeatureBuilder, Forecaster, MedianForecaster
from busyness.workflows.settings import ModelSettings

if TYPE_CHECKING:
    from busyness.models.neural.network import Weights
    from busyness.models.regression import Regressor
    from busyness.workflows.blend_members import NamedMember

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


def _blend(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.blend import BlendForecaster
    from busyness.workflows.blend_members import named_members

    return BlendForecaster(
        [_own(member, settings, threads, watch=watch) for member in named_members(settings.arguments, usual_members())]
    )


def _own(member: NamedMember, settings: ModelSettings, threads: int, *, watch: Stopwatch) -> MedianForecaster:
    """A member of a blend; one that sees a history of its own is wrapped."""
    from busyness.models.prepared import PreparedForecaster

    if member.model in {"blend", "auto"}:
        raise SettingsError(f"A blend cannot hold '{member.model}'.", hint="Name its members one by one.")
    own = settings.model_copy(update={"model": member.model, "arguments": member.arguments})
    made = maker(member.model)(own, threads, watch)
    told = member.preparation.told()
    return PreparedForecaster(made, member.preparation.prepare(), told) if told else made


def usual_members() -> tuple[str, ...]:
    """This will return who blends unless others are named: three kinds of trees, and a network; without PyTorch, a ridge."""
    return ("boosted", "tweedie", "recursive", "embedding" if find_spec("torch") else "ridge")


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
    "blend": _blend,
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
    member = maker(settings.model)(settings, threads, watch)
    if settings.select_features:
        member = _selecting(member, settings, watch)
    return CalibratedForecaster(member, levels=settings.levels, watch=watch, version=version)


def _selecting(member: MedianForecaster, settings: ModelSettings, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.selecting import SELECTABLE, SelectingForecaster

    if member.kind not in SELECTABLE:
        raise SettingsError(
            f"The features of '{settings.model}' cannot be chosen.", hint=f"They can of {', '.join(SELECTABLE)}."
        )
    chosen: Any = SelectingForecaster(member, seed=settings.seed, watch=watch)  # fits to its member, not to itself
    selecting: MedianForecaster = chosen
    return selecting


def _with_arguments(make: Make) -> Make:
    """What makes the same members with the parameters that the settings' arguments name (``models/open_parameters.py``)."""

    def made(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
        from busyness.models.open_parameters import with_parameters

        return with_parameters(make(settings, threads, watch), settings.model, settings.arguments)

    return made


def maker(name: str) -> Make:
    """This will return what makes members of that name; raises ``SettingsError`` where there is none."""
    if name in MEMBERS:
        return _with_arguments(MEMBERS[name])
    others = {found.name: found for found in entry_points(group="busyness.forecasters")}
    if name in others:
        make: Make = others[name].load()
        return make
    if "." in name:
        return _regression
    if name == "auto":
        raise SettingsError("'auto' chooses a model for data, and there are none here.", hint="Name a model.")
    known = [*MEMBERS, "auto", *others]
    raise SettingsError(f"There is no model '{name}'; known are {', '.join(known)}.", hint=did_you_mean(name, known))
