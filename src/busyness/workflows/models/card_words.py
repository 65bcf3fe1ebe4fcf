"""A card in words: what a person reads before trusting a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from busyness.registry.card import Card
from busyness.registry.data_card import DataCard
from busyness.reports.sentences import card_in, meaning_in
from busyness.tables.columns import SEASONAL_NAIVE
from busyness.workflows.models.continuation import continued_words
from busyness.workflows.rehearsed_windows import CONTINUED, REHEARSAL, measured_by

_HEADLINE = ("mae", "wape", "bias", "coverage_80", "peak_hit")


def card_words(card: Card, language: str = "en") -> dict[str, tuple[str, ...]]:
    """This will return sentences by heading: model, data, collected, odd, prepared, learned, versions, before.

    Names of parameters and metrics, versions and what people wrote are the same in every ``language``.
    """
    total = sum(card.seconds.get(stage, 0.0) for stage in ("features", "select", "fit", "calibrate"))
    model = (
        f"{card.version}, a model of the kind {card.kind}, trained on {card.created_at:%Y-%m-%d %H:%M} UTC in {total:.1f} "
        f"seconds on {card.threads} threads, seed {card.seed}. Recipe {card.recipe}.",
    )
    words = {
        "Model": (*model, *continued_words(card)),
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
    say = card_in(language)
    return {say(heading): tuple(map(say, lines)) for heading, lines in words.items() if lines}


def feature_table(card: Card, language: str = "en") -> pl.DataFrame:
    """This will return the features, the weightiest first: ``name, weight, family, meaning, unit, availability``."""
    mean = meaning_in(language)
    rows = [
        (
            *(str(f.get("name")), f.get("weight"), str(f.get("family", "")), mean(str(f.get("formula", "")))),
            *(str(f.get(name, "")) for name in ("unit", "availability")),
        )
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
    worst = "; ".join(f"{w.get('place')} {w.get('missing'):,} + {w.get('outliers'):,}" for w in odd.worst)
    return (head, *((f"Most of them (missing and outliers): {worst}.",) if worst else ()))


def _good(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    told = _figures(metrics)
    if not told:
        return ("Not measured: busyness forecast and busyness retrain replay the last weeks.",)
    windows = list(metrics.get("windows", ()))
    if measured_by(metrics) != REHEARSAL:
        return (f"All windows: {told}", *map(_window, windows))
    ordered = sorted(windows, key=lambda window: float(window["mae"] or 0))
    usual = metrics.get(SEASONAL_NAIVE)
    beside = f" (last week's values: mae {_figure(usual)})" if usual else ""
    count, days = len(windows), metrics.get("days")
    how = (
        "Rehearsal of the retraining, not a backtest: the model before, continued in the same way, asked from "
        f"{count} origins in the last {days} days, which it had not seen."
        if metrics.get(CONTINUED)
        else f"Rehearsal, not a backtest: a lighter fit of this model, asked from {count} origins in the last {days} days, "
        "which it had not seen."
    )
    return (
        " ".join((how, "The fit that answers learned from these days too.")),
        f"Rehearsed: {told}{beside}",
        f"The best and the worst origin, of which --json prints all: {_window(ordered[0])}; {_window(ordered[-1])}",
    )


def _window(window: Mapping[str, Any]) -> str:
    return f"From {str(window.get('origin'))[:16]}: {_figures(window)}"


def _figures(metrics: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} {_figure(metrics[n])}" for n in _HEADLINE if isinstance(metrics.get(n), (int, float)))


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


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
