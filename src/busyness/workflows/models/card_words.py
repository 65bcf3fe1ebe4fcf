"""A card in words: what a person reads before trusting a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from busyness.registry.card import Card
from busyness.registry.data_card import DataCard

_HEADLINE = ("mae", "wape", "bias", "coverage_80", "peak_hit")


def card_words(card: Card) -> dict[str, tuple[str, ...]]:
    """This will return sentences by heading: model, data, collected, odd, prepared, learned, versions, before."""
    total = sum(card.seconds.get(stage, 0.0) for stage in ("features", "select", "fit", "calibrate"))
    model = (
        f"{card.version}, a model of the kind {card.kind}, trained on {card.created_at:%Y-%m-%d %H:%M} UTC in {total:.1f} "
        f"seconds on {card.threads} threads, seed {card.seed}. Recipe {card.recipe}.",
    )
    words = {
        "Model": model,
        "Data": _data(card.data_card),
        "Collected": _collected(card.data_card),
        "Gaps and odd values": _odd(card.data_card),
        "Prepared": _pairs(card.parameters.get("preparation", {})),
        "Learned": (*_pairs(_simple(card.parameters)), *_pairs(_flat(card.parameters.get("learned", {})))),
        "How good": _good(card.metrics),
        "Made with": (
            f"Busyness {card.software.busyness} ({card.software.code or 'code not told'}), Python {card.software.python}, "
            + ", ".join(f"{name} {version}" for name, version in sorted(card.software.libraries.items())),
        ),
        "Before it": _before(card),
    }
    return {heading: lines for heading, lines in words.items() if lines}


def feature_table(card: Card) -> pl.DataFrame:
    """This will return the features, the weightiest first: ``name, weight, family, meaning, unit, availability``."""
    rows = [
        (str(f.get("name")), f.get("weight"), *(str(f.get(k, "")) for k in ("family", "formula", "unit", "availability")))
        for f in card.features
    ]
    names = ("name", "weight", "family", "meaning", "unit", "availability")
    table = pl.DataFrame(rows, schema={n: pl.Float64 if n == "weight" else pl.String for n in names}, orient="row")
    return table.sort("weight", descending=True, nulls_last=True, maintain_order=True)


def left_table(card: Card) -> pl.DataFrame:
    """This will return the features that a selection left out: ``name, why``."""
    left = dict(card.parameters.get("selection", {}).get("left", {}))
    return pl.DataFrame([(name, str(left[name])) for name in sorted(left)], schema={"name": pl.String, "why": pl.String},
                        orient="row")  # fmt: skip


def _data(seen: DataCard) -> tuple[str, ...]:
    span = f" from {seen.first:%Y-%m-%d %H:%M} to {seen.last:%Y-%m-%d %H:%M} UTC" if seen.first and seen.last else ""
    zones = ", ".join(f"{zone} ({count})" for zone, count in sorted(seen.timezones.items()))
    return (
        f"{seen.places:,} places × {seen.slots:,} slots of {seen.every}{span}; {seen.observed:,} observed. "
        f"Fingerprint {seen.fingerprint[:12]}.",
        *((f"Time zones: {zones}.",) if zones else ()),
        *(
            f"{file.role}: {file.name}" + (f", {file.size:,} bytes, SHA-256 {file.sha256[:12]}…" if file.sha256 else "")
            for file in seen.lineage
        ),
    )


def _collected(seen: DataCard) -> tuple[str, ...]:
    if seen.collection is None:
        return ()
    found = seen.collection
    rejected = ", ".join(f"{count:,} {reason}" for reason, count in found.rejected.items())
    head = f"As {found.how}, every {found.every}; {found.rows:,} rows read" + (
        f", rejected: {rejected}." if rejected else "."
    )
    return (head, *found.notes)


def _odd(seen: DataCard) -> tuple[str, ...]:
    odd = seen.anomalies
    if odd is None:
        return ()
    head = (
        f"{odd.missing:,} open slots without a count ({odd.share_missing:.1%}), the longest gap {odd.longest_gap:,} slots; "
        f"{odd.outliers:,} outliers by {odd.rule}; {odd.zeros:,} zeros; {odd.closed:,} closed."
    )
    worst = "; ".join(f"{w.get('place')}: {w.get('missing'):,} missing, {w.get('outliers'):,} outliers" for w in odd.worst)
    return (head, *((f"Most of them: {worst}.",) if worst else ()))


def _good(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    told = [f"{name} {metrics[name]:.3g}" for name in _HEADLINE if isinstance(metrics.get(name), (int, float))]
    if not told:
        return ("Not measured: busyness forecast and busyness retrain replay the last weeks, busyness train does not.",)
    windows = [
        f"From {str(window.get('origin'))[:16]}: "
        + ", ".join(f"{n} {window[n]:.3g}" for n in _HEADLINE if isinstance(window.get(n), (int, float)))
        for window in metrics.get("windows", ())
    ]
    return ("All windows: " + ", ".join(told), *windows)


def _before(card: Card) -> tuple[str, ...]:
    came = card.ancestry
    if came is None:
        return ()
    return (
        f"After {came.parent}, because {came.why}.",
        *((str(came.decision["sentence"]),) if came.decision.get("sentence") else ()),
        *(f"{change.name} {change.change}: {change.why}" for change in came.changes),
    )


def _simple(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are one value, and not said elsewhere."""
    return {
        name: value
        for name, value in parameters.items()
        if not isinstance(value, Mapping) and name not in ("seed", "threads") and value not in ("", None, [])
    }


def _flat(value: object, prefix: str = "") -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {prefix.rstrip("."): value}
    return {key: inner for name, item in value.items() for key, inner in _flat(item, f"{prefix}{name}.").items()}


def _pairs(values: Mapping[str, Any]) -> tuple[str, ...]:
    told = [f"{name} {value}" for name, value in values.items() if value not in (None, "", [], {})]
    return (", ".join(told),) if told else ()
