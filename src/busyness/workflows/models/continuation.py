"""What a card says of a model that went on learning from another one: which, how far, and how good that was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from busyness.registry.card import Card
from busyness.tables import columns as c
from busyness.tables.parts import Parts
from busyness.workflows.models.rehearsal import Rehearsal
from busyness.workflows.record import UPDATED, kinds_in, with_metrics
from busyness.workflows.rehearsed_windows import CONTINUED, HOW, REHEARSAL

_NETWORKS = {"embedding", "keras"}
_TREE = "\nTree="


def with_continuation(card: Card, after: Parts, before: tuple[Parts, Card], *, shown: Rehearsal) -> Card:
    """This will return the card of a model that is another one, continued: from which, on how many trees, on which data.

    ``before``: the artifact that was continued. The metrics become those of ``shown``, where such a challenger was asked
    about days that it had not seen.
    """
    parts, parent = before
    kinds = kinds_in(after.facts)
    facts = {
        "from": parent.version,
        "data_until": f"{parent.data_card.last:%Y-%m-%d %H:%M}" if parent.data_card.last else "",
        "trees_before": _trees(parts),
        "trees": _trees(after),
        "networks": bool(_NETWORKS.intersection(kinds)),
        "blend": "blend" in kinds,
    }
    told = card.model_copy(update={"parameters": {**card.parameters, CONTINUED: facts}})
    return with_metrics(told, continued_metrics(shown))


def continued_metrics(shown: Rehearsal) -> dict[str, Any]:
    """This will return a card's metrics of a challenger that is the champion, continued, from the retraining's rehearsal."""
    about = {HOW: REHEARSAL, CONTINUED: True, "days": shown.days, "origins": len(shown.windows), "horizon": shown.horizon}
    return {**shown.challenger, **about, c.SEASONAL_NAIVE: shown.usual, "windows": list(shown.windows)}


def continued_words(card: Card) -> tuple[str, ...]:
    """This will say in sentences that a model is another one that went on learning; nothing of one that was trained."""
    said = []
    facts: Mapping[str, Any] = card.parameters.get(CONTINUED) or {}
    if facts:
        until = f", whose data end at {facts['data_until']} UTC" if facts["data_until"] else ""
        said.append(f"Continued, not trained anew, from {facts['from']}{until}.")
        if facts["trees"]:
            said.append(f"It had {facts['trees_before']} trees and has {facts['trees']}.")
        if facts["networks"]:
            said.append("Its networks went over the last weeks once more.")
        if facts["blend"]:
            said.append("Members that cannot be continued were fitted anew.")
    updated: Mapping[str, Any] = card.parameters.get(UPDATED) or {}
    if updated:
        said.append(f"Updated day by day until {updated['until']}, from {updated['from']}.")
        said.append("Its features and figures are those of that model.")
    return tuple(said)


def _trees(parts: Parts) -> int:
    return sum(text.count(_TREE) for text in parts.texts.values())
