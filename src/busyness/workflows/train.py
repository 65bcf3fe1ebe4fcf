"""Fit a model on everything there is, and keep it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import TooLittleHistoryError
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.registry.artifact import save_artifact
from busyness.registry.card import Card
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel, SealedPanel
from busyness.tables.verbs import Forecaster
from busyness.workflows import folder
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.model_choice import with_model_chosen
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.record import card_of, with_metrics
from busyness.workflows.rehearsed_windows import rehearsal_metrics
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.members import forecaster

_LEAST_DAYS = 7
MODEL = folder.MODEL
"""The folder of a run's results that holds its artifact."""


@dataclass(frozen=True, repr=False)
class Trained:
    """A fitted forecaster, what it was fitted on, and its card."""

    model: Forecaster
    ingested: Ingested
    card: Card

    def __repr__(self) -> str:
        return f"Trained({self.card.version})"

    def write(self, out: Path) -> Path:
        """This will write the artifact to ``out/model`` and the rejected rows beside it; whole or not at all."""
        with results(out) as stage:
            save_artifact(stage / MODEL, self.model.to_parts(), self.card)
            self.ingested.rejected.write_parquet(stage / "rejected.parquet")
        return out / MODEL


def train(
    settings: RunSettings,
    source: CountsSource | Panel | None = None,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Trained:
    """This will fit and calibrate the model of the settings on a file, a frame or a panel.

    The card holds what the calibration's rehearsal says of the model, which costs no further fit.
    """
    progress = progress or Silent()
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    done = trained(found, settings, progress=progress, clock=clock or SystemClock())
    return replace(done, card=with_metrics(done.card, rehearsal_metrics(done.model, done.ingested.panel)))


def trained(
    found: Ingested,
    settings: RunSettings,
    *,
    progress: Progress,
    clock: Clock,
    fit: Callable[[SealedPanel], Forecaster] | None = None,
) -> Trained:
    """This will fit and calibrate the model of the settings on a panel; ``fit``: something else that makes the model."""
    if settings.events.rows != "counts":
        _refuse_too_little(found)
    progress.step("Training")
    found, settings = with_model_chosen(found, settings)
    threads = free_threads(settings.model.threads)
    chosen = settings.model.model_copy(update={"threads": threads, "horizon": found.horizon})
    watch = Stopwatch()
    sealed = preparer(settings.preparation)(found.panel.sealed())
    if fit is None:
        model = forecaster(chosen, watch=watch).fit(sealed, found.horizon)
    else:
        with watch.stage("fit"):
            model = fit(sealed)
    used = settings.model_copy(update={"model": chosen})
    card = card_of(model, found, used, sealed=sealed, watch=watch, clock=clock)
    model.version = card.version
    return Trained(model, found, card)


def _refuse_too_little(found: Ingested) -> None:
    """Less than two days say nothing about a third: they can be described, counted and drawn, not forecast from."""
    length = found.panel.slots.length
    seen = np.flatnonzero(found.panel.observed.any(axis=0))
    slots = int(seen[-1] - seen[0]) + 1 if len(seen) else 0
    if slots >= (_LEAST_DAYS if length.daily else 2) * length.per_day:
        return
    span = f"{slots} days" if length.daily else f"{slots * length.minutes / 60:.3g} hours"
    raise TooLittleHistoryError(
        f"There are only {span} of data, which is too little to forecast from.",
        hint="busyness describe counts them and busyness places draws where they are; come back with a week or more.",
    )
