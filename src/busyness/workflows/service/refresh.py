"""Counts that were posted reach the next forecast: the champion's model is asked again with them, behind the same gate."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from busyness.domain.clock import Clock
from busyness.domain.errors import InputError
from busyness.preparation.posted import counts_here, slots_behind, with_posted
from busyness.registry.artifact import load_artifact
from busyness.registry.releases import Releases
from busyness.registry.trials import renewed, running
from busyness.tables import columns as c
from busyness.tables.panel import Panel, wall_times
from busyness.workflows.folder import MODEL
from busyness.workflows.ingest import Ingested, ingest, preparer
from busyness.workflows.plans_process import plans_made
from busyness.workflows.predict import PredictRun, as_trained
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.service.gate import Limits, checked, passed
from busyness.workflows.service.snapshot import load_snapshot
from busyness.workflows.service.told import FAULTS
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import run_settings
from busyness.workflows.wiring.restored import restored

_KEPT = ("backtest.json", "predictions.parquet", "quality.parquet")  # they speak of the model, which is the same


@dataclass(frozen=True)
class Refreshed:
    """The new release, the start of its forecast, how many posted counts it knows, and why plans could not be made.

    While a trial runs: the challenger's new release, or why there is none.
    """

    release: str
    origin: datetime
    counts: int
    failed_plans: dict[str, str]
    challenger: str = ""
    challenger_failed: str = ""


def refresh_world(
    world: Path, observations: pl.DataFrame, *, clock: Clock, stale_hours: float = 48, progress: Progress | None = None
) -> Refreshed:
    """This will forecast again from where the posted counts end, add that as a release, and make it the champion.

    ``observations`` is ``place, time`` (UTC, starts of slots)``, demand``; a count replaces what the run's files say. The
    forecast begins with the first local day that is not counted whole. The run's files are read again, so they have to be
    where the run found them; its plans are made again. While a trial runs, its challenger forecasts again too, from the same
    counts: a comparison with an older forecast would not be fair.

    Raises:
        InputError: there is no champion, its files are gone, or no whole day is new.
        GateError: the new forecast may not answer.

    """
    progress = progress or Silent()
    releases = Releases(world)
    champion = releases.champion()
    if champion is None:
        raise InputError("This world has no champion to forecast with.", hint="Add its forecasts as releases.")
    rules = _Rules(observations, clock, Limits(stale_hours=stale_hours), progress)
    made = _made(world, champion.release, rules)
    releases.promote(made.release, by="refresh", why=f"{made.counts:,} posted counts", now=clock.now())
    try:
        challenger = _challenged(world, rules)
    except FAULTS as fault:  # the champion's new forecast stands, whatever is wrong with the challenger's
        return replace(made, challenger_failed=str(fault))
    return replace(made, challenger=challenger)


@dataclass(frozen=True)
class _Rules:
    """From which counts, at what time, and how strictly a release is made."""

    observations: pl.DataFrame
    clock: Clock
    limits: Limits
    progress: Progress


def _made(world: Path, release: str, rules: _Rules, *, plans: bool = True) -> Refreshed:
    """A release's model, asked again, as a release of its own that answers nothing yet."""
    releases, progress = Releases(world), rules.progress
    folder, home = releases.folder(release), releases.champion()
    assert home is not None
    stage = Path(tempfile.mkdtemp(prefix=".refresh-", dir=world))
    try:
        run, counts = _forecast(folder, rules.observations, progress=progress)
        progress.step("Writing")
        _write(run, folder, stage, clock=rules.clock)
        failed = _planned(run, stage, progress=progress) if plans else {}
        progress.step("Checking")
        served = load_snapshot(releases.folder(home.release), world=world.name, release=home.release)
        new = load_snapshot(stage, world=world.name, release="new")
        passed(checked(new, served=served, now=rules.clock.now(), limits=rules.limits))
        added = releases.add(stage, now=rules.clock.now())
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    origin = run.forecast.slots.start.astype("datetime64[s]").item().replace(tzinfo=UTC)
    return Refreshed(added, origin, counts, failed)


def _challenged(world: Path, rules: _Rules) -> str:
    """While a trial runs, the challenger's newer forecast, with which it goes on; its plans would be nobody's."""
    trial = running(world)
    if trial is None:
        return ""
    release = _made(world, trial.challenger, rules, plans=False).release
    Releases(world).challenge(release)
    renewed(world, trial, release)
    return release


def _forecast(folder: Path, observations: pl.DataFrame, *, progress: Progress) -> tuple[PredictRun, int]:
    given = run_settings(folder)
    parts, card = load_artifact(folder / MODEL)
    settings = as_trained(given, card, known=parts.facts.get("known", ()))
    posted = observations.rename({c.DEMAND: c.AMOUNT})
    found = _read_again(settings, posted, progress)
    model = restored(parts, threads=settings.model.threads, version=card.version)
    horizon = int(settings.model.horizon or found.horizon)
    panel, counts = _with_counts(found.panel, posted, horizon)
    progress.step("Forecasting")
    said = model.predict(preparer(settings.preparation)(panel.sealed()), horizon)
    again = replace(found, panel=panel, horizon=horizon)
    return PredictRun(said, said.peaks(), again, card, given, model, folder / MODEL), counts


def _with_counts(panel: Panel, posted: pl.DataFrame, horizon: int) -> tuple[Panel, int]:
    """The panel with what was posted, to the last day that was posted whole, and how many counts found their slot."""
    counts = counts_here(panel, posted)
    if not counts:
        raise InputError("No posted count is of a place and a slot of this world.", hint="Check their places and times.")
    longer, _ = with_posted(panel, posted)
    if longer.history == panel.history:
        begun = wall_times(panel.places[:1], panel.slots)[0, panel.history].astype("datetime64[D]")
        raise InputError(
            f"No whole day has been posted since the forecast began on {begun}.",
            hint="Post the day's counts to its last open hour, then refresh.",
        )
    return longer.shortened(longer.history, horizon), counts


def _read_again(settings: RunSettings, posted: pl.DataFrame, progress: Progress) -> Ingested:
    """What the run read, with room for the horizon behind the last posted count."""
    if posted.is_empty():
        raise InputError("Nothing was posted.", hint="POST /v1/observations first.")
    progress.step("Reading")
    try:
        first = ingest(settings)
        horizon = int(settings.model.horizon or first.horizon)
        more = slots_behind(first.panel, posted)
        if not more:
            return first
        model = settings.model.model_copy(update={"horizon": horizon + more})
        return ingest(settings.model_copy(update={"model": model}), progress=progress)
    except InputError as fault:
        raise InputError(
            f"The run's own data cannot be read again: {fault.message}",
            hint="Put its files back where they were, or forecast anew: busyness run.",
        ) from fault


def _write(run: PredictRun, folder: Path, stage: Path, *, clock: Clock) -> None:
    """The folder of a release: the forecast with its model, and what was said of the model."""
    run.write(stage, clock=clock)
    for name in _KEPT:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, stage / name)


def _planned(run: PredictRun, stage: Path, *, progress: Progress) -> dict[str, str]:
    """Its plans; returns why some could not be made."""
    made = plans_made(run.settings, stage, progress=progress)
    return {plan.kind: plan.failed for plan in made if plan.failed}
