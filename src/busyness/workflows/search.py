"""Search over preparation and model parameters together, on windows before those that a backtest would test on.

The panel is cut before anything is tried: no trial can see a slot of the test windows. Trials rest in a SQLite file of the
output folder, so that a search that was stopped goes on. After each window a trial that does worse than the median of those
before it ends (Optuna's median pruner). The settings that were given are the first trial: what is found is never worse than
they are, on these windows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from busyness.backtesting.replay import origins_back
from busyness.domain.errors import BusynessError, InputError, MissingExtraError, TooLittleHistoryError
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.models.open_parameters import OPEN, own_parameters
from busyness.registry.fingerprint import fingerprint
from busyness.reports.search_page import SearchMaterial, search_page
from busyness.reports.sentences import sentence_in
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel, local_label, start_times
from busyness.workflows.backtest import chosen_origins
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import ModelSettings, PreparationSettings, RunSettings
from busyness.workflows.simulated import from_simulation
from busyness.workflows.wiring.members import maker

try:
    import optuna
except ModuleNotFoundError:
    optuna = None

STORAGE = "search.db"
"""The file of the output folder that trials rest in."""

_PREPARATION: Mapping[str, tuple[str, ...]] = {
    "outliers": ("none", "zscore", "hampel"),
    "impute": ("none", "seasonal", "linear"),
    "last_days": ("all", "365", "180", "90"),
}
"""What of the preparation is searched, beside what the model opens (``models/open_parameters.py``)."""

_ALL, _PREFIX = "all", "model."
_TRIALS_BEFORE_PRUNING = 4
_TRIALS_FOR_IMPORTANCE = 8


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to search, or how many trials at the most, and over how many windows each is scored."""

    minutes: float = 10.0
    trials: int | None = None
    windows: int = 3

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.windows < 1 or (self.trials is not None and self.trials < 1):
            raise InputError("A search needs some minutes, windows and trials.", hint="For example --minutes 10.")


@dataclass(frozen=True, repr=False)
class SearchRun:
    """The best settings, every trial (``number, state, mae, mean_to_1 …`` (windows)``,
    seconds`` and what was tried), and the mean
    absolute error of the given settings (the first trial) and of the best ones, on the search's windows.
    """

    settings: RunSettings
    trials: pl.DataFrame
    given: float
    best: float
    origins: tuple[str, ...]
    importance: Mapping[str, float]

    def __repr__(self) -> str:
        return f"SearchRun({self.trials.height} trials, mae {self.given:.4g} → {self.best:.4g})"

    def write(self, out: Path) -> list[Path]:
        """This will write ``best.yaml``, ``trials.csv``, ``trials.parquet`` and ``search.html``; all or none."""
        with results(out) as stage:
            (stage / "best.yaml").write_text(self.to_yaml(), "utf-8")
            self.trials.write_csv(stage / "trials.csv")
            self.trials.write_parquet(stage / "trials.parquet")
            output = self.settings.output
            simulated = output.simulated or from_simulation([self.settings.counts.file or None])
            material = SearchMaterial(self.trials, self.given, self.best, self.importance, output.lang, bool(simulated))
            (stage / "search.html").write_text(search_page(material), "utf-8")
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]

    def told(self) -> str:
        """This will say in the run's language what was gained."""
        said = f"{self.trials.height} trials: mean absolute error {self.given:.4g} → {self.best:.4g}."
        return sentence_in(self.settings.output.lang)(said)

    def to_yaml(self) -> str:
        """This will return the best preparation and model as a configuration that ``--config`` takes."""
        chosen = {
            "preparation": self.settings.preparation.model_dump(mode="json", exclude_defaults=True),
            "model": self.settings.model.model_dump(mode="json", exclude_unset=True) | {"model": self.settings.model.model},
        }
        head = (
            f"# Found by busyness search in {self.trials.height} trials: mean absolute error {self.best:.4g}, of the given "
            f"settings {self.given:.4g},\n# on windows from {', '.join(self.origins)}. No test window was touched.\n"
        )
        return head + yaml.safe_dump({name: block for name, block in chosen.items() if block}, sort_keys=False)


