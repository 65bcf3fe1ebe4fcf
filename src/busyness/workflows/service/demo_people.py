"""People to try the service with, one for each role, and what has happened in the demo's worlds so far today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from busyness.state.deed import Deed
from busyness.state.observations import Count, Post
from busyness.state.people import Principal, Profile
from busyness.state.rosters import RosterEdit, RosterShift
from busyness.state.store import State
from busyness.tables.panel import start_times
from busyness.workflows.service.access import ROLES
from busyness.workflows.service.ask_plans import ask_plan_table
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.rosters import planned_roster, publish_roster
from busyness.workflows.service.snapshot import Snapshot

_BY = "demo"
_NAMES = {
    "operations": "Olga (operations)",
    "inventory": "Iván (inventory)",
    "finance": "Fabiola (finance)",
    "marketing": "Mateo (marketing)",
    "logistics": "Lucía (logistics)",
    "staff": "{name} (staff)",
    "admin": "Ada (admin)",
}


@dataclass(frozen=True)
class DemoUser:
    """A user of the demo, and the token of a link that signs a browser in once."""

    role: str
    name: str
    link: str


@dataclass(frozen=True)
class _Member:
    """Somebody of the staff, by the staffing plan: where they work."""

    snapshot: Snapshot
    place: str
    person: str
    name: str


def demo_users(
    state: State, holder: Holder, *, language: str, now: datetime, roles: Sequence[str] = ROLES
) -> tuple[DemoUser, ...]:
    """This will make a user for each of the roles where there is none yet, and a fresh link for each; nobody who was
    erased comes back.

    The member of staff is the first of the first staffing plan, whose roster is published so that there are shifts to see.
    """
    member = _first_member(holder)
    users = []
    for role in roles:
        user = state.people.by_subject(f"{_BY}|{role}")
        if user is None:
            if (role == "staff" and member is None) or _erased(state, role):
                continue
            user = _new(state, role, member, language=language, now=now)
        users.append(DemoUser(role, user.name, state.sessions.link(user.id, now=now)))
    return tuple(users)


def _erased(state: State, role: str) -> bool:
    """Whoever is erased keeps their role, and nothing that says who they were."""
    return any(user.erased_at is not None for user in state.people.list(role=role, limit=500).items)


def demo_counts(state: State, holder: Holder, *, now: datetime) -> int:
    """This will post what came between a standing world's first forecast slot and its clock; made up, from one path.

    Returns how many counts are new: at the second start none.
    """
    new = 0
    for name in holder.names:
        if holder.settings[name].clock is None or name not in _held(holder):
            continue
        snapshot = holder.world(name)
        counts = tuple(_counts(snapshot, holder.now(name)))
        if counts:
            post = Post(world=name, source=_BY, by=_BY, counts=counts, idempotency_key=f"{_BY}-{snapshot.release}")
            reply = state.observations.post(post, now=now)
            new += 0 if reply.repeated else reply.accepted
    return new


def _held(holder: Holder) -> set[str]:
    return {name for name in holder.names if name not in holder.refusals and not holder.in_the_making(name)}


def _counts(snapshot: Snapshot, until: datetime) -> Iterator[Count]:
    said = snapshot.forecast
    if said.slots.length.daily:
        return
    starts = start_times(said.places, said.slots)
    over = int(np.sum(starts[0] + said.slots.length.step <= np.datetime64(until.astimezone(UTC).replace(tzinfo=None), "s")))
    came = said.paths(1, seed=1)[0]
    for row, place in enumerate(said.places):
        for step in range(over):
            if said.open[row, step]:
                time = starts[row, step].astype("datetime64[s]").item().replace(tzinfo=UTC)
                yield Count(place.id, time, float(round(came[row, step])), until)


def _first_member(holder: Holder) -> _Member | None:
    for name in holder.names:
        if name not in _held(holder) or "staffing" not in holder.world(name).plans:
            continue
        snapshot = holder.world(name)
        shifts = ask_plan_table(snapshot, "staffing")
        if shifts.height and {"place", "person"} <= set(shifts.columns):
            first = shifts.row(0, named=True)
            return _Member(snapshot, str(first["place"]), str(first["person"]), str(first.get("name") or first["person"]))
    return None


def _new(state: State, role: str, member: _Member | None, *, language: str, now: datetime) -> Principal:
    staff = member if role == "staff" else None
    with state.transaction():
        user = state.people.create(
            Profile(
                name=_NAMES[role].format(name=staff.name if staff else ""),
                role=role,
                worlds=(staff.snapshot.world,) if staff else None,
                places=(staff.place,) if staff else None,
                person=staff.person if staff else None,
                language=language,
                subject=f"{_BY}|{role}",
            ),
            now=now,
        )
        if staff is not None:
            _publish(state, staff, by=user.id, now=now)
        state.audit.write(Deed(at=now, action="demo.user", principal=user.id, role=role, resource=f"users/{user.id}"))
    return user


def _publish(state: State, member: _Member, *, by: str, now: datetime) -> None:
    planned = planned_roster(member.snapshot, member.place)
    world = member.snapshot.world
    if planned.week is None or state.rosters.newest(world, member.place, week=planned.week) is not None:
        return
    shifts: tuple[RosterShift, ...] = planned.shifts
    edit = RosterEdit(
        world=world, place=member.place, week=planned.week, shifts=shifts, based_on=0, by=by, note="the demo's plan"
    )
    publish_roster(state, state.rosters.save(edit, now=now), by=by, now=now)
