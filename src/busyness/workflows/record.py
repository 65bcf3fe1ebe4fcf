"""The record of a run: the card of a fitted model, with where its data came from and what is odd about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.clock import Clock
from busyness.domain.measures import measure_of
from busyness.domain.stopwatch import Stopwatch
from busyness.features.builder import DirectFeatures
from busyness.registry.card import Card, software
from busyness.registry.data_card import Anomalies, Collection, DataCard, SourceFile
from busyness.registry.fingerprint import data_card, fingerprint, version_of
from busyness.registry.lineage import source_file
from busyness.sources.chunks.sql_url import without_secrets
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import Forecaster
from busyness.workflows.ingest import Ingested
from busyness.workflows.quality import Method, quality
from busyness.workflows.settings import RunSettings

_READ_FROM = ("counts", "events", "space", "calendar", "weather", "around")
"""The blocks of settings that name files."""

UPDATED = "updated"
"""Of a card's parameters: until when, and from which model, one was updated."""

_NOTES, _WORST = 40, 5
_LEARNED = ("settings", "sampling", "rows", "weights", "record")
"""What a member says of how it learned, beside its parameters."""

_OF_WINDOWS = ("rows", "mae", "rmse", "wape", "bias", "pinball", "coverage_80", "within_20", "peak_hit")


def card_of(
    model: Forecaster, found: Ingested, settings: RunSettings, *, sealed: SealedPanel, watch: Stopwatch, clock: Clock
) -> Card:
    """This will write the card of a model that was fitted on ``sealed``; ``settings`` are those it was fitted with."""
    chosen = settings.model
    described = data_record(found, settings)
    parts = model.to_parts()
    features = _features(model, sealed)
    return Card(
        kind=chosen.model,
        version=f"{chosen.model}-{version_of(parts, described.fingerprint)}",
        created_at=clock.now(),
        software=software(chosen.model, *kinds_in(parts.facts)),
        data_card=described,
        features=features,
        parameters=chosen.model_dump(mode="json")
        | {block: getattr(settings, block).model_dump(mode="json") for block in ("preparation", "events", "space")}
        | {"timezone": settings.counts.timezone, "country": settings.calendar.country, "region": settings.calendar.region}
        | {"learned": _learned(parts)}
        | ({"selection": {"left": _left_out(model)}} if chosen.select_features else {}),
        seed=chosen.seed,
        threads=chosen.threads or 1,
        seconds={stage: round(seconds, 3) for stage, seconds in watch.seconds.items()},
    )


def data_record(found: Ingested, settings: RunSettings) -> DataCard:
    """This will describe what was read: fingerprint, files, how it was collected, time zones, gaps and odd values."""
    source = without_secrets(settings.counts.file, settings.counts.file) or "frame"
    return data_card(found.panel, source=source).model_copy(
        update={
            "lineage": lineage(settings),
            "collection": Collection(
                how=_how(settings),
                every=str(found.panel.slots.length),
                rows=found.rows,
                rejected=dict(found.reasons),
                notes=found.notes[:_NOTES],
            ),
            "anomalies": _anomalies(found, settings),
        }
    )


def lineage(settings: RunSettings) -> tuple[SourceFile, ...]:
    """This will describe every file that the settings name, each with its checksum; a database without its password."""
    named: list[tuple[str, str]] = []
    for block in _READ_FROM:
        for role, value in getattr(settings, block):
            several = value if isinstance(value, tuple) else (value,)
            named += [(role, str(one)) for one in several if isinstance(one, Path)]
    counts = settings.counts.file
    first = [source_file("file", without_secrets(counts, counts))] if counts else []
    return (*first, *(source_file(role, name) for role, name in named))


def with_windows(card: Card, scores: Mapping[str, Any] | None, headline: Mapping[str, Any]) -> Card:
    """This will return the card with the metrics of a replay: ``headline`` of all windows, and each window's own."""
    windows = [
        {"origin": str(window["origin"]), **{name: window.get(name) for name in _OF_WINDOWS if name in window}}
        for window in (scores or {}).get("by_origin", ())
    ]
    return with_metrics(card, dict(headline) | ({"windows": windows} if windows else {}))