def search(
    settings: RunSettings,
    source: CountsSource | Panel | None = None,
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> SearchRun:
    """This will search for the best preparation and parameters of the settings' model, from where it stopped last time.

    Windows lie before the origins that ``busyness backtest`` would replay with the same settings.

    Raises:
        MissingExtraError: Optuna is not installed.
        InputError: this model has nothing that can be searched.
        TooLittleHistoryError: nothing is left before the test windows.

    """
    if optuna is None:
        raise MissingExtraError("Optuna", "search")
    budget, progress = budget or Budget(), progress or Silent()
    if settings.model.model not in OPEN:
        known = ", ".join(OPEN)
        raise InputError(f"There is nothing to search in '{settings.model.model}'.", hint=f"Search one of {known}.")
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    panel = before_tests(found, settings)
    step = min(max(found.horizon, panel.slots.length.per_day), panel.slots.length.per_week)
    origins = origins_back(panel, found.horizon, windows=budget.windows, step=step)
    if not origins:
        raise TooLittleHistoryError(
            "Nothing is left to search on before the test windows.", hint="Use fewer --windows, or more data."
        )
    tried = _Tried(settings, panel, origins, found.horizon)
    study = _study(settings, tried)
    _optimize(study, tried, budget, progress=progress)
    return _found(study, tried)


def before_tests(found: Ingested, settings: RunSettings) -> Panel:
    """This will cut the panel at the first origin of the test windows: what comes after is not in it any more."""
    first = chosen_origins(found.panel, found.horizon, settings.backtest)[0]
    cut = found.panel.shortened(first, found.horizon)
    later = np.arange(cut.slots.count) >= first
    return replace(cut, demand=np.where(later, np.float32(np.nan), cut.demand))


@dataclass(frozen=True)
class _Tried:
    """What every trial is tried on."""

    settings: RunSettings
    panel: Panel
    origins: tuple[int, ...]
    horizon: int

    def choices(self) -> dict[str, tuple[str, ...]]:
        """What of the preparation can be chosen; windows longer than the history are not."""
        days = self.origins[0] / self.panel.slots.length.per_day
        lengths = tuple(text for text in _PREPARATION["last_days"] if text == _ALL or int(text) < days)
        return {**_PREPARATION, "last_days": lengths}

    def given(self) -> dict[str, Any]:
        """The trial of the given settings, as near as the choices come to them."""
        own, model = self.settings.preparation, self.settings.model
        member = maker(model.model)(model, 1, Stopwatch())
        wanted = {"outliers": own.outliers, "impute": own.impute, "last_days": str(own.last_days or _ALL)}
        near = {name: wanted[name] if wanted[name] in options else options[0] for name, options in self.choices().items()}
        return near | {f"{_PREFIX}{name}": value for name, value in own_parameters(member, model.model).items()}

    def with_values(self, values: Mapping[str, Any]) -> RunSettings:
        """The settings with the values of a trial."""
        days = values["last_days"]
        prepared = self.settings.preparation.model_dump() | {
            "outliers": values["outliers"], "impute": values["impute"], "last_days": None if days == _ALL else int(days),
        }  # fmt: skip
        arguments = {
            name.removeprefix(_PREFIX): float(f"{value:.4g}") if isinstance(value, float) else value
            for name, value in values.items()
            if name.startswith(_PREFIX)
        }
        model = ModelSettings.model_validate(self.settings.model.model_dump(exclude_unset=True) | {"arguments": arguments})
        return self.settings.model_copy(update={"preparation": PreparationSettings.model_validate(prepared), "model": model})

    def error(self, settings: RunSettings, origin: int) -> float:
        """The mean absolute error of the medians in one window; the model sees only what lies before it."""
        model = settings.model
        prepare = preparer(settings.preparation)
        member = maker(model.model)(model, free_threads(model.threads), Stopwatch())
        sealed = prepare(self.panel.until(origin))
        said = member.fit(sealed, self.horizon).medians(sealed, [origin], self.horizon)[0]
        ahead = slice(origin, origin + self.horizon)
        seen = self.panel.open[:, ahead] & np.isfinite(self.panel.demand[:, ahead])
        return float(np.abs(said - self.panel.demand[:, ahead])[seen].mean()) if seen.any() else float("nan")


def _study(settings: RunSettings, tried: _Tried) -> Any:  # noqa: ANN401  # an optuna.Study
    """The study of this model on these data, as far as it has come."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    out = settings.output.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InputError(f"The search cannot be kept in {out}: {fault.strerror}.", hint="Choose another --out.") from None
    storage = f"sqlite:///{(out / STORAGE).resolve().as_posix()}"
    name = f"{settings.model.model}-{fingerprint(tried.panel)[:12]}-{len(tried.origins)}x{tried.horizon}"
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        load_if_exists=True,
        direction="minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_TRIALS_BEFORE_PRUNING),
    )
    study.sampler = optuna.samplers.TPESampler(seed=settings.model.seed + len(study.trials), n_startup_trials=8)
    study.enqueue_trial(tried.given(), skip_if_exists=True)
    return study


def _optimize(study: Any, tried: _Tried, budget: Budget, *, progress: Progress) -> None:  # noqa: ANN401
    """Try, until the minutes are over."""
    until, before = time.monotonic() + 60 * budget.minutes, len(_done(study))
    choices, opened = tried.choices(), OPEN[tried.settings.model.model]

    def objective(trial: Any) -> float:  # noqa: ANN401  # an optuna.Trial
        progress.step("Searching", len(_done(study)) - before, total=budget.trials or 0)
        values: dict[str, Any] = {name: trial.suggest_categorical(name, list(options)) for name, options in choices.items()}
        for name, bounds in opened.items():
            suggest: Callable[..., Any] = trial.suggest_int if bounds.whole else trial.suggest_float
            low, high = (int(bounds.low), int(bounds.high)) if bounds.whole else (bounds.low, bounds.high)
            values[f"{_PREFIX}{name}"] = suggest(f"{_PREFIX}{name}", low, high, log=bounds.log)
        settings, errors = tried.with_values(values), []
        for number, origin in enumerate(tried.origins):
            errors.append(tried.error(settings, origin))
            mean = float(np.nanmean(errors))
            trial.report(mean, number)
            last = number == len(tried.origins) - 1
            if not last and trial.number and (trial.should_prune() or time.monotonic() > until):
                raise optuna.TrialPruned
        return mean

    # The first trial is always finished, however short the time is: there is always an answer.
    seconds = max(until - time.monotonic(), 0.001)
    study.optimize(objective, n_trials=budget.trials, timeout=seconds, catch=(BusynessError,))


def _done(study: Any) -> list[Any]:  # noqa: ANN401
    return [trial for trial in study.trials if trial.state.is_finished()]


def _found(study: Any, tried: _Tried) -> SearchRun:  # noqa: ANN401
    whole = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    if not whole:
        raise InputError("No trial could be finished.", hint="Allow more --minutes, or look at the data.")
    best = min(whole, key=lambda trial: (trial.value, trial.number))
    times = local_label(start_times(tried.panel.places[:1], tried.panel.slots)[0], tried.panel.places[0].timezone)
    return SearchRun(
        settings=tried.with_values(best.params),
        trials=_table(study, tried),
        given=float(whole[0].value),
        best=float(best.value),
        origins=tuple(times[origin][:10] for origin in tried.origins),
        importance=_importance(study, whole),
    )


def _table(study: Any, tried: _Tried) -> pl.DataFrame:  # noqa: ANN401
    """A row a trial, in the order they were tried."""
    names = [*tried.choices(), *(f"{_PREFIX}{name}" for name in OPEN[tried.settings.model.model])]
    rows = []
    for trial in _done(study):
        so_far = [trial.intermediate_values.get(k) for k in range(len(tried.origins))]
        spent = (trial.datetime_complete - trial.datetime_start).total_seconds() if trial.datetime_start else None
        rows.append(
            {"number": trial.number, "state": trial.state.name.lower(), "mae": trial.value if so_far[-1] else None}
            | {f"mean_to_{k + 1}": value for k, value in enumerate(so_far)}
            | {"seconds": spent}
            | {name: trial.params.get(name) for name in names}
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _importance(study: Any, whole: list[Any]) -> dict[str, float]:  # noqa: ANN401
    """Each parameter's share of the differences between finished trials; empty while there are too few."""
    if len(whole) < _TRIALS_FOR_IMPORTANCE or len({trial.value for trial in whole}) < 2:
        return {}
    found = optuna.importance.get_param_importances(study)
    return {str(name): float(share) for name, share in found.items()}
