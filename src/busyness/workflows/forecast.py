"""The main job: from a file of counts to what comes, in tables and a report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import TooLittleHistoryError
from busyness.registry.artifact import save_artifact
from busyness.registry.card import Card
from busyness.reports.report import render_report
from busyness.sources.files.counts import CountsSource
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel, SealedPanel, local_label
from busyness.tables.verbs import Forecaster
from busyness.workflows.backtest import BacktestRun, chosen_origins, replayed
from busyness.workflows.context import write_context
from busyness.workflows.explain import EXAMPLES, write_examples
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer, write_health
from busyness.workflows.material import report_material
from busyness.workflows.model_choice import with_model_chosen
from busyness.workflows.output import results
from busyness.workflows.plans_process import plans_made
from busyness.workflows.plans_shown import with_plans
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.record import with_windows
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import MODEL, trained

CHECKED_WINDOWS = 2
"""A forecast comes with a replay of the last windows, so that one can see how good it would have been."""


@dataclass(frozen=True, repr=False)
class ForecastRun:
    """The forecast, its peaks, the model with its card, and a replay of the last windows (None: too little history)."""

    forecast: Forecast
    peaks: pl.DataFrame
    ingested: Ingested
    model: Forecaster
    card: Card
    checked: BacktestRun | None
    settings: RunSettings

    def __repr__(self) -> str:
        return f"ForecastRun({self.forecast!r})"

    def write(self, out: Path, *, clock: Clock | None = None, progress: Progress | None = None) -> list[Path]:
        """This will write the tables, the model, what paths are drawn from, the plans and the report; all or none.

        ``forecast.parquet`` (UTC), ``forecast.csv`` (local time with offset), ``peaks.csv``, ``report.html``,
        ``model/``, ``paths.npz`` (what paths are drawn from), ``rejected.parquet``, of the replay ``backtest.json`` and
        ``predictions.parquet``, and what a service shows beside (``context.write_context``): ``history.parquet`` (the last
        eight weeks), ``quality.parquet``, ``health.json``, ``settings.json``, ``outlines.json``; ``examples.npz`` (what
        ``busyness explain`` reads), and ``plans/KIND/`` for each plan of the settings.
        """
        now = (clock or SystemClock()).now()
        with results(out) as stage:
            table = self.forecast.to_polars()
            table.write_parquet(stage / "forecast.parquet")
            zones = {place.id: place.timezone for place in self.forecast.places}
            in_local_time(table.drop(c.HORIZON), zones).write_csv(stage / "forecast.csv")
            in_local_time(self.peaks, zones).write_csv(stage / "peaks.csv")
            self.ingested.rejected.write_parquet(stage / "rejected.parquet")
            write_health(self.ingested, stage)
            write_paths(self.forecast, stage / PATHS, noun=self.ingested.noun, adds_up=self.ingested.adds_up)
            save_artifact(stage / MODEL, self.model.to_parts(), self.card)
            sealed = preparer(self.settings.preparation)(self.ingested.panel.sealed())
            write_examples(self.model, sealed, horizon=self.forecast.slots.count, file=stage / EXAMPLES)
            if self.checked is not None:
                text = json.dumps(self.checked.scores, indent=2, ensure_ascii=False, default=str)
                (stage / "backtest.json").write_text(text + "\n", "utf-8")
                self.checked.predictions.write_parquet(stage / "predictions.parquet")
            material = report_material(self, now)
            write_context(self.ingested, self.settings, stage, now=now, quality=material.quality)
            plans = plans_made(self.settings, stage, progress=progress or Silent())
            (stage / "report.html").write_text(render_report(with_plans(material, plans, stage)), "utf-8")
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]


def forecast(
    settings: RunSettings,
    source: CountsSource | Panel | None = None,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
    thorough: bool = False,
) -> ForecastRun:
    """This will train on a file, a frame or a panel, forecast what comes after it, and check the model on the last weeks.

    The check replays the last windows with one fitted model; ``thorough`` replays all that the settings ask for, as
    ``backtest`` does.
    """
    progress, clock = progress or Silent(), clock or SystemClock()
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    return forecasted(found, settings, progress=progress, clock=clock, thorough=thorough)


def forecasted(
    found: Ingested,
    settings: RunSettings,
    *,
    progress: Progress,
    clock: Clock,
    thorough: bool = False,
    fit: Callable[[SealedPanel], Forecaster] | None = None,
) -> ForecastRun:
    """This will train on what was ingested, forecast what comes after it, and check it.

    A model that something else makes (``fit``: as ``trained`` says) is not checked: a replay would be of other models.
    """
    found, settings = with_model_chosen(found, settings)
    done = trained(found, settings, progress=progress, clock=clock, fit=fit)
    sealed = preparer(settings.preparation)(found.panel.sealed())
    progress.step("Forecasting")
    said = done.model.predict(sealed, found.horizon)
    checked = _checked(found, settings, progress, thorough=thorough) if fit is None else None
    card = with_windows(done.card, checked.scores if checked else None, _headline(checked))
    progress.step("Finding peaks")
    return ForecastRun(said, said.peaks(), found, done.model, card, checked, settings)


def _checked(found: Ingested, settings: RunSettings, progress: Progress, *, thorough: bool) -> BacktestRun | None:
    check = settings.backtest
    if not thorough:
        windows = min(check.windows, CHECKED_WINDOWS) if not check.origins else 0
        check = check.model_copy(update={"windows": windows, "refit": "never"})
    if not check.windows and not check.origins:
        return None
    try:
        origins = chosen_origins(found.panel, found.horizon, check)
        return replayed(found, settings.model_copy(update={"backtest": check}), origins, progress=progress)
    except TooLittleHistoryError:
        return None


def _headline(checked: BacktestRun | None) -> dict[str, Any]:
    if checked is None:
        return {}
    kept = ("mae", "rmse", "wape", "mase", "bias", "pinball", "coverage_80", "within_20", "peak_hit", "origins", "horizon")
    return {name: checked.scores.get(name) for name in kept} | {
        name: (checked.scores.get(name) or {}).get("mae") for name in (c.SEASONAL_NAIVE, c.SEASONAL_MEAN)
    }


def in_local_time(table: pl.DataFrame, zones: dict[str, str]) -> pl.DataFrame:
    """This will write every time of a table as local text with its offset, by the zone of the row's place."""
    zone_of = table[c.PLACE].replace_strict(zones, return_dtype=pl.String).to_numpy()
    for name, kind in table.schema.items():
        if not isinstance(kind, pl.Datetime):
            continue
        times = table[name].dt.replace_time_zone(None).to_numpy()
        text = np.empty(len(times), dtype=object)
        for zone in set(zone_of.tolist()):
            rows = zone_of == zone
            text[rows] = local_label(times[rows], zone)
        table = table.with_columns(pl.Series(name, text.tolist(), dtype=pl.String))
    return table
