"""Search over preparation and model parameters together, on windows before those that a backtest would test on.

The panel is cut before anything is tried: no trial can see a slot of the test windows. Trials rest in a SQLite file of the
output folder, so that a search that was stopped goes on. After each window a trial that does worse than the median of those
before it ends (Optuna's median pruner). The settings that were given are the first trial.

The best of hundreds of trials is also the luckiest. So the last windows before the test windows are kept from all trials,
and the foremost trials have to beat the given settings there too: where none does, the given settings stay.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
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
from busyness.registry.fingerprint import fingerprint
from busyness.reports.search_page import SearchMaterial, search_page
from busyness.reports.sentences import sentence_in
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel, local_label, start_times
from busyness.workflows.backtest import chosen_origins
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.search_space import SearchSpace, Values
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulated import from_simulation
from busyness.workflows.wiring.members import maker

try:
    import optuna
except ModuleNotFoundError:
    optuna = None

STORAGE = "search.db"
"""The file of the output folder that trials rest in."""

_TRIALS_BEFORE_PRUNING = 4
_TRIALS_FOR_IMPORTANCE = 8
_FINALISTS = 5
_PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to search, or how many trials at the most, and over how many windows each is scored (and proven)."""

    minutes: float = 10.0
    trials: int | None = None
    windows: int = 3

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.windows < 1 or (self.trials is not None and self.trials < 1):
            raise InputError("A search needs some minutes, windows and trials.", hint="For example --minutes 10.")


@dataclass(frozen=True, repr=False)
class SearchRun:
    """The best settings and every trial: ``number, state, mae, mean_to_1 …`` (windows), ``seconds, proof``, what was tried.

    ``given`` and ``best`` are the mean absolute errors of the given settings (the first trial) and of the best ones on the
    search's windows; ``proof`` are the same two on windows that no trial was scored on, where there was need and history.
    ``chosen`` is the number of the best trial; a search that was ``stopped`` is what was found until then.
    """

    settings: RunSettings
    trials: pl.DataFrame
    given: float
    best: float
    origins: tuple[str, ...]
    importance: Mapping[str, float]
    proof: tuple[float, float] | None = None
    chosen: int = 0
    stopped: bool = False
    notes: tuple[str, ...] = ()

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
            page = search_page(replace(material, proof=self.proof, chosen=self.chosen))
            (stage / "search.html").write_text(page, "utf-8")
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]

    def told(self) -> str:
        """This will say in the run's language what was gained, and whether it stood the proof."""
        said = f"{self.trials.height} trials: mean absolute error {self.given:.4g} → {self.best:.4g}."
        if self.proof and self.best < self.given:
            said += f" On windows that no trial was scored on: {self.proof[0]:.4g} → {self.proof[1]:.4g}."
        elif self.best == self.given and (self.trials["mae"] < self.given).sum():
            said += " Better trials were not better on windows that no trial was scored on: the given settings stay."
        if self.stopped:
            unproven = self.best < self.given and not self.proof
            said += f" It was stopped{' before the proof' if unproven else ''}; the same command goes on."
        return sentence_in(self.settings.output.lang)(said)

    def to_yaml(self) -> str:
        """This will return the best preparation and model as a configuration that ``--config`` takes."""
        chosen = {  # both blocks, even where nothing is done: retrain keeps the champion's where one is missing
            "preparation": self.settings.preparation.model_dump(mode="json", exclude_none=True),
            "model": self.settings.model.model_dump(mode="json", exclude_unset=True) | {"model": self.settings.model.model},
        }
        proof = f" Proof on later ones: {self.proof[0]:.4g} → {self.proof[1]:.4g}." if self.proof else ""
        head = (
            f"# Found by busyness search in {self.trials.height} trials: mean absolute error {self.given:.4g} → "
            f"{self.best:.4g} on windows\n# from {', '.join(self.origins)}.{proof} No test window was touched.\n"
        )
        return head + yaml.safe_dump(chosen, sort_keys=False)


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
    SearchSpace.of(settings, days=0)  # what cannot be searched is said before anything is read
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    panel = before_tests(found, settings)
    step = min(max(found.horizon, panel.slots.length.per_day), panel.slots.length.per_week)
    origins = origins_back(panel, found.horizon, windows=2 * budget.windows, step=step)
    if not origins:
        raise TooLittleHistoryError(
            "Nothing is left to search on before the test windows.", hint="Use fewer --windows, or more data."
        )
    space = SearchSpace.of(settings, days=origins[0] / panel.slots.length.per_day)
    half = (len(origins) + 1) // 2
    tried = _Tried(space, panel, origins[:half], origins[half:], found.horizon)
    study = _study(settings, tried)
    until = time.monotonic() + 60 * budget.minutes
    notes = _fewer_windows(budget, half, settings.output.lang)
    try:
        _optimize(study, tried, budget, until=until, progress=progress)
        progress.step("Proving")
        found_best = _found(study, tried, until=until)
    except KeyboardInterrupt:
        if _of(tried.space.given(), _whole(study)) is None:
            raise  # there is nothing to compare with
        found_best = replace(_found(study, tried, until=None), stopped=True)
    return replace(found_best, notes=notes)


