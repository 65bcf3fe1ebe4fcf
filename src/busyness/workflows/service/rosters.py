"""Rosters between the plan and the people: what is planned, what is published, and who gives whom a shift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from busyness.domain.errors import ConflictError
from busyness.state.notices import NewNotice
from busyness.state.rosters import PublishedShift, Roster, RosterEdit, RosterShift
from busyness.state.store import State
from busyness.state.swaps import ACCEPTED, ASKED, REFUSED, Swap
from busyness.tables import columns as c
from busyness.workflows.service.ask_plans import ask_plan_table
from busyness.workflows.service.snapshot import Snapshot

_STAFFING = "staffing"
_DETAIL = ("role", "break", "name")


@dataclass(frozen=True)
class PlannedRoster:
    """What the plan says of a place: the Monday of its first shift's week (None: it has none), and its shifts."""

    week: date | None
    shifts: tuple[RosterShift, ...]


def planned_roster(snapshot: Snapshot, place: str) -> PlannedRoster:
    """This will read a place's shifts from the staffing plan; none where there is no such plan."""
    if _STAFFING not in snapshot.plans:
        return PlannedRoster(None, ())
    actions = ask_plan_table(snapshot, _STAFFING, places=[place])
    if not {"person", "start", "end", c.TIME} <= set(actions.columns) or actions.is_empty():
        return PlannedRoster(None, ())
    zone = ZoneInfo(snapshot.place(place)[1].timezone)
    shifts = tuple(_shift(row, zone) for row in actions.sort(c.TIME).iter_rows(named=True))
    first = shifts[0].start.astimezone(zone).date()
    return PlannedRoster(first - timedelta(days=first.weekday()), shifts)


def publish_roster(state: State, roster: Roster, *, by: str, now: datetime) -> Roster:
    """This will let staff see a version, and tell each of them; a second time changes nothing. Raises: ``ConflictError``."""
    published = state.rosters.publish(roster.id, by=by, now=now)
    if roster.published_at is None:
        details = {"place": roster.place, "week": str(roster.week)}
        _tell(state, {shift.person for shift in roster.shifts}, "roster_published", details, now=now)
    return published


def decide_swap(state: State, swap: Swap, *, approve: bool, by: str, now: datetime, reason: str = "") -> Swap:
    """This will approve or decline what a colleague accepted; an approval changes the published roster with it.

    Raises:
        ConflictError: nobody has accepted, it was decided already, a shift is no longer as it was, or a newer draft waits.

    """
    with state.transaction():
        decided = state.swaps.decide(swap.id, approve=approve, by=by, now=now, reason=reason)
        people = [one for one in (decided.person, decided.colleague) if one]
        if approve and decided.colleague:
            _give(state, decided, by=by, now=now)
            if decided.in_return_start is not None and decided.in_return_end is not None:
                back = replace(
                    decided,
                    person=decided.colleague,
                    colleague=decided.person,
                    start=decided.in_return_start,
                    end=decided.in_return_end,
                )
                _give(state, back, by=by, now=now)
        details = {"start": swap.start.isoformat(), "place": swap.place, "reason": reason}
        _tell(state, people, "swap_approved" if approve else "swap_declined", details, now=now)
    return decided


def tell_of_swap(state: State, swap: Swap, *, now: datetime) -> None:
    """This will tell whom a swap waits for: the colleague who is asked, or the asker, of the colleague's answer."""
    to = swap.colleague if swap.status == ASKED else swap.person if swap.status in {ACCEPTED, REFUSED} else None
    if to is not None:
        details = {"start": swap.start.isoformat(), "place": swap.place}
        _tell(state, [to], f"swap_{swap.status}", details, now=now)


def own_shift(state: State, person: str, *, world: str, start: datetime, end: datetime) -> PublishedShift:
    """This will find somebody's published shift of exactly this time. Raises: ``ConflictError`` where there is none."""
    for found in state.rosters.of_person(person, start=start, end=end, worlds=[world]):
        if found.shift.start == start and found.shift.end == end:
            return found
    raise ConflictError("There is no such shift in the published roster.", hint="Look at the shifts again.")


def _give(state: State, swap: Swap, *, by: str, now: datetime) -> None:
    """One shift of ``swap.person`` becomes ``swap.colleague``'s, in a new version that is published at once."""
    held = own_shift(state, swap.person, world=swap.world, start=swap.start, end=swap.end)
    roster = state.rosters.get(held.roster)
    newest = state.rosters.newest(roster.world, roster.place, week=roster.week)
    if newest is not None and newest.id != roster.id:
        raise ConflictError(
            f"A draft of this week waits since version {roster.version} was published.", hint="Publish it or drop it first."
        )
    shifts = tuple(replace(one, person=str(swap.colleague)) if one == held.shift else one for one in roster.shifts)
    edit = RosterEdit(
        world=roster.world, place=roster.place, week=roster.week, shifts=shifts, based_on=roster.version, by=by, note="swap"
    )
    state.rosters.publish(state.rosters.save(edit, now=now).id, by=by, now=now)


def _tell(state: State, people: Iterable[str], text: str, details: dict[str, str], *, now: datetime) -> None:
    for person in sorted(people):
        state.notices.send(NewNotice(text=text, details=details, person=person), now=now)


def _shift(row: dict[str, object], zone: ZoneInfo) -> RosterShift:
    start, end = row[c.TIME], row["end"]
    if not isinstance(start, datetime):
        raise TypeError(c.TIME)
    until = end if isinstance(end, datetime) else datetime.fromisoformat(str(end))
    detail = {name: row[name] for name in _DETAIL if row.get(name)}
    return RosterShift(str(row["person"]), start, until.replace(tzinfo=zone), detail)
