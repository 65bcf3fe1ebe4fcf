"""Who works where somebody works: whom they can ask to take a shift. Names only, of the same place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from busyness.state.store import State
from busyness.tables import columns as c
from busyness.workflows.service.ask_plans import ask_plan_table
from busyness.workflows.service.snapshot import Snapshot

_PEOPLE = "people"


@dataclass(frozen=True, slots=True, order=True)
class Colleague:
    """Somebody who works at a place: by which name, and who they are in rosters."""

    place: str
    name: str
    person: str


def colleagues_of(state: State, person: str, *, snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Colleague, ...]:
    """This will return who else works at the places where somebody has published shifts between two times.

    Those are the people of the published rosters there, and of the staffing plan, by place and name.
    """
    world = snapshot.world
    places = {one.place for one in state.rosters.of_person(person, start=start, end=end, worlds=[world])}
    found: dict[tuple[str, str], str] = {}
    for one in state.rosters.at_places(world, sorted(places), start=start, end=end):
        found[one.place, one.shift.person] = str(one.shift.detail.get("name") or one.shift.person)
    found |= _planned(snapshot, places)
    return tuple(sorted(Colleague(place, name, who) for (place, who), name in found.items() if who != person))


def _planned(snapshot: Snapshot, places: set[str]) -> dict[tuple[str, str], str]:
    plan = snapshot.plans.get("staffing")
    if plan is None or _PEOPLE not in plan.tables or not places:
        return {}
    table = ask_plan_table(snapshot, "staffing", table=_PEOPLE, places=places)
    if not {"person", "name"} <= set(table.columns):
        return {}
    rows = table.select(c.PLACE, "person", "name").iter_rows()
    return {(str(place), str(person)): str(name or person) for place, person, name in rows}
