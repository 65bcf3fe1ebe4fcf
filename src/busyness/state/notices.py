"""Notices: a sentence for one person, or for all of a role that see a place, and who has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.decided import NOTICE_READS, NOTICES
from busyness.state.numbered import added, listed
from busyness.state.paging import Page
from busyness.state.people import Principal
from busyness.state.record import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """``text`` is the name of a sentence, said in the reader's language; ``details`` fill its gaps.

    It goes to a ``person`` (of the rosters) or to a ``role``; ``world`` and ``place`` none: wherever.
    """

    text: str
    details: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    role: str | None = None
    world: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(NewNotice):
    """A notice as one reader has it."""

    id: int
    at: datetime
    read_at: datetime | None = None


class Notices:
    """The notices of all worlds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def send(self, new: NewNotice, *, now: datetime) -> Notice:
        """This will send a notice. Raises: ``InputError`` where it goes to nobody, or to both a person and a role."""
        if (new.person is None) == (new.role is None):
            raise InputError("A notice goes to a person or to a role.", hint="Give one of the two.")
        with self._database.writing() as connection:
            return Notice(**values_of(new), id=added(connection, NOTICES, {**values_of(new), "at": now}), at=now)

    def of(self, reader: Principal, *, unread: bool = False, limit: int = 100, cursor: str | None = None) -> Page[Notice]:
        """This will return what a principal is told, the newest first; with ``unread`` only what they have not read."""
        asked = _for(reader)
        if unread:
            asked = asked.where(NOTICE_READS.c.read_at.is_(None))
        return listed(self._database, asked, table=NOTICES, made=_notice, limit=limit, cursor=cursor)

    def newest(self) -> int:
        """This will return the number of the newest notice; 0 where there is none."""
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.max(NOTICES.c.id))).scalar() or 0)

    def after(self, notice: int, *, limit: int = 100) -> tuple[Notice, ...]:
        """This will return the notices with a higher number, whoever they are for, oldest first."""
        asked = sa.select(*NOTICES.c).where(NOTICES.c.id > notice).order_by(NOTICES.c.id).limit(limit)
        with self._database.reading() as connection:
            return tuple(_notice(row._mapping) for row in connection.execute(asked))

    def read(self, notice: int, *, reader: Principal, now: datetime) -> Notice:
        """This will note that a principal has read a notice; the first time counts.

        Raises: ``UnknownRecordError`` where there is none, or it is not for them.
        """
        with self._database.writing() as connection:
            this = _for(reader).where(NOTICES.c.id == notice)
            if connection.execute(this).one_or_none() is None:
                raise UnknownRecordError("notice", notice)
            values = {"notice": notice, "principal": reader.id, "read_at": now}
            connection.execute(self._database.insert_unless_there(NOTICE_READS).values(**values))
            return _notice(connection.execute(this).one()._mapping)


def _for(reader: Principal) -> sa.Select[Any]:
    theirs = (NOTICE_READS.c.notice == NOTICES.c.id) & (NOTICE_READS.c.principal == reader.id)
    to_role = NOTICES.c.role == reader.role
    for column, seen in ((NOTICES.c.world, reader.worlds), (NOTICES.c.place, reader.places)):
        if seen is not None:
            to_role &= column.is_(None) | column.in_(seen)
    to_them = to_role if reader.person is None else to_role | (NOTICES.c.person == reader.person)
    return sa.select(*NOTICES.c, NOTICE_READS.c.read_at).outerjoin_from(NOTICES, NOTICE_READS, theirs).where(to_them)


def _notice(row: sa.RowMapping) -> Notice:
    return Notice(**row)
