"""The plans of a world: their facts, and their tables by name, for the places somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl

from busyness.domain.errors import UnknownRecordError
from busyness.reports.sentences import sentence_in, table_in
from busyness.tables import columns as c
from busyness.workflows.service.plan_folder import PlanFolder
from busyness.workflows.service.snapshot import Snapshot

ACTIONS = "plan"
"""The table of a plan's actions."""

_OF_PLACES = (c.PLACE, "from", "to")
_OF_NOBODY = ("kind", "currency", "seconds", "versions", "simulated")
"""Facts of a plan that tell nothing of any place."""


@dataclass(frozen=True)
class PlanFacts:
    """What a plan says of itself (``plan.json``), and the names of its tables."""

    kind: str
    facts: dict[str, Any]
    tables: tuple[str, ...]


def ask_plan(snapshot: Snapshot, kind: str, *, places: Collection[str] | None = None, language: str = "en") -> PlanFacts:
    """This will return a plan's kind, cost, bound, gap, currency, notes (in ``language``), … and which tables it has.

    For somebody with some ``places`` only (None: all), what is said of the whole stays out: the cost, bound and gap are
    those of their places where the plan tells them place by place, and missing where it does not; notes may name any
    place, so there are none.

    Raises:
        UnknownRecordError: the release has no such plan.

    """
    plan = _plan(snapshot, kind)
    facts = dict(plan.facts) if places is None else _of_places(plan, places)
    if "notes" in facts:
        facts["notes"] = [sentence_in(language)(str(note)) for note in facts["notes"]]
    return PlanFacts(plan.kind, facts, tuple(plan.tables))


def _of_places(plan: PlanFolder, places: Collection[str]) -> dict[str, Any]:
    facts = {name: plan.facts[name] for name in _OF_NOBODY if name in plan.facts}
    mine = [row for row in plan.facts.get("places", ()) if row.get(c.PLACE) in places]
    facts |= {"actions": _rows_of(plan.table(ACTIONS), places).height, "places": mine}
    if mine and all({"cost", "bound"} <= set(row) for row in mine):
        cost, bound = (float(sum(row[name] for row in mine)) for name in ("cost", "bound"))
        facts |= {"cost": cost, "bound": bound, "gap": (cost - bound) / cost if cost else 0.0}
    return facts


def ask_plan_table(
    snapshot: Snapshot,
    kind: str,
    *,
    table: str = ACTIONS,
    places: Collection[str] | None = None,
    language: str = "en",
) -> pl.DataFrame:
    """This will read a table of a plan, its rows of these places only (None: all), its sentences in ``language``.

    A row belongs to its ``place``; a move to both its ends, and is shown to whoever may see one of them. For somebody with
    some places only, a table without places has no rows: its totals are of everybody.

    Raises:
        UnknownRecordError: the release has no such plan.
        InputError: the plan has no such table.
        ArtifactError: the file is damaged.

    """
    found = _plan(snapshot, kind).table(table)
    return table_in(found if places is None else _rows_of(found, places), language)


def _rows_of(found: pl.DataFrame, places: Collection[str]) -> pl.DataFrame:
    named = [pl.col(name).cast(pl.String).is_in(list(places)) for name in _OF_PLACES if name in found.columns]
    return found.filter(pl.any_horizontal(named)) if named else found.clear()


def _plan(snapshot: Snapshot, kind: str) -> PlanFolder:
    plan = snapshot.plans.get(kind)
    if plan is None:
        raise UnknownRecordError("plan", kind)
    return plan
