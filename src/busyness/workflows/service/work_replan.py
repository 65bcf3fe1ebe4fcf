"""The job that plans a place's week anew after a sick call; its result is a draft that somebody looks at and publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from busyness.domain.errors import InputError
from busyness.state.rosters import RosterShift
from busyness.workflows.plan_staffing import replanned
from busyness.workflows.service.roster_shifts import monday_of, people_shifts, planner_roster
from busyness.workflows.staffing.edited import score_rosters
from busyness.workflows.staffing.staffed import Staffed, StaffedPlace
from busyness.workflows.staffing.stored import load_staffing


def work_replan(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """This will answer ``{"folder", "place", "shifts": [{person, start, end, detail}] | None, "sick": [[person, day], …],
    "today"}`` with ``{"place", "week", "shifts", "changes", "said", "cost", "change", "currency", "broken"}``.

    ``shifts`` is what people have been told (none: the plan's), ``said`` a sentence for each change. Nothing is written.
    """
    tell("Reading the roster")
    place, today = str(arguments["place"]), arguments.get("today")
    told = _told(load_staffing(Path(arguments["folder"])), place, arguments.get("shifts"))
    tell("Planning again")
    sick = [(str(person), date.fromisoformat(day)) for person, day in arguments["sick"]]
    anew = replanned(told, sick, today=date.fromisoformat(today) if today else None).places[place]
    edited = score_rosters(told, {place: (anew.solution.roster, {})})
    return {
        "place": place,
        "week": str(monday_of(anew.problem.week.first)),
        "shifts": [
            {"person": one.person, "start": one.start.isoformat(), "end": one.end.isoformat(), "detail": dict(one.detail)}
            for one in people_shifts(anew.problem, anew.solution.roster)
        ],
        "changes": len(edited.changes),
        "said": [str(change) for change in edited.changes],
        "cost": sum(edited.after.values()),
        "change": edited.change,
        "currency": edited.currency,
        "broken": [rule.said for rule in edited.broken],
    }


def _told(staffed: Staffed, place: str, shifts: list[Mapping[str, Any]] | None) -> Staffed:
    """The place alone, with the roster that its people have been told."""
    if place not in staffed.places:
        raise InputError(f"No roster is planned for '{place}'.", hint="Add its staff to the plan's table of staff.")
    each: StaffedPlace = staffed.places[place]
    if shifts is not None:
        given = [
            RosterShift(
                str(one["person"]), datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]), one["detail"]
            )
            for one in shifts
        ]
        roster, _ = planner_roster(each.problem, given)
        each = replace(each, solution=replace(each.solution, roster=roster))
    return replace(staffed, places={place: each})
