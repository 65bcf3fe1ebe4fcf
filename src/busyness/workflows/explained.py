"""An explanation as a person asks for it: a sentence, tables, facts, and a page with pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.reports.explanation_page import EffectMaterial, ExplanationMaterial, effect_page, explanation_page
from busyness.reports.plan_page import plan_words
from busyness.reports.words import Words
from busyness.workflows.explain import Explainer, explain
from busyness.workflows.output import results
from busyness.workflows.partial_dependence import partial_dependence
from busyness.workflows.simulated import from_simulation

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Explained:
    """What was found: in a sentence, as tables of text with what to know of them, and as facts for a program."""

    sentence: str
    tables: Sequence[Table]
    facts: Mapping[str, Any]
    notes: Sequence[str] = ()


def explained(
    folder: Path,
    place: str | None,
    time: datetime | None,
    *,
    effect: str | None = None,
    language: str = "en",
    page: Path | None = None,
) -> Explained:
    """This will explain one slot (``place`` and ``time``), or what one feature does (``effect``; of one place or all).

    Raises:
        InputError: neither or both were asked for, or the question has no answer.

    """
    if (effect is None) == (time is None):
        raise InputError(
            "Ask either for one slot or for the effect of one feature.", hint="Give --place and --time, or --effect FEATURE."
        )
    if effect is not None:
        return _effect(folder, place, effect, language=language, page=page)
    if place is None or time is None:
        raise InputError("A slot is of one place.", hint="Name it with --place.")
    found = explain(folder, place, time, language=language)
    if page is not None:
        features = pl.DataFrame(
            [(share.said, share.value, share.amount, share.meaning) for share in found.features],
            schema={"feature": pl.String, "value": pl.Float64, "amount": pl.Float64, "meaning": pl.String},
            orient="row",
        )
        material = ExplanationMaterial(
            found.sentence,
            found.place,
            f"{time:%Y-%m-%d %H:%M}",
            found.forecast,
            [(share.said, share.amount) for share in found.families],
            features,
            language,
            from_simulation((folder,)),
        )
        _write(page, explanation_page(material))
    words = plan_words(language)
    families = [(share.said, words.more(share.amount, 1)) for share in found.families]
    features_said = [
        (share.name, "" if share.value is None else _exact(share.value, words), words.more(share.amount, 1), share.meaning)
        for share in found.features
    ]
    facts = {
        "place": found.place,
        "time": found.time.isoformat(),
        "forecast": found.forecast,
        "families": {share.name: share.amount for share in found.families},
        "features": {share.name: share.amount for share in found.features},
        "sentence": found.sentence,
    }
    tables: list[Table] = [(_heads(("family", "amount"), language), families)]
    if not features_said:
        return Explained(found.sentence, tables, facts, [words.say("explanation.unsaid")])
    tables.append((_heads(("feature", "value", "amount", "meaning"), language), features_said))
    return Explained(found.sentence, tables, facts)


def _effect(folder: Path, place: str | None, feature: str, *, language: str, page: Path | None) -> Explained:
    explainer = Explainer.of(folder)
    if place is not None:
        chosen = next((each.id for each in explainer.places if place in {each.id, each.name}), None)
        if chosen is None:
            raise UnknownPlaceError(place, [each.id for each in explainer.places])
        place = chosen
    found = partial_dependence(explainer, feature, place=place)
    meaning, words = explainer.meaning(feature, language), plan_words(language)
    if page is not None:
        _write(
            page,
            effect_page(
                EffectMaterial(feature, found.table, found.now, found.rows, language, from_simulation((folder,)), meaning)
            ),
        )
    rows = [
        (_exact(row["value"], words), *(words.number(row[name], 1) for name in ("expected", "low", "high")))
        for row in found.table.iter_rows(named=True)
    ]
    ends = found.table["expected"].to_list()
    now, least, most = (words.number(value, 1) for value in (found.now, min(ends), max(ends)))
    said = words.say("effect.told", now=now, feature=feature, least=least, most=most)
    notes = [words.say("effect.meaning", feature=feature, meaning=meaning)] if meaning else []
    facts = {
        "feature": feature,
        "meaning": meaning,
        "now": found.now,
        "rows": found.rows,
        "values": found.table.to_dicts(),
    }
    heads = (feature, *_heads(("expected", "low", "high"), language))
    return Explained(said, [(heads, rows)], facts, [words.say("effect.ends"), *notes])


def _heads(columns: Sequence[str], language: str) -> tuple[str, ...]:
    """A table's columns as the terminal names them: in English by their own names."""
    words, own = plan_words(language), {"amount": "adds"}
    return tuple(own.get(n, n) if language == "en" else words.known("column", n).lower() for n in columns)


def _exact(value: float, words: Words) -> str:
    """What a feature was: all digits that count, with the language's decimal mark."""
    return f"{value:g}".replace(".", words.say("decimal"))


def _write(page: Path, text: str) -> None:
    with results(page.parent) as stage:
        (stage / page.name).write_text(text, "utf-8")
