"""What came before a model, and how its features differ from those of the model before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from busyness.registry.card import Ancestry, Card, FeatureChange


def with_ancestry(card: Card, parent: Card | None, *, why: str = "", decision: Mapping[str, Any] | None = None) -> Card:
    """This will return the card with its parent's version, what entered and left its features, and the decision."""
    if parent is None:
        return card
    ancestry = Ancestry(parent=parent.version, why=why, changes=feature_changes(parent, card), decision=dict(decision or {}))
    return card.model_copy(update={"ancestry": ancestry})


def feature_changes(before: Card, after: Card) -> tuple[FeatureChange, ...]:
    """This will say which features entered and which left, each with the reason that can be told from the two cards."""
    old, new = _by_name(before), _by_name(after)
    left_out = dict(after.parameters.get("selection", {}).get("left", {}))
    once_out = dict(before.parameters.get("selection", {}).get("left", {}))
    entered = [
        FeatureChange(name=name, change="entered", why=_entered(new[name], once_out)) for name in new if name not in old
    ]
    left = [FeatureChange(name=name, change="left", why=_left(old[name], left_out)) for name in old if name not in new]
    return (*entered, *left)


def _by_name(card: Card) -> dict[str, Mapping[str, Any]]:
    return {str(line["name"]): line for line in card.features}


def _entered(line: Mapping[str, Any], once_out: Mapping[str, str]) -> str:
    if str(line["name"]) in once_out:
        return "it matters now; before it had been left out: " + once_out[str(line["name"])]
    return f"{line.get('source') or 'its source'} was not there before"


def _left(line: Mapping[str, Any], left_out: Mapping[str, str]) -> str:
    return left_out.get(str(line["name"])) or f"{line.get('source') or 'its source'} is not there any more"
