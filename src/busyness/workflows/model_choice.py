"""``--model auto``: which model suits the data and the time there is, chosen by rule and said in a note.

The strongest one is taken that has enough history to learn from and whose estimated time fits. Seconds are those of one
core of the machine that docs/models.md was measured on; they need to be right within a factor of two, not more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from busyness.domain.errors import SettingsError
from busyness.domain.threads import free_threads
from busyness.tables.panel import Panel
from busyness.workflows.ingest import Ingested
from busyness.workflows.settings import ModelSettings, RunSettings

AUTO = "auto"
MINUTES = "minutes"
"""The argument of ``auto``: how many minutes one fit may take."""

_USUAL_MINUTES = 10.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that ``auto`` may choose: the days of history it wants, its seconds for a million rows and cells, and the
    ``least`` seconds, however few those are.

    ``rows`` are those it learns from, once and once more lightly; ``cells`` those that each of its members answers when it
    is calibrated.
    """

    model: str
    days: int
    rows: float
    cells: float
    members: int = 1
    least: float = 0.3


CANDIDATES = (
    Candidate("blend", 120, 150.0, 40.0, members=4, least=6.0),
    Candidate("boosted", 21, 60.0, 10.0, least=1.5),
    Candidate("ridge", 21, 15.0, 4.0, least=0.8),
    Candidate("seasonal", 0, 0.0, 3.0),
)
"""From the strongest to the quickest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that was chosen, its estimated minutes, and the sentence that says why."""

    model: str
    minutes: float
    why: str


def with_model_chosen(found: Ingested, settings: RunSettings) -> tuple[Ingested, RunSettings]:
    """This will return the same where a model is named; of ``auto`` the chosen model, and a note that says why."""
    if settings.model.model != AUTO:
        return found, settings
    minutes = budget(settings.model.arguments)
    choice = chosen(found.panel, found.horizon, minutes=minutes, settings=settings.model)
    model = settings.model.model_copy(update={"model": choice.model, "arguments": {}})
    return replace(found, notes=(*found.notes, choice.why)), settings.model_copy(update={"model": model})


def budget(arguments: Mapping[str, Any]) -> float:
    """This will return the minutes that the arguments of ``auto`` allow.

    Raises:
        SettingsError: it is given something else, or no number above zero.

    """
    unknown = [name for name in arguments if name != MINUTES]
    if unknown:
        raise SettingsError(f"--model auto has no argument '{unknown[0]}'.", hint="It has one: minutes=5.")
    given = arguments.get(MINUTES, _USUAL_MINUTES)
    if isinstance(given, bool) or not isinstance(given, int | float) or not given > 0:
        raise SettingsError(f"'{given}' is no number of minutes.", hint='For example --arguments "minutes=5".')
    return float(given)


def chosen(panel: Panel, horizon: int, *, minutes: float, settings: ModelSettings) -> Choice:
    """This will choose for a panel and a budget of minutes for one fit."""
    seen = np.flatnonzero(panel.observed[:, : panel.history].any(axis=0))
    days = int(seen[-1] - seen[0] + 1) // panel.slots.length.per_day if len(seen) else 0
    threads = free_threads(settings.threads)
    size = f"{len(panel.places):,} places × {days:,} days"
    passed = []
    for candidate in CANDIDATES:
        needs = _minutes(candidate, panel, horizon) / threads * (0.35 if settings.fast else 1)
        if days < candidate.days:
            passed.append(f"{candidate.model} wants {candidate.days} days of history")
        elif needs > minutes and candidate is not CANDIDATES[-1]:
            passed.append(f"{candidate.model} would take about {_time(needs)}")
        else:
            because = f"; {', '.join(passed)}" if passed else ""
            why = f"Model chosen for {size} and up to {_time(minutes)}: {candidate.model}, about {_time(needs)}{because}."
            return Choice(candidate.model, needs, why)
    raise AssertionError("the last candidate always fits")


def _minutes(candidate: Candidate, panel: Panel, horizon: int) -> float:
    """What one fit with its calibration takes on one core."""
    rows = min(int(panel.observed.sum()), max(170_000, min(600 * len(panel.places), 1_500_000)))
    cells = min(4_000_000 // candidate.members, 20 * horizon * len(panel.places))
    return (candidate.least + (1.6 * rows * candidate.rows + cells * candidate.cells) / 1e6) / 60


def _time(minutes: float) -> str:
    if minutes >= 1.5:
        return f"{minutes:.0f} minutes"
    return f"{max(60 * minutes, 1):.0f} seconds"
