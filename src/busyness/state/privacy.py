"""A person's data: handed out as one document, and erased so that no table holds name, address or links any more."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from busyness.domain.errors import UnknownRecordError
from busyness.state._base import sa
from busyness.state.audit import Audit
from busyness.state.column_types import as_json
from busyness.state.database import Database
from busyness.state.decided import CALENDAR_LINKS, NOTICE_READS, NOTICES, OVERRIDES, PROPOSALS, ROSTER_SHIFTS, ROSTERS, SWAPS
from busyness.state.deed import Deed
from busyness.state.mentions import Mentions
from busyness.state.people import Principal, principal_of
from busyness.state.remembered import Remembered
from busyness.state.schema import AUDIT, KEYS, LOGIN_LINKS, METADATA, PRINCIPALS, SESSIONS

ERASED_NAME = "erased"

CODES = (ROSTER_SHIFTS.c.person, SWAPS.c.person, SWAPS.c.colleague, PRINCIPALS.c.person)
"""Columns that hold who somebody is in rosters."""

FREE = (
    *(PRINCIPALS.c.name, KEYS.c.label, OVERRIDES.c.reason, ROSTERS.c.note, ROSTER_SHIFTS.c.detail, SWAPS.c.message),
    *(SWAPS.c.reason, PROPOSALS.c.reason, PROPOSALS.c.content, PROPOSALS.c.outcome, PROPOSALS.c.reference),
    *(NOTICES.c.details, METADATA.tables["observations"].c.source, METADATA.tables["observation_posts"].c.reply),
)
"""Columns in which people write what they like, and so perhaps a name."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing did: the name that stands in the person's place, and how many rows of the audit log lost a field."""

    pseudonym: str
    principals: tuple[str, ...]
    audit_rows: int


class Privacy:
    """Export and erasure. A person is named by a principal's id or by who they are in rosters."""

    def __init__(self, database: Database, audit: Audit, *memories: Remembered[Any]) -> None:
        self._database, self._audit, self._memories = database, audit, memories

    def export_person(self, person: str) -> dict[str, Any]:
        """This will return all that is kept of a person, by table, as JSON can say it. Raises: ``UnknownRecordError``."""
        with self._database.reading() as connection:
            principals, codes = _who(connection, person)
            ids = [principal.id for principal in principals]
            found = {
                name: [_row(row) for row in connection.execute(table.select().where(which))]
                for name, table, which in _theirs(ids, sorted(codes))
            }
        document: dict[str, Any] = json.loads(as_json({name: rows for name, rows in found.items() if rows}))
        return document

    def erase_person(self, person: str, *, deed: Deed) -> Erasure:
        """This will put a pseudonym in the person's place everywhere, lock them out, and write ``deed`` into the log.

        Log and scores stay, of somebody unknown. Backups made earlier still hold the person: delete them.

        Raises: ``UnknownRecordError``.
        """
        pseudonym = f"erased-{secrets.token_hex(6)}"
        with self._database.writing() as connection:
            principals, codes = _who(connection, person)
            ids = [principal.id for principal in principals]
            words = {word for one in principals for word in (one.name, one.email, one.subject) if word} - {ERASED_NAME}
            words |= _names_in_rosters(connection, codes)
            mentions = Mentions(words=sorted(words), codes=codes, pseudonym=pseudonym)
            _lock_out(connection, ids, deed)
            connection.execute(NOTICES.delete().where(NOTICES.c.person.in_(codes)))
            for column in CODES:
                change = column.table.update().where(column.in_(codes))
                connection.execute(change.values({column: pseudonym}))
            for column in FREE:
                _replace(connection, column, mentions)
            entry = replace(deed, resource=f"person/{pseudonym}")
            rows = self._audit.redact(mentions.found, principals=frozenset(ids), deed=entry)
            for memory in self._memories:
                self._database.afterwards(memory.forget)
            self._database.afterwards(self._database.leave_no_trace)
        return Erasure(pseudonym, tuple(ids), rows)


def _who(connection: sa.Connection, person: str) -> tuple[list[Principal], set[str]]:
    """The principals of a person, and who they are in rosters."""
    named = PRINCIPALS.select().where((PRINCIPALS.c.id == person) | (PRINCIPALS.c.person == person))
    found = [principal_of(row) for row in connection.execute(named)]
    codes = {one.person for one in found if one.person is not None}
    if person not in {one.id for one in found}:
        codes.add(person)
    also = PRINCIPALS.select().where(PRINCIPALS.c.person.in_(codes), PRINCIPALS.c.id.not_in([one.id for one in found]))
    found += [principal_of(row) for row in connection.execute(also)]
    known = (
        sa.select(sa.literal(1)).select_from(column.table).where(column == person).limit(1)
        for column in (*CODES, NOTICES.c.person)
    )
    if not found and not any(connection.execute(asked).first() for asked in known):
        raise UnknownRecordError("person", person, hint=_of_that_name(connection, person))
    return found, codes


