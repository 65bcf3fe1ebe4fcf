"""What the report shows, gathered from a run as plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from busyness.registry.card import Card
from busyness.reports.material import ReportMaterial
from busyness.reports.summary import headline
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.verbs import Forecaster
from busyness.workflows.backtest import BacktestRun
from busyness.workflows.ingest import Ingested
from busyness.workflows.quality import quality
from busyness.workflows.settings import RunSettings

_HISTORY_DAYS = 35
_TRIVIAL = ("Read ", "is read as", "says no unit", "Each row holds", "are seconds:", "are metres:", "Slots are ")


class Shown(Protocol):
    """What a run must have to be shown; ``ForecastRun`` has it."""

    @property
    def forecast(self) -> Forecast:
        """This will return the forecast."""
        ...

    @property
    def peaks(self) -> pl.DataFrame:
        """This will return its likely peaks."""
        ...

    @property
    def ingested(self) -> Ingested:
        """This will return the data it was made from."""
        ...

    @property
    def model(self) -> Forecaster:
        """This will return the model that made it."""
        ...

    @property
    def card(self) -> Card:
        """This will return the model's card."""
        ...

    @property
    def checked(self) -> BacktestRun | None:
        """This will return a replay of the last windows."""
        ...

    @property
    def settings(self) -> RunSettings:
        """This will return what was asked for."""
        ...


def report_material(run: Shown, made_at: datetime) -> ReportMaterial:
    """This will gather the tables of a forecast run for its report."""
    history = run.ingested.panel.to_polars()
    since = pl.lit(history[c.TIME].max()) - pl.duration(days=_HISTORY_DAYS)
    return replace(
        _outlook(run, made_at),
        simulated=run.settings.output.simulated,
        model={
            "name": run.card.kind,
            "version": run.card.version,
            "trained_until": str(run.card.data_card.last),
            "features": len(run.card.features),
            "seed": run.card.seed,
            "threads": run.card.threads,
            "busyness": run.card.software.busyness,
            "data": run.card.data_card.fingerprint[:12],
        },
        history=history.filter(pl.col(c.TIME) > since),
        last_week=_last_window(run),
        quality=quality(run.ingested),
        rejected=run.ingested.reasons,
        importance=_importance(run),
        notes=important_first(run.ingested.notes),
        outlines=run.ingested.outlines,
        totals=run.forecast.sum("1d"),
    )


def _outlook(run: Shown, made_at: datetime) -> ReportMaterial:
    """What comes and how good past forecasts were: all that the headline needs, and quick to gather."""
    settings = run.settings.output
    return ReportMaterial(
        title=settings.title or _title(run),
        language=settings.lang,
        made_at=made_at,
        slot_minutes=run.ingested.panel.slots.length.minutes,
        unit=run.ingested.noun,
        adds_up=run.ingested.adds_up,
        notices=run.ingested.notices,
        timezones={place.id: place.timezone for place in run.forecast.places},
        places=_places(run),
        forecast=run.forecast.to_polars(),
        peaks=run.peaks,
        scores=run.checked.scores if run.checked else None,
    )


def _importance(run: Shown) -> pl.DataFrame:
    shares: dict[str, float] = getattr(getattr(run.model, "member", None), "importance", dict)()
    family = {feature["name"]: feature["family"] for feature in run.card.features}
    return pl.DataFrame(
        {"feature": list(shares), "family": [family.get(name, "") for name in shares], "share": list(shares.values())},
        schema={"feature": pl.String, "family": pl.String, "share": pl.Float64},
    )


def important_first(notes: Sequence[str]) -> tuple[str, ...]:
    """This will put how columns and units were read behind what changes the numbers; each keeps its order."""
    trivial = [any(word in note for word in _TRIVIAL) for note in notes]
    return tuple(
        note for last in (False, True) for note, is_trivial in zip(notes, trivial, strict=True) if is_trivial is last
    )


def headlines(run: Shown) -> list[str]:
    """This will say in sentences when each place will be busiest: what a manager reads first."""
    return headline(_outlook(run, run.card.created_at))


def _title(run: Shown) -> str:
    count = len(run.forecast.places)
    one = run.forecast.places[0].label if count == 1 else ""
    if run.settings.output.lang == "es":
        return f"Afluencia: {one or f'{count} lugares'}"
    return f"Busyness: {one or f'{count} places'}"


def _places(run: Shown) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "place": p.id,
            "name": p.label,
            "timezone": p.timezone,
            "capacity": p.capacity,
            c.LATITUDE: p.latitude,
            c.LONGITUDE: p.longitude,
        }
        for p in run.forecast.places
    ]
    texts, numbers = ("place", "name", "timezone"), ("capacity", c.LATITUDE, c.LONGITUDE)
    return pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String) | dict.fromkeys(numbers, pl.Float64))


def _last_window(run: Shown) -> pl.DataFrame | None:
    if run.checked is None:
        return None
    predictions = run.checked.predictions
    return predictions.filter(pl.col(c.ORIGIN) == predictions[c.ORIGIN].max())
