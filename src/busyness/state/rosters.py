"""Rosters: versions of a place's week, drafts that may be edited by one after the other, and what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from busyness.domain.errors import ConflictError, UnknownRecordError
from busyness.state._base import sa
from busyness.state.checks import filled, span
from busyness.state.database import Database
from busyness.state.decided import ROSTER_SHIFTS, ROSTERS
from busyness.state.numbered import added
from busyness.state.record import values_of


@dataclass(frozen=True, slots=True)
class RosterShift:
    """One person's shift; ``detail`` holds what else the plan says of it (task, breaks, cost, …)."""

    person: str
    start: datetime
    end: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEdit:
    """A week as somebody wants it, and the version they were looking at (0: there was none)."""

    world: str
    place: str
    week: date
    shifts: tuple[RosterShift, ...]
    based_on: int
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster(RosterEdit):
    """A version that is kept; ``version`` counts from 1 for each world, place and week."""

    id: int
    version: int
    at: datetime
    published_by: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedShift:
    """A shift that somebody may rely on, and the roster that it stands in."""

    world: str
    place: str
    roster: int
    shift: RosterShift


class Rosters:
    """The rosters of all worlds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, edit: RosterEdit, *, now: datetime) -> Roster:
        """This will keep a week as its next version, a draft.

        Raises: ``ConflictError`` where somebody has saved another version since: it says who, and when.
        """
        for shift in edit.shifts:
            filled(shift.person, "person")
            span(shift.start, shift.end)
        with self._database.writing() as connection:
            self._database.alone(connection, f"roster {edit.world} {edit.place} {edit.week}")
            last = connection.execute(_week(edit.world, edit.place, edit.week).limit(1)).one_or_none()
            self._refuse_outdated(edit, last)
            head = {name: value for name, value in values_of(edit).items() if name != "shifts"}
            version = edit.based_on + 1
            number = added(connection, ROSTERS, {**head, "week": edit.week.isoformat(), "version": version, "at": now})
            rows = [{"roster": number, "row": row, **values_of(shift)} for row, shift in enumerate(edit.shifts)]
            if rows:
                connection.execute(ROSTER_SHIFTS.insert(), rows)
            return self.get(number)

    def publish(self, roster: int, *, by: str, now: datetime) -> Roster:
        """This will make a version the one that staff see; a second time changes nothing.

        Raises: ``UnknownRecordError``; ``ConflictError`` where a newer version was saved since.
        """
        with self._database.writing() as connection:
            found = self.get(roster)
            self._database.alone(connection, f"roster {found.world} {found.place} {found.week}")
            last = connection.execute(_week(found.world, found.place, found.week).limit(1)).one()
            if last.version != found.version:
                raise ConflictError(
                    f"Version {found.version} is no longer the newest: {last.by} saved version {last.version}.",
                    by=last.by, at=last.at, hint="Look at the newest one first.",
                )  # fmt: skip
            fresh = (ROSTERS.c.id == roster) & ROSTERS.c.published_at.is_(None)
            connection.execute(ROSTERS.update().where(fresh).values(published_by=by, published_at=now))
            return self.get(roster)

    def get(self, roster: int) -> Roster:
        """This will return a version with its shifts. Raises: ``UnknownRecordError``."""
        with self._database.reading() as connection:
            row = connection.execute(ROSTERS.select().where(ROSTERS.c.id == roster)).one_or_none()
            if row is None:
                raise UnknownRecordError("roster", roster)
            shifts = connection.execute(
                ROSTER_SHIFTS.select().where(ROSTER_SHIFTS.c.roster == roster).order_by(ROSTER_SHIFTS.c.row)
            )
            return Roster(
                **{**row._mapping, "week": date.fromisoformat(row.week)},
                shifts=tuple(_shift(one._mapping) for one in shifts),
            )

    def newest(self, world: str, place: str, *, week: date) -> Roster | None:
        """This will return the newest version of a week, draft or published; its ``version`` is what an edit is based on."""
        return self._first(_week(world, place, week))

    def published(self, world: str, place: str, *, week: date) -> Roster | None:
        """This will return the version of a week that staff see."""
        return self._first(_week(world, place, week).where(ROSTERS.c.published_at.is_not(None)))

    def versions(self, world: str, place: str, *, week: date) -> tuple[Roster, ...]:
        """This will return every version of a week, the newest first."""
        with self._database.reading() as connection:
            numbers = [row.id for row in connection.execute(_week(world, place, week))]
        return tuple(self.get(number) for number in numbers)

    def of_person(
        self, person: str, *, start: datetime, end: datetime, worlds: Sequence[str] | None = None
    ) -> tuple[PublishedShift, ...]:
        """This will return a person's published shifts that touch a span, by their start, in every place."""
        asked = _published(start, end).where(ROSTER_SHIFTS.c.person == person)
        return self._shifts(asked if worlds is None else asked.where(ROSTERS.c.world.in_(worlds)))

    def at_places(self, world: str, places: Sequence[str], *, start: datetime, end: datetime) -> tuple[PublishedShift, ...]:
        """This will return everybody's published shifts at some places that touch a span, by their start."""
        return self._shifts(_published(start, end).where(ROSTERS.c.world == world, ROSTERS.c.place.in_(places)))

    def _shifts(self, asked: sa.Select[Any]) -> tuple[PublishedShift, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(asked)
            return tuple(PublishedShift(row.world, row.place, row.roster, _shift(row._mapping)) for row in rows)

    def _first(self, asked: sa.Select[Any]) -> Roster | None:
        with self._database.reading() as connection:
            row = connection.execute(asked.limit(1)).one_or_none()
        return None if row is None else self.get(row.id)

    @staticmethod
    def _refuse_outdated(edit: RosterEdit, last: sa.Row[Any] | None) -> None:
        newest = 0 if last is None else last.version
        if edit.based_on == newest:
            return
        if last is None or edit.based_on > newest:
            raise ConflictError(f"There is no version {edit.based_on} of this week.", hint="Load the week again.")
        raise ConflictError(
            f"{last.by} has saved version {newest} of this week at {last.at:%Y-%m-%d %H:%M} UTC; yours is based on "
            f"{'none' if edit.based_on == 0 else f'version {edit.based_on}'}.",
            by=last.by, at=last.at, hint="Load the newest version and edit that.",
        )  # fmt: skip


def _week(world: str, place: str, week: date) -> sa.Select[Any]:
    which = (ROSTERS.c.world == world) & (ROSTERS.c.place == place) & (ROSTERS.c.week == week.isoformat())
    return ROSTERS.select().where(which).order_by(ROSTERS.c.version.desc())


def _published(start: datetime, end: datetime) -> sa.Select[Any]:
    """The shifts that staff may rely on: of each week, those of the newest version that was published."""
    later = ROSTERS.alias("later")
    replaced = sa.exists().where(
        later.c.world == ROSTERS.c.world,
        later.c.place == ROSTERS.c.place,
        later.c.week == ROSTERS.c.week,
        later.c.published_at.is_not(None),
        later.c.version > ROSTERS.c.version,
    )
    return (
        sa.select(ROSTERS.c.world, ROSTERS.c.place, *ROSTER_SHIFTS.c)
        .join_from(ROSTER_SHIFTS, ROSTERS)
        .where(ROSTER_SHIFTS.c.start < end, ROSTER_SHIFTS.c.end > start)
        .where(ROSTERS.c.published_at.is_not(None), ~replaced)
        .order_by(ROSTER_SHIFTS.c.start, ROSTER_SHIFTS.c.roster, ROSTER_SHIFTS.c.row)
    )


def _shift(row: sa.RowMapping) -> RosterShift:
    return RosterShift(row["person"], row["start"], row["end"], row["detail"])
