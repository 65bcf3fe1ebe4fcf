"""Intraday proposals: offered, accepted or refused with a tap, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from busyness.domain.errors import ConflictError
from busyness.state._base import sa
from busyness.state.checks import filled
from busyness.state.database import Database
from busyness.state.decided import PROPOSALS
from busyness.state.numbered import found, listed
from busyness.state.paging import Page
from busyness.state.record import values_of

OFFERED, ACCEPTED, REFUSED = "offered", "accepted", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """What is proposed. ``reference`` is the proposer's own name for it, unique in its world; ``content`` its details.

    From ``ends_at`` on (none: never) no answer is taken.
    """

    world: str
    place: str
    reference: str
    kind: str
    content: Mapping[str, Any] = field(default_factory=dict)
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(NewProposal):
    """A proposal that was offered, the answer, and what came of it (``outcome``)."""

    id: int
    offered_at: datetime
    status: str
    answered_by: str | None = None
    answered_at: datetime | None = None
    reason: str = ""
    outcome: Mapping[str, Any] | None = None
    outcome_at: datetime | None = None


class Proposals:
    """The proposals of all worlds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, new: NewProposal, *, now: datetime) -> Proposal:
        """This will offer a proposal; one of the same reference that is there already is returned as it stands."""
        filled(new.reference, "reference")
        with self._database.writing() as connection:
            values = {**values_of(new), "offered_at": now, "status": OFFERED, "reason": ""}
            connection.execute(self._database.insert_unless_there(PROPOSALS).values(**values))
            same = (PROPOSALS.c.world == new.world) & (PROPOSALS.c.reference == new.reference)
            return self.get(int(connection.execute(sa.select(PROPOSALS.c.id).where(same)).scalar_one()))

    def get(self, proposal: int) -> Proposal:
        """This will return a proposal. Raises: ``UnknownRecordError``."""
        return found(self._database, PROPOSALS, proposal, kind="proposal", made=_proposal)

    def answer(self, proposal: int, *, accept: bool, by: str, now: datetime, reason: str = "") -> Proposal:
        """This will accept or refuse. Raises: ``ConflictError`` where somebody has answered, or it is too late."""
        with self._database.writing() as connection:
            in_time = PROPOSALS.c.ends_at.is_(None) | (PROPOSALS.c.ends_at > now)
            waits = (PROPOSALS.c.id == proposal) & (PROPOSALS.c.status == OFFERED) & in_time
            status = ACCEPTED if accept else REFUSED
            change = PROPOSALS.update().where(waits)
            values = {"status": status, "answered_by": by, "answered_at": now, "reason": reason}
            if not connection.execute(change.values(**values)).rowcount:
                _refuse(self.get(proposal))
            return self.get(proposal)

    def record(self, proposal: int, outcome: Mapping[str, Any], *, now: datetime) -> Proposal:
        """This will keep what came of a proposal, also of a refused one; a later call replaces it."""
        with self._database.writing() as connection:
            change = PROPOSALS.update().where(PROPOSALS.c.id == proposal)
            connection.execute(change.values(outcome=outcome, outcome_at=now))
            return self.get(proposal)

    def list(
        self,
        world: str,
        *,
        places: Sequence[str] | None = None,
        open_at: datetime | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Proposal]:
        """This will return proposals, the newest first; with ``open_at`` those that could be answered at that moment."""
        asked = PROPOSALS.select().where(PROPOSALS.c.world == world)
        if places is not None:
            asked = asked.where(PROPOSALS.c.place.in_(places))
        if open_at is not None:
            in_time = PROPOSALS.c.ends_at.is_(None) | (PROPOSALS.c.ends_at > open_at)
            asked = asked.where(PROPOSALS.c.status == OFFERED, in_time)
        return listed(self._database, asked, table=PROPOSALS, made=_proposal, limit=limit, cursor=cursor)


def _refuse(proposal: Proposal) -> None:
    if proposal.status == OFFERED:
        raise ConflictError("The proposal has ended.", at=proposal.ends_at, hint="Wait for the next one.")
    raise ConflictError(
        f"The proposal was {proposal.status} already.", by=proposal.answered_by or "", at=proposal.answered_at
    )


def _proposal(row: sa.RowMapping) -> Proposal:
    return Proposal(**row)