def with_metrics(card: Card, metrics: Mapping[str, Any]) -> Card:
    """This will return the card with these metrics, numbers that are not finite as ``None``."""
    return Card.model_validate(card.model_dump() | {"metrics": dict(metrics)})


def updated_card(card: Card, parts: Parts, found: Ingested, *, until: str) -> Card:
    """This will return the card of a model after it was updated until a day: another version, another recipe."""
    seen = fingerprint(found.panel)
    first = card.parameters.get(UPDATED, {}).get("from", card.version)
    facts = {"until": until, "from": first, "data": seen[:12]}
    return card.model_copy(
        update={
            "version": f"{card.kind}-{version_of(parts, seen)}",
            "parameters": {**card.parameters, UPDATED: facts},
        }
    )


def weights_of(model: Forecaster) -> dict[str, float]:
    """This will return each feature's share of what a model decides by; empty where it cannot say."""
    shares: dict[str, float] = getattr(getattr(model, "member", None), "importance", dict)()
    return shares


def _features(model: Forecaster, sealed: SealedPanel) -> list[dict[str, Any]]:
    weights = weights_of(model)
    lines = [asdict(feature) for feature in DirectFeatures().prepared(sealed).catalog(sealed)]
    left = _left_out(model)
    kept = [line for line in lines if line["name"] not in left]
    return [line | ({"weight": round(weights.get(line["name"], 0.0), 6)} if weights else {}) for line in kept]


def _left_out(model: Forecaster) -> dict[str, str]:
    """The features that a selection left out, each with the reason."""
    left: dict[str, str] = getattr(getattr(getattr(model, "member", None), "builder", None), "left_out", {})
    return left


def _learned(parts: Parts) -> dict[str, Any]:
    """How the member learned: its own settings (with the sampling of rows), and how many rows there were."""
    facts = parts.facts.get("member") or {}
    return {name: facts[name] for name in _LEARNED if name in facts}


def kinds_in(facts: object) -> tuple[str, ...]:
    """This will return the kinds of all members in an artifact's facts, those of a blend's too, each once."""
    if isinstance(facts, Mapping):
        own = (facts["kind"],) if isinstance(facts.get("kind"), str) else ()
        return tuple(dict.fromkeys((*own, *(kind for value in facts.values() for kind in kinds_in(value)))))
    if isinstance(facts, (list, tuple)):
        return tuple(dict.fromkeys(kind for value in facts for kind in kinds_in(value)))
    return ()


def _how(settings: RunSettings) -> str:
    events = settings.events
    return "counts" if events.rows == "counts" else f"{events.rows}: {measure_of(events.rows, events.count).name}"


def _anomalies(found: Ingested, settings: RunSettings) -> Anomalies:
    rule: Method = "zscore" if settings.preparation.outliers == "none" else settings.preparation.outliers
    table = quality(found, outliers=rule)
    slots, missing = int(table["slots"].sum()), int(table["missing"].sum())
    worst = table.filter((pl.col("missing") > 0) | (pl.col("outliers") > 0)).sort(
        ["missing", "outliers", "place"], descending=[True, True, False]
    )
    opened = slots - int(table["closed"].sum())
    return Anomalies(
        missing=missing,
        share_missing=round(missing / opened, 6) if opened > 0 else 0.0,
        longest_gap=int(table["longest_gap"].max() or 0),  # type: ignore[arg-type]  # a column of whole numbers
        outliers=int(table["outliers"].sum()),
        rule=rule,
        closed=int(table["closed"].sum()),
        zeros=int(table["zeros"].sum()),
        worst=tuple(worst.head(_WORST).select("place", "missing", "longest_gap", "outliers").to_dicts()),
    )
