"""Pages that show why a forecast is what it is: each family's step to the answer, and what one feature does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from busyness.reports.plan_page import PlanPage, plan_words, render_plan_page
from busyness.reports.plan_table import WrittenTable, written_table
from busyness.reports.tracks import Mark, Track, Tracks, drawn_tracks
from busyness.reports.words import Words


@dataclass(frozen=True, repr=False)
class ExplanationMaterial:
    """``families`` and ``features`` are ``(name, amount)`` in demand per slot; families add up to ``forecast``, in the order
    in which they are shown.
    """

    sentence: str
    place: str
    when: str
    forecast: float
    families: Sequence[tuple[str, float]]
    features: pl.DataFrame  # feature, value, amount, meaning
    language: str = "en"
    simulated: bool = False


@dataclass(frozen=True, repr=False)
class EffectMaterial:
    """``table`` has ``value, expected, low, high``; ``now`` is what is said of the same ``rows`` slots as they are.

    ``meaning`` says what the feature is.
    """

    feature: str
    table: pl.DataFrame
    now: float
    rows: int
    language: str = "en"
    simulated: bool = False
    meaning: str = ""


def explanation_page(material: ExplanationMaterial) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    words, said = plan_words(material.language), not material.features.is_empty()
    return render_plan_page(
        PlanPage(
            title=words.say("explanation.title"),
            subtitle=[material.place, material.when],
            lead=[material.sentence],
            tiles=[],
            notes=[words.say("explanation.note"), *([] if said else [words.say("explanation.unsaid")])],
            parts=[_steps(material, words), *([_features(material, words)] if said else [])],
            files=[],
            simulated=material.simulated,
        ),
        words,
    )


def effect_page(material: EffectMaterial) -> str:
    """This will return the page of one feature's effect."""
    words = plan_words(material.language)
    tracks = [
        Track(
            words.number(row["value"]),
            words.number(row["expected"]),
            (Mark("band", row["low"], row["high"], "chance"), Mark("dot", row["expected"], row["expected"])),
        )
        for row in material.table.iter_rows(named=True)
    ]
    note = words.say("effect.band")
    drawn = drawn_tracks(words.say("effect.head"), tracks, written=words.number, note=note, with_zero=False)
    return render_plan_page(
        PlanPage(
            title=words.say("effect.title", feature=material.feature),
            subtitle=[words.say("effect.rows", rows=words.number(material.rows))],
            lead=[words.say("effect.now", now=words.number(material.now)), *_meaning(material, words)],
            tiles=[],
            notes=[words.say("effect.note")],
            parts=[drawn, written_table(material.table, material.table.columns, words, id="effect")],
            files=[],
            simulated=material.simulated,
        ),
        words,
    )


def _meaning(material: EffectMaterial, words: Words) -> list[str]:
    """What the feature is, where the model's card says it."""
    said = {"feature": material.feature, "meaning": material.meaning}
    return [words.say("effect.meaning", **said)] if material.meaning else []


def _steps(material: ExplanationMaterial, words: Words) -> Tracks:
    """From nothing to the forecast: each bar begins where the one before ended."""
    tracks, so_far = [], 0.0
    for name, amount in material.families:
        begin, so_far = so_far, so_far + amount
        tone = "plan" if amount >= 0 else "today"
        tracks.append(Track(name, words.more(amount), (Mark("bar", begin, so_far, tone),)))
    tracks.append(
        Track(
            words.say("explanation.total"), words.number(material.forecast), (Mark("bar", 0, material.forecast, "chance"),)
        )
    )
    legend = (("plan", words.say("explanation.more")), ("today", words.say("explanation.fewer")))
    return drawn_tracks(words.say("explanation.steps"), tracks, written=words.number, legend=legend)


def _features(material: ExplanationMaterial, words: Words) -> WrittenTable:
    return written_table(material.features, ("feature", "value", "amount", "meaning"), words, id="features")
