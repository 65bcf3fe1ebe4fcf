"""The report: one HTML file that holds everything it needs, the plotting library too."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from markupsafe import Markup
from plotly.offline import get_plotlyjs

from busyness.reports.expected import expected_map, expected_table
from busyness.reports.material import ReportMaterial
from busyness.reports.pages import templates
from busyness.reports.payload import payload
from busyness.reports.places import ShownPlace, shown_places
from busyness.reports.replayed import replay_note
from busyness.reports.sentences import sentence_in
from busyness.reports.summary import (
    SHOWN,
    between,
    busiest_moments,
    forecast_days,
    how_many,
    skill_sentence,
    total_sentence,
    unchecked_sentence,
)
from busyness.reports.tiles import tiles
from busyness.reports.words import Words, capitalised, words_of
from busyness.reports.written_tables import (
    facts,
    family_sentence,
    moments_table,
    place_scores_table,
    quality_sentence,
    quality_table,
    rejected_table,
    scores_table,
)

SEARCH_FROM = 11
"""From so many places on there is a box to search them."""

SHOWN_NOTES = 6
"""So many notes stand near the top; the rest at the bottom."""

_WARNING_SIGNS = ("too little", "no count since")
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render_report(material: ReportMaterial) -> str:
    """This will return the report as one HTML document that asks the network for nothing."""
    words, places = words_of(material.language), shown_places(material)
    drawn = payload(material, places)
    return templates().get_template("report.html.j2").render(
        words=words,
        say=words.say,
        capitalised=capitalised,
        material=material,
        title=material.title or words.say("title"),
        subtitle=_subtitle(material, words),
        drawn=drawn,
        palettes=drawn["palettes"],
        material_json=embedded(drawn),
        plotly=Markup(get_plotlyjs()),  # noqa: S704  # the library's own file, without a closing script tag
        search=len(places) >= SEARCH_FROM,
        **_written(material, places, words),
    )  # fmt: skip


def embedded(content: object) -> Markup:
    """This will write JSON that may stand inside a script element, whatever text it holds.

    >>> print(embedded({"name": "</script>"}))
    {"name":"\\u003c/script\\u003e"}
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPED))  # noqa: S704  # every character that could end the element is escaped


def _written(material: ReportMaterial, places: tuple[ShownPlace, ...], words: Words) -> dict[str, Any]:
    """Everything that the template shows without a script."""
    labels = {place.id: place.label for place in places}
    return {
        "places": places,
        "tiles": tiles(material),
        "total": total_sentence(material),
        "foremost": busiest_moments(material)[:SHOWN],
        "skill": skill_sentence(material),
        "moments": moments_table(material),
        "quality": quality_table(material, labels),
        "quality_sentence": quality_sentence(material),
        "rejected": rejected_table(material),
        "scores": scores_table(material),
        "place_scores": place_scores_table(material, labels),
        "families": family_sentence(material),
        "facts": facts(material),
        "replay_note": replay_note(material, words),
        "backtest_note": _backtest_note(material, words),
        "unchecked": unchecked_sentence(material),
        "map": expected_map(material, places),
        "expected": expected_table(material, places),
        "notices": [_notice(notice, material, words) for notice in material.notices],
        "warnings": _foremost_first(material, words)[:SHOWN_NOTES],
        "other_notes": _foremost_first(material, words)[SHOWN_NOTES:],
        "plans": [(plan, Markup(plan.part)) for plan in material.plans],  # noqa: S704  # made by our own templates
    }


def _foremost_first(material: ReportMaterial, words: Words) -> list[str]:
    """The notes, with those that say how far a forecast can be trusted at all before those that say what was guessed."""
    notes = sorted(material.notes, key=lambda note: not any(sign in note for sign in _WARNING_SIGNS))
    return [sentence_in(words.language)(note) for note in notes]


def _subtitle(material: ReportMaterial, words: Words) -> list[str]:
    parts, days = [], forecast_days(material)
    if days:
        key, said = between("span", days[0], days[1], words=words, year=True)
        parts.append(words.say(key, **said))
    parts.append(how_many(material.places.height, words))
    made = material.made_at.astimezone(UTC) if material.made_at.tzinfo else material.made_at
    return [*parts, words.say("made", when=words.moment(made))]


def _backtest_note(material: ReportMaterial, words: Words) -> str:
    scores = material.scores or {}
    if scores.get("mae") is None:
        return ""
    count = scores.get("origins") or len(scores.get("by_origin") or ())
    key = "some" if not count else "one" if count == 1 else "many"
    origins = words.say(f"backtest.origins.{key}", count=count)
    return words.say("backtest.note", origins=origins, rows=words.number(scores.get("rows"), 0))


def _notice(notice: str, material: ReportMaterial, words: Words) -> str:
    """What has to be known before any number is read; those the report knows are said in its language."""
    key = f"notice.{notice}"
    return words.say(key, unit=words.unit(material.unit)) if key in words.phrases else notice
