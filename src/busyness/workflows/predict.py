"""Tomorrow without retraining: a saved model and fresh rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.domain.slots import SlotLength
from busyness.registry.artifact import load_artifact
from busyness.registry.card import Card
from busyness.sources.files.counts import CountsSource
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.forecast import in_local_time
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import PreparationSettings, RunSettings
from busyness.workflows.train import MODEL
from busyness.workflows.wiring import restored

_WEEKS_READ = 8


@dataclass(frozen=True, repr=False)
class PredictRun:
    """The forecast, its peaks, what it was made from, and the card of the model that made it."""

    forecast: Forecast
    peaks: pl.DataFrame
    ingested: Ingested
    card: Card

    def __repr__(self) -> str:
        return f"PredictRun({self.forecast!r})"

    def write(self, out: Path) -> list[Path]:
        """This will write ``forecast.parquet``, ``forecast.csv``, ``peaks.csv``, ``paths.npz`` and ``rejected.parquet``."""
        with results(out) as stage:
            table = self.forecast.to_polars()
            zones = {place.id: place.timezone for place in self.forecast.places}
            table.write_parquet(stage / "forecast.parquet")
            in_local_time(table.drop(c.HORIZON), zones).write_csv(stage / "forecast.csv")
            in_local_time(self.peaks, zones).write_csv(stage / "peaks.csv")
            write_paths(self.forecast, stage / PATHS, noun=self.ingested.noun, adds_up=self.ingested.adds_up)
            self.ingested.rejected.write_parquet(stage / "rejected.parquet")
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]


def predict(
    artifact: Path, settings: RunSettings, *, source: CountsSource | Panel | None = None, progress: Progress | None = None
) -> PredictRun:
    """This will load a model, read fresh rows, and forecast what comes after them, as the model was trained to.

    Slot length, horizon and preparation are the model's own; asking for others is refused. ``artifact`` is the model's
    folder or the folder of the run that holds it.
    """
    progress = progress or Silent()
    progress.step("Loading the model")
    parts, card = load_artifact(artifact / MODEL if (artifact / MODEL).is_dir() else artifact)
    settings = as_trained(settings, card)
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    model = restored(parts, threads=settings.model.threads, version=card.version)
    if str(found.panel.slots.length) != card.data_card.every:
        raise InputError(
            f"The model was trained on slots of {card.data_card.every}; these rows have {found.panel.slots.length}."
        )
    found = replace(found, notes=(*found.notes, *_too_short(found)))
    progress.step("Forecasting")
    said = model.predict(preparer(settings.preparation)(found.panel.sealed()), found.horizon)
    return PredictRun(said, said.peaks(), found, card)


def _too_short(found: Ingested) -> tuple[str, ...]:
    """A model reads the weeks before the origin again: fresh rows alone would forecast from next to nothing."""
    days = int(found.panel.observed.any(axis=0).sum()) / found.panel.slots.length.per_day
    if days >= _WEEKS_READ * 7 / 4:
        return ()
    return (
        f"These rows cover only {days:.0f} days, too little for the model: it reads the last {_WEEKS_READ} weeks (and last "
        "year) again, so give it the history with the fresh rows, not the fresh rows alone.",
    )


def as_trained(settings: RunSettings, card: Card) -> RunSettings:
    """This will return the settings with the model's own slot length, horizon, threads and preparation."""
    trained = card.parameters
    horizon = settings.model.horizon or int(trained["horizon"])
    if horizon > int(trained["horizon"]):
        raise InputError(
            f"The model was trained for {trained['horizon']} slots ahead; {horizon} were asked for.",
            hint="Train again with a longer --horizon.",
        )
    asked = settings.counts.every
    if asked and card.data_card.every != str(SlotLength.parse(asked)):
        raise InputError(f"The model was trained on slots of {card.data_card.every}; --every {asked} was asked for.")
    threads = settings.model.threads or trained["threads"]
    return settings.model_copy(
        update={
            "counts": settings.counts.model_copy(update={"every": card.data_card.every}),
            "model": settings.model.model_copy(update={"horizon": horizon, "threads": threads}),
            "preparation": PreparationSettings.model_validate(trained["preparation"]),
        }
    )
