"""Tomorrow without retraining: a saved model and fresh rows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError
from busyness.domain.measures import measure_of
from busyness.domain.slots import SlotLength
from busyness.registry.artifact import load_artifact
from busyness.registry.card import Card
from busyness.sources.files.counts import CountsSource
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel
from busyness.tables.verbs import Forecaster
from busyness.workflows.context import write_context
from busyness.workflows.explain import EXAMPLES, write_examples
from busyness.workflows.folder import MODEL, PATHS, write_paths
from busyness.workflows.forecast import in_local_time
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import EventsSettings, PreparationSettings, RunSettings, SpaceSettings
from busyness.workflows.wiring.restored import restored

_WEEKS_READ = 8
_Block = TypeVar("_Block", EventsSettings, SpaceSettings)


@dataclass(frozen=True, repr=False)
class PredictRun:
    """The forecast, its peaks, what it was made from, and the model that made it, with its card and its folder."""

    forecast: Forecast
    peaks: pl.DataFrame
    ingested: Ingested
    card: Card
    settings: RunSettings
    model: Forecaster
    artifact: Path

    def __repr__(self) -> str:
        return f"PredictRun({self.forecast!r})"

    def write(self, out: Path, *, clock: Clock | None = None) -> list[Path]:
        """This will write the tables, what paths are drawn from, and what a service shows beside; all or none.

        ``forecast.parquet``, ``forecast.csv``, ``peaks.csv``, ``paths.npz``, ``rejected.parquet``, the files of
        ``context.write_context``, and what explains the forecast: ``examples.npz`` and a copy of the ``model/``.
        """
        with results(out) as stage:
            table = self.forecast.to_polars()
            zones = {place.id: place.timezone for place in self.forecast.places}
            table.write_parquet(stage / "forecast.parquet")
            in_local_time(table.drop(c.HORIZON), zones).write_csv(stage / "forecast.csv")
            in_local_time(self.peaks, zones).write_csv(stage / "peaks.csv")
            write_paths(self.forecast, stage / PATHS, noun=self.ingested.noun, adds_up=self.ingested.adds_up)
            self.ingested.rejected.write_parquet(stage / "rejected.parquet")
            write_context(self.ingested, self.settings, stage, now=(clock or SystemClock()).now())
            shutil.copytree(self.artifact, stage / MODEL)
            prepare = preparer(PreparationSettings.model_validate(self.card.parameters["preparation"]))
            sealed = prepare(self.ingested.panel.sealed())
            write_examples(self.model, sealed, horizon=self.forecast.slots.count, file=stage / EXAMPLES)
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]


def predict(
    artifact: Path, settings: RunSettings, *, source: CountsSource | Panel | None = None, progress: Progress | None = None
) -> PredictRun:
    """This will load a model, read fresh rows, and forecast what comes after them, as the model was trained to.

    Slot length, horizon, preparation, what is counted and what a place is are the model's own; asking for others is
    refused. ``artifact`` is the model's folder or the folder of the run that holds it.
    """
    progress = progress or Silent()
    progress.step("Loading the model")
    artifact = artifact / MODEL if (artifact / MODEL).is_dir() else artifact
    parts, card = load_artifact(artifact)
    asked, settings = settings, as_trained(settings, card, known=parts.facts.get("known", ()))
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    model = restored(parts, threads=settings.model.threads, version=card.version)
    if str(found.panel.slots.length) != card.data_card.every:
        raise InputError(
            f"The model was trained on slots of {card.data_card.every}; these rows have {found.panel.slots.length}."
        )
    zone = () if isinstance(source, Panel) else _zone_taken(asked.counts.timezone, settings.counts.timezone)
    found = replace(found, notes=(*found.notes, *zone, *_too_short(found)))
    progress.step("Forecasting")
    said = model.predict(preparer(settings.preparation)(found.panel.sealed()), found.horizon)
    return PredictRun(said, said.peaks(), found, card, settings, model, artifact)


def _zone_taken(asked: str, trained: str) -> tuple[str, ...]:
    if asked or not trained:
        return ()
    return (f"Times without a zone are read in {trained}, as when the model was trained; --timezone says another.",)


def _too_short(found: Ingested) -> tuple[str, ...]:
    """A model reads the weeks before the origin again: fresh rows alone would forecast from next to nothing."""
    days = int(found.panel.observed.any(axis=0).sum()) / found.panel.slots.length.per_day
    if days >= _WEEKS_READ * 7 / 4:
        return ()
    return (
        f"These rows cover only {days:.0f} days, too little for the model: it reads the last {_WEEKS_READ} weeks (and last "
        "year) again, so give it the history with the fresh rows, not the fresh rows alone.",
    )


def as_trained(settings: RunSettings, card: Card, *, known: Sequence[str] = ()) -> RunSettings:
    """This will return the settings with the model's own slots, horizon, threads, preparation, events, space and country.

    Where the places were chosen by their events (hexagons, the busiest), they stay those that the model ``known``.
    """
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
    events, space = _counted_as(settings, trained)
    counts: dict[str, Any] = {"every": card.data_card.every}
    if not settings.counts.timezone:
        counts["timezone"] = trained.get("timezone", "")
    calendar = settings.calendar
    if not calendar.country:
        own = {name: trained.get(name, "") for name in ("country", "region")}
        calendar = calendar.model_copy(update=own)
    if events.rows != "counts" and (space.hexagons is not None or space.top is not None or space.at_least):
        counts["only"] = settings.counts.only or tuple(known)
        space = space.model_copy(update={"top": None, "at_least": 0})
    return settings.model_copy(
        update={
            "counts": settings.counts.model_copy(update=counts),
            "calendar": calendar,
            "events": events,
            "space": space,
            "model": settings.model.model_copy(update={"horizon": horizon, "threads": threads}),
            "preparation": PreparationSettings.model_validate(trained["preparation"]),
        }
    )


def _counted_as(settings: RunSettings, trained: dict[str, Any]) -> tuple[EventsSettings, SpaceSettings]:
    """What a row is and what a place is, as for the training; what was given goes on top, where it does not contradict."""
    if "events" not in trained:
        return settings.events, settings.space  # an artifact from before there were events
    events, space = EventsSettings.model_validate(trained["events"]), SpaceSettings.model_validate(trained["space"])
    fresh, where = _over(events, settings.events), _over(space, settings.space)
    if _measure(fresh) != _measure(events):
        raise InputError(f"The model was trained on {_measure(events)}; {_measure(fresh)} were asked for.")
    if where.hexagons != space.hexagons:
        own = "no hexagons" if space.hexagons is None else f"hexagons of resolution {space.hexagons}"
        raise InputError(f"The model's places are {own}; --hexagons {where.hexagons} was asked for.")
    return fresh, where


def _over(trained: _Block, given: _Block) -> _Block:
    """The trained settings with those put over them that somebody gave."""
    plain = type(given)()
    names = [name for name in type(given).model_fields if getattr(given, name) != getattr(plain, name)]
    return trained.model_copy(update={name: getattr(given, name) for name in names})


def _measure(events: EventsSettings) -> str:
    return "counts" if events.rows == "counts" else measure_of(events.rows, events.count).name