def _fewer_windows(budget: Budget, windows: int, language: str) -> tuple[str, ...]:
    if windows >= budget.windows:
        return ()
    said = f"The history has room for {windows} windows to search on, not {budget.windows}; later ones are for the proof."
    return (sentence_in(language)(said),)


def before_tests(found: Ingested, settings: RunSettings) -> Panel:
    """This will cut the panel at the first origin of the test windows: what comes after is not in it any more."""
    first = chosen_origins(found.panel, found.horizon, settings.backtest)[0]
    cut = found.panel.shortened(first, found.horizon)
    later = np.arange(cut.slots.count) >= first
    return replace(cut, demand=np.where(later, np.float32(np.nan), cut.demand))


@dataclass(frozen=True)
class _Tried:
    """What every trial is tried on, and the later windows (``proof``) that only the foremost are tried on."""

    space: SearchSpace
    panel: Panel
    origins: tuple[int, ...]
    proof: tuple[int, ...]
    horizon: int

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
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # whatever ends a trial is told by us, not by a traceback
    out = settings.output.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InputError(f"The search cannot be kept in {out}: {fault.strerror}.", hint="Choose another --out.") from None
    storage = f"sqlite:///{(out / STORAGE).resolve().as_posix()}"
    name = f"{settings.model.model}-{tried.space.mark}-{fingerprint(tried.panel)[:12]}-{len(tried.origins)}x{tried.horizon}"
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        load_if_exists=True,
        direction="minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_TRIALS_BEFORE_PRUNING),
    )
    study.sampler = optuna.samplers.TPESampler(seed=settings.model.seed + len(study.trials), n_startup_trials=8)
    if _of(tried.space.given(), _whole(study)) is None:  # not tried yet, or it was interrupted
        study.enqueue_trial(tried.space.given())
    return study


def _optimize(study: Any, tried: _Tried, budget: Budget, *, until: float, progress: Progress) -> None:  # noqa: ANN401
    """Try, until the minutes are over but for those of the proof; raise what the given settings raise."""
    before, given, faults = len(_done(study)), tried.space.given(), []

    def objective(trial: Any) -> float:  # noqa: ANN401  # an optuna.Trial
        progress.step("Searching", len(_done(study)) - before, total=budget.trials or 0)
        values = tried.space.suggested(trial)
        settings, errors = tried.space.with_values(values), []
        for number, origin in enumerate(tried.origins):
            try:
                errors.append(tried.error(settings, origin))
            except BusynessError as fault:
                if values == given or isinstance(fault, MissingExtraError):
                    faults.append(fault)
                    study.stop()
                raise
            mean = float(np.nanmean(errors))
            trial.report(mean, number)
            last = number == len(tried.origins) - 1
            if not last and values != given and (trial.should_prune() or time.monotonic() > until):
                raise optuna.TrialPruned
        return mean

    def enough(study: Any, _: Any) -> None:  # noqa: ANN401
        seconds = [spent for trial in _whole(study) if (spent := _seconds(trial)) is not None]
        proving = (_FINALISTS + 1) * float(np.median(seconds or [0.0])) if tried.proof else 0.0
        if time.monotonic() + min(proving, 30 * budget.minutes) > until:
            study.stop()

    # The given settings are always tried to the end, however short the time is: there is always an answer.
    seconds = max(until - time.monotonic(), 0.001)
    study.optimize(objective, n_trials=budget.trials, timeout=seconds, catch=(BusynessError,), callbacks=[enough])
    if faults:
        raise faults[0]


