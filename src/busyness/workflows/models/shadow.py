"""What a challenger would have said: forecast beside the champion from the same data, stored, and never served."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.quantiles import column
from busyness.metrics.paired import clustered
from busyness.registry.artifact import load_artifact
from busyness.registry.lots import CHALLENGER, CHAMPION
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.context import recent_history
from busyness.workflows.folder import MODEL
from busyness.workflows.ingest import Ingested, ingest, preparer
from busyness.workflows.models.switchback import ARM, DATE, Effect
from busyness.workflows.posted import Store, with_posted
from busyness.workflows.predict import as_trained
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import run_settings
from busyness.workflows.wiring.restored import restored

SHADOW = "shadow.parquet"
"""The file of a trial: ``place, time, date, origin, arm, version, q10, q50, q90, mean, observed``."""

_KEY = [c.PLACE, c.TIME, ARM]


def shadow(
    champion: Path,
    challenger: Path,
    trial: Path,
    *,
    posted: Store | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """This will let both releases' models forecast from the run's files as they are now, and store what they said.

    Of every slot the newest forecast from before it is kept; what came since the last time is put beside it. Run it once a
    day, when the files are fresh. ``trial`` is the trial's folder; counts that were ``posted`` to the service are read too.
    """
    progress = progress or Silent()
    now = (clock or SystemClock()).now()
    settings, _ = with_posted(run_settings(champion), trial.parent.parent, posted or Store(), now=now)
    progress.step("Reading")
    found = ingest(settings)
    said = []
    for arm, folder in ((CHAMPION, champion), (CHALLENGER, challenger)):
        progress.step(f"Forecasting: {arm}")
        said.append(_said(found, folder, settings, arm=arm))
    file = trial / SHADOW
    before = [pl.read_parquet(file)] if file.is_file() else []
    came = recent_history(found.panel).select(c.PLACE, c.TIME, pl.col(c.DEMAND).alias("came"))
    table = (
        pl.concat([*before, *said])
        .sort(c.ORIGIN, maintain_order=True)
        .unique(_KEY, keep="last", maintain_order=True)
        .join(came, on=[c.PLACE, c.TIME], how="left")
        .with_columns(pl.coalesce("came", c.OBSERVED).alias(c.OBSERVED))
        .drop("came")
        .sort(_KEY)
    )
    stage = trial / f".unfinished-{SHADOW}"
    table.write_parquet(stage)
    stage.replace(file)
    return table


def shadow_effect(trial: Path, *, confidence: float = 0.95) -> Effect:
    """This will compare absolute errors on slots that both forecast from the same origin, clustered by local day."""
    table = pl.read_parquet(trial / SHADOW).filter(pl.col(c.OBSERVED).is_not_null())
    missed = (pl.col("q50") - pl.col(c.OBSERVED)).abs().cast(pl.Float64)
    sides = [
        table.filter(pl.col(ARM) == arm).select(c.PLACE, c.TIME, c.ORIGIN, DATE, missed.alias(arm))
        for arm in (CHAMPION, CHALLENGER)
    ]
    pairs = sides[0].join(sides[1].drop(DATE), on=[c.PLACE, c.TIME, c.ORIGIN])
    usual = float(pairs[CHAMPION].to_numpy().mean()) if pairs.height else float("nan")
    found = clustered((pairs[CHALLENGER] - pairs[CHAMPION]).to_numpy(), pairs[DATE].to_numpy(), confidence=confidence)
    return Effect(found, found.over(usual), usual, sides[0].height + sides[1].height - 2 * pairs.height)


def _said(found: Ingested, folder: Path, settings: RunSettings, *, arm: str) -> pl.DataFrame:
    parts, card = load_artifact(folder / MODEL)
    own = as_trained(settings, card, known=parts.facts.get("known", ()))
    model = restored(parts, threads=own.model.threads, version=card.version)
    horizon = min(found.horizon, int(own.model.horizon or found.horizon))
    said: Forecast = model.predict(preparer(own.preparation)(found.panel.sealed()), horizon)
    days = wall_times(said.places, said.slots).astype("datetime64[D]")
    marks = [column(level) for level in (0.1, 0.5, 0.9)]
    return said.to_polars().select(
        c.PLACE, c.TIME, pl.Series(DATE, days.reshape(-1)).cast(pl.Date), c.ORIGIN, pl.lit(arm).alias(ARM),
        pl.lit(card.version).alias("version"), *marks, c.MEAN, pl.lit(None, pl.Float32).alias(c.OBSERVED),
    )  # fmt: skip
