"""Swaps: somebody asks to give a shift away, or to trade it; a colleague accepts, a manager approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from busyness.domain.errors import ConflictError, InputError
from busyness.state._base import sa
from busyness.state.checks import filled, span
from busyness.state.database import Database
from busyness.state.decided import SWAPS
from busyness.state.numbered import added, found, listed
from busyness.state.paging import Page
from busyness.state.record import values_of

ASKED, ACCEPTED, REFUSED, WITHDRAWN, APPROVED, DECLINED = "asked", "accepted", "refused", "withdrawn", "approved", "declined"
STATUSES = (ASKED, ACCEPTED, REFUSED, WITHDRAWN, APPROVED, DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwap:
    """``person`` gives the shift from ``start`` to ``end`` to ``colleague`` (none: whoever accepts first).

    With ``in_return_start`` and ``in_return_end``, a shift of the colleague's comes back for it.
    """

    world: str
    place: str
    person: str
    start: datetime
    end: datetime
    colleague: str | None = None
    in_return_start: datetime | None = None
    in_return_end: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(NewSwap):
    """A swap that was asked for, and how far it is: asked → accepted → approved, or refused, declined, withdrawn."""

    id: int
    status: str
    asked_at: datetime
    answered_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""


class Swaps:
    """The swaps of all worlds. Of two answers at once, one counts; the other gets a ``ConflictError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, new: NewSwap, *, now: datetime) -> Swap:
        """This will keep a request. Raises: ``InputError`` where it makes no sense."""
        filled(new.person, "person")
        span(new.start, new.end)
        if (new.in_return_start is None) != (new.in_return_end is None):
            raise InputError("The shift in return has only a start or only an end.", hint="Give both, or neither.")
        if new.in_return_start is not None and new.in_return_end is not None:
            span(new.in_return_start, new.in_return_end)
        if new.colleague == new.person:
            raise InputError("Nobody can swap with themselves.", hint="Name a colleague.")
        with self._database.writing() as connection:
            values = {**values_of(new), "status": ASKED, "asked_at": now, "reason": ""}
            return self.get(added(connection, SWAPS, values))

    def get(self, swap: int) -> Swap:
        """This will return a swap. Raises: ``UnknownRecordError``."""
        return found(self._database, SWAPS, swap, kind="swap", made=_swap)

    def accept(self, swap: int, *, colleague: str, now: datetime) -> Swap:
        """This will say that the colleague takes the shift. Raises: ``ConflictError`` where it is not theirs to say."""
        return self._answered(swap, ACCEPTED, colleague=colleague, now=now)

    def refuse(self, swap: int, *, colleague: str, now: datetime) -> Swap:
        """This will say that the colleague does not take the shift. Raises: as ``accept``."""
        return self._answered(swap, REFUSED, colleague=colleague, now=now)

    def withdraw(self, swap: int, *, now: datetime) -> Swap:
        """This will take a request back that nobody has decided on. Raises: ``ConflictError`` where somebody has."""
        return self._moved(swap, (ASKED, ACCEPTED), {"status": WITHDRAWN, "answered_at": now})

    def decide(self, swap: int, *, approve: bool, by: str, now: datetime, reason: str = "") -> Swap:
        """This will approve or decline what a colleague has accepted. The roster is edited by whoever calls this.

        Raises: ``ConflictError`` where nobody has accepted, or it was decided already.
        """
        status = APPROVED if approve else DECLINED
        return self._moved(swap, (ACCEPTED,), {"status": status, "decided_by": by, "decided_at": now, "reason": reason})

    def list(
        self,
        world: str,
        *,
        places: Sequence[str] | None = None,
        status: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Swap]:
        """This will return swaps, the newest first."""
        asked = SWAPS.select().where(SWAPS.c.world == world)
        if places is not None:
            asked = asked.where(SWAPS.c.place.in_(places))
        if status is not None:
            asked = asked.where(SWAPS.c.status == status)
        return listed(self._database, asked, table=SWAPS, made=_swap, limit=limit, cursor=cursor)

    def of_person(
        self,
        person: str,
        *,
        works_at: Sequence[tuple[str, str]] = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Swap]:
        """This will return the swaps that a person has asked for or may answer, the newest first.

        ``works_at`` are the worlds and places where they work: what is asked there of whoever takes it, is asked of them.
        """
        for_anybody = SWAPS.c.colleague.is_(None) & (SWAPS.c.status == ASKED)
        theirs = [for_anybody & (SWAPS.c.world == world) & (SWAPS.c.place == place) for world, place in works_at]
        asked = SWAPS.select().where(sa.or_(SWAPS.c.person == person, SWAPS.c.colleague == person, *theirs))
        return listed(self._database, asked, table=SWAPS, made=_swap, limit=limit, cursor=cursor)

    def _answered(self, swap: int, status: str, *, colleague: str, now: datetime) -> Swap:
        theirs = (SWAPS.c.person != colleague) & (SWAPS.c.colleague.is_(None) | (SWAPS.c.colleague == colleague))
        return self._moved(swap, (ASKED,), {"status": status, "colleague": colleague, "answered_at": now}, also=theirs)

    def _moved(
        self, swap: int, before: Sequence[str], values: Mapping[str, Any], *, also: sa.ColumnElement[bool] | None = None
    ) -> Swap:
        which = (SWAPS.c.id == swap) & SWAPS.c.status.in_(before)
        with self._database.writing() as connection:
            change = SWAPS.update().where(which if also is None else which & also).values(**values)
            if not connection.execute(change).rowcount:
                now = self.get(swap)
                hint = "It waits for another colleague." if now.status in before else ""
                raise ConflictError(
                    f"The swap is {now.status}; it cannot become {values['status']}.",
                    by=now.decided_by or now.colleague or "", at=now.decided_at or now.answered_at, hint=hint,
                )  # fmt: skip
            return self.get(swap)


def _swap(row: sa.RowMapping) -> Swap:
    return Swap(**row)
