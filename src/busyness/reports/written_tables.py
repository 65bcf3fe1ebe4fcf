"""The report's tables of all places, already in words: they need no script to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from busyness.reports.local_days import local_moment
from busyness.reports.material import ReportMaterial
from busyness.reports.summary import busiest_moments
from busyness.reports.words import Words, words_of
from busyness.tables import columns as c

FORECASTERS = ("model", c.SEASONAL_NAIVE, c.SEASONAL_MEAN)
SHARES = ("wape", "coverage_80", "within_20", "peak_hit")
"""Metrics that are shares of 1, written as percentages."""

METRICS = ("mae", "rmse", "wape", "mase", "bias", "pinball", "coverage_80", "within_20", "peak_hit")


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A caption, the columns' heads and rows of text; the first column heads its row, ``words`` columns are no numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def moments_table(material: ReportMaterial) -> WrittenTable | None:
    """This will write the busiest moment of every place."""
    moments = busiest_moments(material)
    if not moments:
        return None
    words = words_of(material.language)
    heads = ["table.place", "tile.moment", "peaks.size", "peaks.range", "peaks.probability"]
    crowded = any(moment["over"] for moment in moments)
    rows = [
        (m["label"], m["when"], m["size"], f"{m['low']}–{m['high']}" if m["low"] else "–", m["likely"])
        + ((m["over"] or "–",) if crowded else ())
        for m in moments
    ]
    named = tuple(words.say(head) for head in heads + (["peaks.over"] if crowded else []))
    return WrittenTable(words.say("headline.all"), named, tuple(rows), words=2)


def quality_table(material: ReportMaterial, labels: Mapping[str, str]) -> WrittenTable | None:
    """This will write how good the data of every place are, the most missing first."""
    quality = material.table("quality")
    if quality is None:
        return None
    words = words_of(material.language)
    counts = [name for name in ("slots", c.OBSERVED, "missing", "rejected", "outliers", "closed") if name in quality.columns]
    moments = [name for name in ("first", "last") if name in quality.columns]
    if "missing" in counts:
        quality = quality.sort("missing", descending=True, nulls_last=True, maintain_order=True)
    rows = []
    for row in quality.iter_rows(named=True):
        shares: list[str] = []
        if "missing" in counts:
            due = (row[c.OBSERVED] or 0) + (row["missing"] or 0)
            shares = [words.percent((row["missing"] or 0) / due if due else None, 1)]
        zone = material.timezones.get(str(row[c.PLACE]), "UTC")
        dates = ["–" if row[name] is None else _local_day(row[name], zone, words=words) for name in moments]
        rows.append(
            (_label(labels, row[c.PLACE]), *shares, *(words.number(row[name], 0) for name in counts), *dates),
        )
    heads = ["table.place", *(["quality.missing_share"] if "missing" in counts else [])]
    heads += [f"quality.{name}" for name in (*counts, *moments)]
    return WrittenTable(words.say("quality.table"), tuple(words.say(head) for head in heads), tuple(rows))


def quality_sentence(material: ReportMaterial) -> str:
    """This will say how good the data are as a whole; empty where nothing is known."""
    quality = material.table("quality")
    if quality is None:
        return ""
    words = words_of(material.language)

    def total(name: str) -> int:
        return int(quality[name].fill_null(0).sum()) if name in quality.columns else 0

    observed, missing = total(c.OBSERVED), total("missing")
    rejected = max(total("rejected"), sum(material.rejected.values()))
    return words.say(
        "quality.sum",
        observed=words.number(observed),
        missing=words.number(missing),
        share=words.percent(missing / max(observed + missing, 1), 1),
        rejected=words.number(rejected),
        outliers=words.number(total("outliers")),
    )


def rejected_table(material: ReportMaterial) -> WrittenTable | None:
    """This will write how many rows were rejected for which reason."""
    if not material.rejected:
        return None
    words = words_of(material.language)
    counted = sorted(material.rejected.items(), key=lambda pair: -pair[1])
    rows = tuple((words.known("reason", str(reason)), words.number(count)) for reason, count in counted)
    heads = (words.say("rejected.reason"), words.say("rejected.rows"))
    return WrittenTable(words.say("rejected.title"), heads, rows)


def scores_table(material: ReportMaterial) -> WrittenTable | None:
    """This will write every metric of the forecast and the baselines."""
    scores = material.scores
    if not scores:
        return None
    words = words_of(material.language)
    answers = [scores if name == "model" else scores.get(name) or {} for name in FORECASTERS]
    rows = tuple(
        (words.say(f"metric.{metric}"), *(_metric(answer, metric, words=words) for answer in answers))
        for metric in METRICS
        if any(answer.get(metric) is not None for answer in answers)
    )
    heads = (words.say("backtest.metric"), *(words.say(name) for name in FORECASTERS))
    return WrittenTable(words.say("backtest.table"), heads, rows)


def place_scores_table(material: ReportMaterial, labels: Mapping[str, str]) -> WrittenTable | None:
    """This will write the scores of every place."""
    places: Sequence[Mapping[str, Any]] = (material.scores or {}).get("places") or ()
    if not places:
        return None
    words = words_of(material.language)
    rows = []
    for scored in places:
        baselines = [scored.get(name) or {} for name in FORECASTERS[1:]]
        ours, naive = scored.get("mae"), baselines[0].get("mae")
        gain = 1 - ours / naive if ours is not None and naive else None
        rows.append(
            (
                _label(labels, scored.get(c.PLACE)),
                _metric(scored, "mae", words=words),
                *(_metric(baseline, "mae", words=words) for baseline in baselines),
                words.percent(gain),
                *(_metric(scored, name, words=words) for name in SHARES),
                words.number(scored.get("rows"), 0),
            )
        )
    heads = ["table.place", *FORECASTERS, "backtest.gain", *(f"metric.{name}" for name in SHARES), "backtest.rows"]
    return WrittenTable(words.say("backtest.table.places"), tuple(words.say(head) for head in heads), tuple(rows))


def facts(material: ReportMaterial) -> list[tuple[str, str]]:
    """This will write what is known of the model, name by name."""
    words = words_of(material.language)
    return [
        (words.known("fact", name), _fact(name, value, material, words=words))
        for name, value in material.model.items()
        if value is not None and value != ""
    ]


def _fact(name: str, value: object, material: ReportMaterial, *, words: Words) -> str:
    """A fact's value; the time up to which the model learned is by the places' clock, or UTC where they have several."""
    if name == "features" and isinstance(value, int):
        return words.number(value, 0)
    if name != "trained_until":
        return str(value)
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    if len(str(value)) <= len("2026-11-21"):  # a date alone is a local one already
        return words.day(time, short=True, year=True)
    zones = set(material.timezones.values())
    return (
        words.moment(local_moment(time, zones.pop()))
        if len(zones) == 1
        else f"{words.moment(local_moment(time, 'UTC'))} UTC"
    )


def _local_day(time: date, zone: str, *, words: Words) -> str:
    """The day of a UTC time by the place's clock; a date is local already."""
    day = local_moment(time, zone) if isinstance(time, datetime) else time
    return words.day(day, short=True, year=True)


def family_sentence(material: ReportMaterial) -> str:
    """This will say how much each family of features mattered; empty where it is not known."""
    importance = material.table("importance")
    if importance is None or "family" not in importance.columns:
        return ""
    words = words_of(material.language)
    families = importance.group_by(pl.col("family").fill_null("")).agg(pl.col("share").sum()).sort("share", descending=True)
    parts = [
        f"{words.known('family', family)} {words.percent(share)}" for family, share in families.iter_rows() if share >= 0.005
    ]
    return f"{words.say('importance.families')} {', '.join(parts)}." if parts else ""


def _label(labels: Mapping[str, str], place: object) -> str:
    return labels.get(str(place), str(place))


def _metric(scores: Mapping[str, Any], metric: str, *, words: Words) -> str:
    value = scores.get(metric)
    return words.percent(value, 1) if metric in SHARES else words.error(value)
