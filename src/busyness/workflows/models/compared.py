"""Two models side by side: how good they were in each window, and what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from busyness.registry.card import Card
from busyness.workflows.models.ancestry import feature_changes
from busyness.workflows.models.continuation import continued_words
from busyness.workflows.rehearsed_windows import measured_by

_METRICS = ("mae", "wape", "bias", "pinball", "coverage_80", "peak_hit")
_ERRORS = ("mae", "wape", "pinball")
"""Those whose change is told as a share."""

_DIFFERENCE = {"what": pl.String, "name": pl.String, "first": pl.String, "second": pl.String}
_NOT_TOLD = frozenset(["learned.settings.threads", "learned.sampling.threads"])


@dataclass(frozen=True, repr=False)
class Compared:
    """``windows``: ``window, metric, first, second, change`` (relative; the window ``all`` is of all together). No change is
    told where one was measured by a replay and the other in a rehearsal.

    ``differences``: ``what`` (parameters, data, versions, features)``, name, first, second``. ``sentences`` are what a
    reader must know before comparing.
    """

    first: Card
    second: Card
    windows: pl.DataFrame
    differences: pl.DataFrame
    sentences: tuple[str, ...]


def compared(first: Card, second: Card) -> Compared:
    """This will put two cards side by side."""
    return Compared(first, second, _windows(first, second), _differences(first, second), _sentences(first, second))


def _windows(first: Card, second: Card) -> pl.DataFrame:
    one, two = _by_window(first), _by_window(second)
    alike = measured_by(first.metrics) == measured_by(second.metrics)
    rows = []
    for window in ("all", *sorted({*one, *two} - {"all"})):
        for metric in _METRICS:
            values = (one.get(window, {}).get(metric), two.get(window, {}).get(metric))
            if values == (None, None):
                continue
            told = alike and metric in _ERRORS
            change = values[1] / values[0] - 1 if told and values[0] and values[1] is not None else None
            rows.append((window, metric, *values, change))
    schema = {"window": pl.String, "metric": pl.String, **dict.fromkeys(("first", "second", "change"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by_window(card: Card) -> dict[str, Mapping[str, Any]]:
    windows = {str(window["origin"])[:16]: window for window in card.metrics.get("windows", ())}
    return windows | ({"all": card.metrics} if card.metrics else {})


def _differences(first: Card, second: Card) -> pl.DataFrame:
    seen = [_seen(card) for card in (first, second)]
    versions = [card.software.model_dump() | {"kind": card.kind, "recipe": card.recipe} for card in (first, second)]
    parameters = [_parameters(card) for card in (first, second)]
    rows = [
        (what, name, _text(one.get(name)), _text(two.get(name)))
        for what, pair in (("parameters", parameters), ("data", seen), ("versions", versions))
        for one, two in [tuple(_flat(side) for side in pair)]
        for name in sorted({*one, *two} - _NOT_TOLD)
        if one.get(name) != two.get(name)
    ]
    for change in feature_changes(first, second):
        used = ("–", "used") if change.change == "entered" else ("used", f"left: {change.why}")
        rows.append(("features", change.name, *used))
    return pl.DataFrame(rows, schema=_DIFFERENCE, orient="row")


def _parameters(card: Card) -> dict[str, Any]:
    """The parameters; what a selection left out stands among the features."""
    own = {name: value for name, value in card.parameters.items() if name != "selection"}
    return own | {"seed": card.seed, "threads": card.threads}


def _seen(card: Card) -> dict[str, Any]:
    told = card.data_card.model_dump(mode="json", exclude={"lineage", "collection", "anomalies", "source"})
    told["fingerprint"] = card.data_card.fingerprint[:12]
    files = {f"{file.role} {Path(file.name).name}": file.sha256[:12] or "not a file" for file in card.data_card.lineage}
    odd = card.data_card.anomalies.model_dump(exclude={"worst"}) if card.data_card.anomalies else {}
    collected = card.data_card.collection.model_dump(exclude={"notes"}) if card.data_card.collection else {}
    return told | {"files": files, "anomalies": odd, "collection": collected}


def _sentences(first: Card, second: Card) -> tuple[str, ...]:
    said = []
    if first.recipe == second.recipe:
        said.append("Both were made from the same data by the same recipe: they forecast the same.")
    for name, card in (("A", first), ("B", second)):
        words = continued_words(card)
        said += [f"{name}: {' '.join(words)}"] if words else []
    windows = [{str(w["origin"]) for w in card.metrics.get("windows", ())} for card in (first, second)]
    ways = [measured_by(card.metrics) for card in (first, second)]
    if not windows[0] or not windows[1]:
        said.append("Not both have metrics by window: busyness forecast, retrain and train write them.")
    elif ways[0] != ways[1]:
        said.append(f"The figures of A are of a {ways[0]}, those of B of a {ways[1]}: they are no comparison of the two.")
    elif windows[0] != windows[1]:
        shared = len(windows[0] & windows[1])
        said.append(f"They share {shared} windows; in the others, and in 'all', they were not asked about the same days.")
    return tuple(said)


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            flat |= _flat(inner, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = inner
    return flat


def _text(value: object) -> str:
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