def _done(study: Any) -> list[Any]:  # noqa: ANN401
    return [trial for trial in study.trials if trial.state.is_finished()]


def _whole(study: Any) -> list[Any]:  # noqa: ANN401
    return [trial for trial in study.trials if trial.state.name == "COMPLETE"]


def _of(values: Values, trials: list[Any]) -> Any:  # noqa: ANN401  # an optuna.trial.FrozenTrial, or None
    return next((trial for trial in trials if trial.params == values), None)


def _seconds(trial: Any) -> float | None:  # noqa: ANN401  # an optuna.trial.FrozenTrial
    return (trial.datetime_complete - trial.datetime_start).total_seconds() if trial.datetime_start else None


def _proven(study: Any, tried: _Tried, finalists: list[Any], *, until: float | None) -> dict[int, float]:  # noqa: ANN401
    """The mean absolute error on the windows of the proof by number of trial; the first two have no regard to the time.

    ``until`` None: only what was proven before.
    """
    kept: dict[str, float] = dict(study.user_attrs.get(_PROOF, {}))
    for rank, trial in enumerate(finalists):
        if str(trial.number) in kept or until is None or (rank > 1 and time.monotonic() > until):
            continue
        settings = tried.space.with_values(trial.params)
        try:
            errors = [tried.error(settings, origin) for origin in tried.proof]
        except BusynessError:
            errors = [float("inf")]
        kept[str(trial.number)] = float(np.nanmean(errors))
        study.set_user_attr(_PROOF, kept)
    return {int(number): error for number, error in kept.items()}


def _found(study: Any, tried: _Tried, *, until: float | None) -> SearchRun:  # noqa: ANN401
    whole = _whole(study)
    given = _of(tried.space.given(), whole)
    if given is None:
        raise InputError("No trial could be finished.", hint="Allow more --minutes, or look at the data.")
    better = sorted((trial for trial in whole if trial.value < given.value), key=lambda each: (each.value, each.number))
    best, proof = better[0] if better else given, dict[int, float]()
    if better and tried.proof:
        foremost = {tried.space.kind(trial.params): trial for trial in reversed(better)}  # the best of each kind
        finalists = sorted(foremost.values(), key=better.index)[:_FINALISTS]
        proof = _proven(study, tried, [given, *finalists], until=until)
        if given.number in proof:  # but where it was stopped before
            stood = [trial for trial in better if proof.get(trial.number, np.inf) < proof[given.number]]
            best = min(stood, key=lambda trial: trial.value + proof[trial.number], default=given)
    times = local_label(start_times(tried.panel.places[:1], tried.panel.slots)[0], tried.panel.places[0].timezone)
    return SearchRun(
        settings=tried.space.with_values(best.params),
        trials=_table(study, tried, proof),
        given=float(given.value),
        best=float(best.value),
        origins=tuple(times[origin][:10] for origin in tried.origins),
        importance=_importance(study, whole),
        proof=(proof[given.number], proof[best.number]) if given.number in proof else None,
        chosen=best.number,
    )


def _table(study: Any, tried: _Tried, proof: Mapping[int, float]) -> pl.DataFrame:  # noqa: ANN401
    """A row a trial, in the order they were tried."""
    rows = []
    for trial in _done(study):
        so_far = [trial.intermediate_values.get(k) for k in range(len(tried.origins))]
        rows.append(
            {"number": trial.number, "state": trial.state.name.lower(), "mae": trial.value if so_far[-1] else None}
            | {f"mean_to_{k + 1}": value for k, value in enumerate(so_far)}
            | {"seconds": _seconds(trial), "proof": proof.get(trial.number)}
            | {name: trial.params.get(name) for name in tried.space.names}
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _importance(study: Any, whole: list[Any]) -> dict[str, float]:  # noqa: ANN401
    """Each parameter's share of the differences between finished trials; empty while there are too few."""
    if len(whole) < _TRIALS_FOR_IMPORTANCE or len({trial.value for trial in whole}) < 2:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that few trials chose this or that makes no difference to who reads it
        found = optuna.importance.get_param_importances(study)
    return {str(name): float(share) for name, share in found.items()}
