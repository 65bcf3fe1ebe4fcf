"""Fit a model on everything there is, and keep it."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version as installed
from pathlib import Path

import busyness
from busyness.domain.clock import Clock, SystemClock
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.features.builder import DirectFeatures
from busyness.registry.artifact import save_artifact
from busyness.registry.card import Card
from busyness.registry.fingerprint import fingerprint
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel
from busyness.tables.verbs import Forecaster
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring import forecaster

MODEL = "model"
"""The folder of a run's results that holds its artifact."""

_LIBRARIES = ("numpy", "polars", "lightgbm", "holidays")


@dataclass(frozen=True)
class Trained:
    """A fitted forecaster, what it was fitted on, and its card."""

    model: Forecaster
    ingested: Ingested
    card: Card


def train(
    settings: RunSettings,
    source: CountsSource | Panel | None = None,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Trained:
    """This will fit and calibrate the model of the settings on a file, a frame or a panel."""
    progress = progress or Silent()
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source)
    return trained(found, settings, progress=progress, clock=clock or SystemClock())


def trained(found: Ingested, settings: RunSettings, *, progress: Progress, clock: Clock) -> Trained:
    """This will fit and calibrate the model of the settings on a panel."""
    progress.step("Training")
    threads = free_threads(settings.model.threads)
    chosen = settings.model.model_copy(update={"threads": threads, "horizon": found.horizon})
    data = fingerprint(found.panel)
    facts = f"{data} {chosen.model_dump_json()} {settings.preparation.model_dump_json()} {busyness.__version__}"
    version = f"{chosen.model}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"
    watch = Stopwatch()
    sealed = preparer(settings.preparation)(found.panel.sealed())
    model = forecaster(chosen, watch=watch, version=version).fit(sealed, found.horizon)
    panel = found.panel
    times = panel.slots.times()
    card = Card(
        kind=chosen.model,
        version=version,
        created_at=clock.now(),
        busyness=busyness.__version__,
        python=platform.python_version(),
        libraries={name: installed(name) for name in _LIBRARIES},
        data={
            "source": settings.counts.file or "frame",
            "fingerprint": data,
            "places": len(panel.places),
            "slots": panel.history,
            "slot": str(panel.slots.length),
            "observed": int(panel.observed.sum()),
            "first": str(times[0]),
            "last": str(times[panel.history - 1]),
        },
        features=[asdict(feature) for feature in DirectFeatures().prepared(sealed).catalog(sealed)],
        parameters=chosen.model_dump(mode="json") | {"preparation": settings.preparation.model_dump(mode="json")},
        seconds={stage: round(seconds, 3) for stage, seconds in watch.seconds.items()},
    )
    return Trained(model, found, card)


def write_model(run: Trained, out: Path) -> Path:
    """This will write the artifact to ``out/model`` and the rejected rows beside it; whole or not at all."""
    with results(out) as stage:
        save_artifact(stage / MODEL, run.model.to_parts(), run.card)
        run.ingested.rejected.write_parquet(stage / "rejected.parquet")
    return out / MODEL
