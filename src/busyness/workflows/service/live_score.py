"""What an edited roster would cost and break, answered while somebody drags a shift: no solver, the plan kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state.rosters import RosterShift
from busyness.workflows.service.roster_shifts import planner_roster
from busyness.workflows.service.snapshot import Snapshot
from busyness.workflows.staffing.edited import Edited, score_rosters
from busyness.workflows.staffing.staffed import Staffed
from busyness.workflows.staffing.stored import load_staffing

STAFFING = "staffing"
_WORLDS_KEPT = 4


def score_shifts(snapshot: Snapshot, place: str, shifts: Sequence[RosterShift]) -> Edited:
    """This will score a place's shifts against those of the plan; ``lines`` are numbers of shifts (0 the first).

    Raises:
        UnknownRecordError: the release has no staffing plan.
        InputError: it has none of this place, or a shift cannot be read.

    """
    staffed = staffed_at(snapshot, place)
    return score_rosters(staffed, {place: planner_roster(staffed.places[place].problem, shifts)})


def staffed_at(snapshot: Snapshot, place: str) -> Staffed:
    """This will return a place's part of the staffing plan, with all it was made from. Raises as ``score_shifts``."""
    plan = snapshot.plans.get(STAFFING)
    if plan is None:
        raise UnknownRecordError("plan", STAFFING)
    staffed = _staffed(plan.folder, snapshot.etag)
    if place not in staffed.places:
        why = staffed.refused.get(place, "")
        raise InputError(f"No roster is planned for '{place}'.", hint=why or "Add its staff to the plan's table of staff.")
    return replace(staffed, places={place: staffed.places[place]})


@lru_cache(maxsize=_WORLDS_KEPT)
def _staffed(folder: Path, etag: str) -> Staffed:
    del etag  # another file in the folder is another plan
    return load_staffing(folder)
