"""The numbers behind the plots of trust: errors beside the baselines', and which features mattered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from busyness.reports.material import ReportMaterial
from busyness.reports.places import ShownPlace
from busyness.reports.words import Words, capitalised, words_of
from busyness.reports.written_tables import FORECASTERS
from busyness.tables import columns as c

SHOWN_PLACES = 25
SHOWN_FEATURES = 15
_COUNTED = (
    (re.compile(r"weeks_back_(\d+)"), "feature.weeks_back"),
    (re.compile(r"trend_(\d+)h"), "feature.trend"),
)


def backtest_plots(material: ReportMaterial, places: Sequence[ShownPlace]) -> dict[str, Any] | None:
    """This will return mean absolute errors, in the order of ``FORECASTERS``: ``overall`` ``[3]``, ``ahead``
    ``[[day, 3 errors] …]`` and ``places`` ``[[label, 3 errors] …]``, the busiest first; ``None`` where not scored.
    """
    scores = material.scores
    if not scores or scores.get("mae") is None:
        return None
    by_place = {str(scored.get(c.PLACE)): scored for scored in scores.get("places") or ()}
    shown = [place for place in places if place.id in by_place][:SHOWN_PLACES]
    return {
        "overall": _errors(scores),
        "ahead": [[group["day_ahead"], *_errors(group)] for group in scores.get("by_horizon") or ()],
        "places": [[place.label, *_errors(by_place[place.id])] for place in shown],
        "all": len(by_place),
    }


def _errors(scores: Mapping[str, Any]) -> list[float | None]:
    answers = [scores if name == "model" else scores.get(name) or {} for name in FORECASTERS]
    return [None if answer.get("mae") is None else round(float(answer["mae"]), 3) for answer in answers]


def importance_plot(material: ReportMaterial) -> list[list[Any]]:
    """This will return ``[feature in words, family in words, share]`` of the features that mattered most."""
    importance = material.table("importance")
    if importance is None:
        return []
    words = words_of(material.language)
    if "family" not in importance.columns:
        importance = importance.with_columns(family=pl.lit(""))
    top = importance.sort("share", descending=True, maintain_order=True).head(SHOWN_FEATURES)
    return [
        [
            feature_in_words(str(row["feature"]), words),
            words.known("family", row.get("family") or ""),
            round(row["share"], 4),
        ]
        for row in top.iter_rows(named=True)
        if row["share"] > 0
    ]


def feature_in_words(name: str, words: Words) -> str:
    """This will say what a feature is; a name without words stays as it is.

    >>> feature_in_words("weeks_back_3", words_of("en")), feature_in_words("promo_type", words_of("en"))
    ('3 weeks back, same hour', 'promo_type')
    """
    if name == "weeks_back_1":
        return capitalised(words.say("feature.week_back"))
    for pattern, phrase in _COUNTED:
        found = pattern.fullmatch(name)
        if found:
            return capitalised(words.say(phrase, count=found.group(1)))
    told = words.known("feature", name)
    return capitalised(told) if told != name else name
