"""Replay the past: what the model would have said, beside what came and what anyone would have used."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from busyness.backtesting.baselines import seasonal_scales
from busyness.backtesting.replay import Replay, dated_origins, origins_back, replay
from busyness.backtesting.scores import score
from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.domain.stopwatch import Stopwatch
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel
from busyness.tables.verbs import Forecaster
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.model_choice import with_model_chosen
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import BacktestSettings, RunSettings
from busyness.workflows.wiring.members import forecaster


@dataclass(frozen=True, repr=False)
class BacktestRun:
    """``predictions`` as ``backtest.replay`` makes them, ``scores`` as ``backtest.json`` has them, the last model."""

    predictions: pl.DataFrame
    scores: dict[str, Any]
    ingested: Ingested
    model: Forecaster

    def __repr__(self) -> str:
        return f"BacktestRun(mae={self.scores.get('mae')}, {self.predictions.height:,} predictions)"

    def write(self, out: Path) -> list[Path]:
        """This will write ``backtest.json``, ``predictions.parquet`` and ``rejected.parquet``, all or none."""
        with results(out) as stage:
            (stage / "backtest.json").write_text(
                json.dumps(self.scores, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8"
            )
            self.predictions.write_parquet(stage / "predictions.parquet")
            self.ingested.rejected.write_parquet(stage / "rejected.parquet")
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]


def backtest(
    settings: RunSettings, source: CountsSource | Panel | None = None, *, progress: Progress | None = None
) -> BacktestRun:
    """This will replay the origins of the settings over a file, a frame or a panel, and score what was said."""
    progress = progress or Silent()
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    origins = chosen_origins(found.panel, found.horizon, settings.backtest)
    asked = settings.backtest.windows
    if not settings.backtest.origins and len(origins) < asked:
        fewer = (
            f"Only {len(origins)} of the {asked} windows asked for leave enough history before them; those were replayed."
        )
        found = replace(found, notes=(*found.notes, fewer))
    return replayed(found, settings, origins, progress=progress)


def replayed(found: Ingested, settings: RunSettings, origins: tuple[int, ...], *, progress: Progress) -> BacktestRun:
    """This will replay these origins of a panel, and score them."""
    found, settings = with_model_chosen(found, settings)
    watch = Stopwatch()
    often = settings.backtest.refit
    plan = Replay(origins, found.horizon, None if often == "never" else int(often), preparer(settings.preparation))
    total = len(origins)
    predictions, model = replay(
        found.panel,
        forecaster(settings.model, watch=watch),
        plan,
        watch=lambda done: progress.step("Replaying the past", done, total=total),
    )
    if predictions["observed"].null_count() == predictions.height:
        raise TooLittleHistoryError(
            "Nothing was observed in the windows to replay.", hint="Choose earlier --origins or --end."
        )
    scores = score(
        predictions,
        timezones={place.id: place.timezone for place in found.panel.places},
        slot_minutes=found.panel.slots.length.minutes,
        scales=seasonal_scales(found.panel.until(origins[0])),
    ).to_dict()
    stages = ("features", "fit", "calibrate", "predict")
    seconds = {stage: round(watch.seconds.get(stage, 0.0), 3) for stage in stages}
    scores |= {"seconds": seconds, "origins": len(origins), "horizon": found.horizon, "model": settings.model.model}
    scores["covariates"] = sorted(found.panel.known)
    return BacktestRun(predictions, scores, found, model)


def chosen_origins(panel: Panel, horizon: int, settings: BacktestSettings) -> tuple[int, ...]:
    """This will return the origins that the settings name or count back, as slots."""
    if settings.origins:
        return dated_origins(panel, [np.datetime64(day, "D") for day in settings.origins])
    if not settings.windows:
        raise InputError("A backtest needs at least one window.", hint="For example --windows 4.")
    step = settings.step or min(max(horizon, panel.slots.length.per_day), panel.slots.length.per_week)
    end = panel.history if settings.end is None else min(panel.origin_of(settings.end), panel.history)
    origins = origins_back(panel, horizon, windows=settings.windows, step=step, end=end)
    if not origins:
        days = panel.history / panel.slots.length.per_day
        raise TooLittleHistoryError(
            f"{days:.1f} days of data are too few to replay a window of {horizon} slots.",
            hint="Use a shorter --horizon, or more data.",
        )
    return origins