def _of_that_name(connection: sa.Connection, name: str) -> str:
    """Which ids have a name that was given in place of an id."""
    users = connection.execute(sa.select(PRINCIPALS.c.id, PRINCIPALS.c.name))
    shifts = connection.execute(sa.select(ROSTER_SHIFTS.c.person, ROSTER_SHIFTS.c.detail).distinct())
    named = [*((one.id, one.name) for one in users), *((one.person, str(one.detail.get("name") or "")) for one in shifts)]
    ids = sorted({who for who, called in named if called.strip().casefold() == name.strip().casefold()})
    return f"That is a name. Give the id: {', '.join(ids)}." if ids else ""


def _names_in_rosters(connection: sa.Connection, codes: set[str]) -> set[str]:
    """What rosters call somebody: most of the staff are no users, and have their name nowhere else."""
    details = connection.execute(sa.select(ROSTER_SHIFTS.c.detail).where(ROSTER_SHIFTS.c.person.in_(codes))).scalars()
    return {name for detail in details if (name := str(detail.get("name") or "").strip())}


def _theirs(ids: list[str], codes: list[str]) -> Iterable[tuple[str, sa.Table, sa.ColumnElement[bool]]]:
    """Every table that holds something of a person, and which rows."""
    yield "principals", PRINCIPALS, PRINCIPALS.c.id.in_(ids)
    for name, table in (
        ("keys", KEYS),
        ("sessions", SESSIONS),
        ("login_links", LOGIN_LINKS),
        ("calendar_links", CALENDAR_LINKS),
    ):
        yield name, table, table.c.principal.in_(ids)
    yield "shifts", ROSTER_SHIFTS, ROSTER_SHIFTS.c.person.in_(codes)
    yield "swaps", SWAPS, SWAPS.c.person.in_(codes) | SWAPS.c.colleague.in_(codes) | SWAPS.c.decided_by.in_(ids)
    yield "notices", NOTICES, NOTICES.c.person.in_(codes)
    yield "notices_read", NOTICE_READS, NOTICE_READS.c.principal.in_(ids)
    yield "overrides", OVERRIDES, OVERRIDES.c.by.in_(ids) | OVERRIDES.c.withdrawn_by.in_(ids)
    yield "rosters", ROSTERS, ROSTERS.c.by.in_(ids) | ROSTERS.c.published_by.in_(ids)
    yield "proposals", PROPOSALS, PROPOSALS.c.answered_by.in_(ids)
    for name in ("observations", "observation_posts"):
        yield name, METADATA.tables[name], METADATA.tables[name].c.by.in_(ids)
    yield "audit", AUDIT, AUDIT.c.principal.in_(ids)


def _row(row: sa.Row[Any]) -> dict[str, Any]:
    secret = {"digest", "salts", "seals"}
    return {name: value for name, value in row._mapping.items() if name not in secret}


def _lock_out(connection: sa.Connection, ids: list[str], deed: Deed) -> None:
    """Take from principals what says who they are, and every way in."""
    nothing = {"name": ERASED_NAME, "email": None, "subject": None, "disabled": True, "erased_at": deed.at}
    connection.execute(PRINCIPALS.update().where(PRINCIPALS.c.id.in_(ids)).values(**nothing))
    mine = KEYS.c.principal.in_(ids)
    connection.execute(KEYS.update().where(mine).values(label=""))
    connection.execute(KEYS.update().where(mine, KEYS.c.revoked_at.is_(None)).values(revoked_at=deed.at))
    for table in (SESSIONS, LOGIN_LINKS, CALENDAR_LINKS, NOTICE_READS):
        connection.execute(table.delete().where(table.c.principal.in_(ids)))


def _replace(connection: sa.Connection, column: sa.Column[Any], mentions: Mentions) -> None:
    """Put the pseudonym into every different value of a column that mentions the person."""
    for value in list(connection.execute(sa.select(column).where(column.is_not(None)).distinct()).scalars()):
        without = mentions.replaced(value)
        if without != value:
            connection.execute(column.table.update().where(column == value).values({column: without}))
