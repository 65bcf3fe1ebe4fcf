"""Counts that were posted reach the next forecast: the champion's model is asked again with them, behind the same gate."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from busyness.domain.clock import Clock
from busyness.domain.errors import InputError
from busyness.registry.artifact import load_artifact
from busyness.registry.releases import Releases
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times, wall_times
from busyness.workflows.explain import EXAMPLES, write_examples
from busyness.workflows.folder import MODEL
from busyness.workflows.ingest import Ingested, ingest, preparer
from busyness.workflows.plans_process import plans_made
from busyness.workflows.predict import PredictRun, as_trained
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.service.gate import Limits, checked, passed
from busyness.workflows.service.snapshot import load_snapshot
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import run_settings
from busyness.workflows.wiring.restored import restored

_KEPT = ("backtest.json", "predictions.parquet", "quality.parquet")  # they speak of the model, which is the same


@dataclass(frozen=True)
class Refreshed:
    """The new release, the start of its forecast, how many posted counts it knows, and why plans could not be made."""

    release: str
    origin: datetime
    counts: int
    failed_plans: dict[str, str]


def refresh_world(
    world: Path, observations: pl.DataFrame, *, clock: Clock, stale_hours: float = 48, progress: Progress | None = None
) -> Refreshed:
    """This will forecast again from where the posted counts end, add that as a release, and make it the champion.

    ``observations`` is ``place, time`` (UTC, starts of slots)``, demand``; a count replaces what the run's files say. The
    forecast begins with the first local day that is not counted whole. The run's files are read again, so they have to be
    where the run found them; its plans are made again.

    Raises:
        InputError: there is no champion, its files are gone, or no whole day is new.
        GateError: the new forecast may not answer.

    """
    progress = progress or Silent()
    releases = Releases(world)
    champion = releases.champion()
    if champion is None:
        raise InputError("This world has no champion to forecast with.", hint="Add its forecasts as releases.")
    folder = releases.folder(champion.release)
    stage = Path(tempfile.mkdtemp(prefix=".refresh-", dir=world))
    try:
        run, counts = _forecast(folder, observations, progress=progress)
        progress.step("Writing")
        failed = _write(run, folder, stage, clock=clock, progress=progress)
        progress.step("Checking")
        served = load_snapshot(folder, world=world.name, release=champion.release)
        new = load_snapshot(stage, world=world.name, release="new")
        passed(checked(new, served=served, now=clock.now(), limits=Limits(stale_hours=stale_hours)))
        release = releases.add(stage, now=clock.now())
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    releases.promote(release, by="refresh", why=f"{counts:,} posted counts", now=clock.now())
    origin = run.forecast.slots.start.astype("datetime64[s]").item().replace(tzinfo=UTC)
    return Refreshed(release, origin, counts, failed)


def _forecast(folder: Path, observations: pl.DataFrame, *, progress: Progress) -> tuple[PredictRun, int]:
    given = run_settings(folder)
    parts, card = load_artifact(folder / MODEL)
    settings = as_trained(given, card, known=parts.facts.get("known", ()))
    found = _read_again(settings, observations, progress)
    model = restored(parts, threads=settings.model.threads, version=card.version)
    panel, counts = _with_counts(found.panel, observations)
    horizon = int(settings.model.horizon or found.horizon)
    panel = panel.shortened(_whole_days(panel, before=found.panel.history), horizon)
    progress.step("Forecasting")
    said = model.predict(preparer(settings.preparation)(panel.sealed()), horizon)
    return PredictRun(said, said.peaks(), replace(found, panel=panel, horizon=horizon), card, given), counts


def _read_again(settings: RunSettings, observations: pl.DataFrame, progress: Progress) -> Ingested:
    """What the run read, with room for the horizon behind the last posted count."""
    if observations.is_empty():
        raise InputError("Nothing was posted.", hint="POST /v1/observations first.")
    progress.step("Reading")
    try:
        first = ingest(settings)
        horizon = int(settings.model.horizon or first.horizon)
        more = _slots_behind(first.panel, observations)
        if not more:
            return first
        model = settings.model.model_copy(update={"horizon": horizon + more + first.panel.slots.length.per_day})
        return ingest(settings.model_copy(update={"model": model}), progress=progress)
    except InputError as fault:
        raise InputError(
            f"The run's own data cannot be read again: {fault.message}",
            hint="Put its files back where they were, or forecast anew: busyness run.",
        ) from fault


def _slots_behind(panel: Panel, observations: pl.DataFrame) -> int:
    """How many slots behind the history the last posted count lies; 0: none does."""
    last = observations[c.TIME].max()
    assert isinstance(last, datetime)
    moment = np.datetime64(last.astimezone(UTC).replace(tzinfo=None), "s")
    origin = start_times(panel.places, panel.slots)[:, panel.history].min()
    return max(int((moment - origin) / panel.slots.length.step) + 1, 0)


def _with_counts(panel: Panel, observations: pl.DataFrame) -> tuple[Panel, int]:
    """The panel with what was posted, its history reaching to the last of it; how many counts found their slot."""
    rows = {place: row for row, place in enumerate(panel.ids)}
    starts = start_times(panel.places, panel.slots).astype("datetime64[s]")
    demand = panel.demand.copy()
    counts, last = 0, panel.history - 1
    times = observations[c.TIME].dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_numpy().astype("datetime64[s]")
    for place, time, value in zip(observations[c.PLACE].to_list(), times, observations[c.DEMAND].to_list(), strict=True):
        row = rows.get(place)
        slot = -1 if row is None else int(np.searchsorted(starts[row], time))
        if row is None or slot >= panel.slots.count or starts[row, slot] != time:
            continue
        demand[row, slot] = value
        counts, last = counts + 1, max(last, slot)
    if not counts:
        raise InputError("No posted count is of a place and a slot of this world.", hint="Check their places and times.")
    return replace(panel, demand=demand, history=last + 1), counts


def _whole_days(panel: Panel, *, before: int) -> int:
    """The first slot of the first local day that is not counted to its last open slot."""
    days = wall_times(panel.places[:1], panel.slots)[0].astype("datetime64[D]")
    any_open = np.logical_or.reduce(panel.open, axis=0)
    reached = before
    for day in np.unique(days[before:]):
        slots = np.flatnonzero(days == day)
        wanted = slots[any_open[slots]]
        if (wanted.size and wanted[-1] >= panel.history) or slots[0] >= panel.history or slots[-1] + 1 >= panel.slots.count:
            break
        reached = int(slots[-1]) + 1
    if reached == before:
        raise InputError(
            f"No whole day has been posted since the forecast began on {days[before]}.",
            hint="Post the day's counts to its last open hour, then refresh.",
        )
    return reached


def _write(run: PredictRun, folder: Path, stage: Path, *, clock: Clock, progress: Progress) -> dict[str, str]:
    """The folder of a release: the forecast, the model it is of, and its plans. Returns why plans could not be made."""
    run.write(stage, clock=clock)
    shutil.copytree(folder / MODEL, stage / MODEL)
    for name in _KEPT:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, stage / name)
    parts, card = load_artifact(folder / MODEL)
    trained = as_trained(run.settings, card, known=parts.facts.get("known", ()))
    model = restored(parts, threads=trained.model.threads, version=card.version)
    sealed = preparer(trained.preparation)(run.ingested.panel.sealed())
    write_examples(model, sealed, horizon=run.ingested.horizon, file=stage / EXAMPLES)
    made = plans_made(run.settings, stage, progress=progress)
    return {plan.kind: plan.failed for plan in made if plan.failed}
