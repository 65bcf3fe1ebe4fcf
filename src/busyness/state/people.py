"""Principals: the people and programs that may ask, what they are, and for which places."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError, did_you_mean
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.paging import Page, page
from busyness.state.remembered import Remembered
from busyness.state.schema import PRINCIPALS

ROLES = ("operations", "inventory", "finance", "marketing", "logistics", "staff", "admin")
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is said of a principal. ``worlds`` and ``places``: none means all of them.

    ``person`` is who they are in rosters (their own shifts), ``subject`` the issuer and subject of a sign-in elsewhere.
    """

    name: str
    role: str
    worlds: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    person: str | None = None
    language: str = "en"
    email: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal(Profile):
    """A profile with its id, which says nothing of the person, so that it may stand in logs for ever."""

    id: str
    disabled: bool
    created_at: datetime
    erased_at: datetime | None = None


class People:
    """The principals. Every change makes keys and sessions look again."""

    def __init__(self, database: Database, *memories: Remembered[Any]) -> None:
        self._database = database
        self._memories = memories

    def create(self, profile: Profile, *, now: datetime) -> Principal:
        """This will add a principal under a new id.

        Raises: ``InputError`` for a role, language or name that cannot be, ``ConflictError`` where the subject is taken.
        """
        name, values = f"u_{secrets.token_hex(6)}", _checked(profile)
        with self._database.writing() as connection:
            self._refuse_taken(connection, profile, name)
            connection.execute(PRINCIPALS.insert().values(**values, id=name, disabled=False, created_at=now))
            return self.get(name)

    def update(self, principal: str, profile: Profile) -> Principal:
        """This will replace what is said of a principal; ``replace(found, role=…)`` of a ``Principal`` will do.

        Raises: as ``create``; ``UnknownRecordError``.
        """
        values = _checked(profile)
        with self._database.writing() as connection:
            self._refuse_taken(connection, profile, principal)
            self._change(connection, principal, values)
            return self.get(principal)

    def disable(self, principal: str, *, disabled: bool = True) -> Principal:
        """This will lock a principal out, or let them in again. Raises: ``UnknownRecordError``."""
        with self._database.writing() as connection:
            self._change(connection, principal, {"disabled": disabled})
            return self.get(principal)

    def get(self, principal: str) -> Principal:
        """This will return a principal. Raises: ``UnknownRecordError``."""
        found = self._one(PRINCIPALS.c.id == principal)
        if found is None:
            raise UnknownRecordError("user", principal)
        return found

    def by_subject(self, subject: str) -> Principal | None:
        """This will return who signs in elsewhere as this subject."""
        return self._one(PRINCIPALS.c.subject == subject)

    def by_person(self, person: str) -> tuple[Principal, ...]:
        """This will return the principals of one who stands in rosters."""
        with self._database.reading() as connection:
            rows = connection.execute(PRINCIPALS.select().where(PRINCIPALS.c.person == person).order_by(PRINCIPALS.c.id))
            return tuple(principal_of(row) for row in rows)

    def list(self, *, role: str | None = None, limit: int = 100, cursor: str | None = None) -> Page[Principal]:
        """This will return principals by id, from the cursor on; the erased and the disabled too."""
        asked = PRINCIPALS.select().order_by(PRINCIPALS.c.id).limit(limit + 1)
        if role is not None:
            asked = asked.where(PRINCIPALS.c.role == role)
        if cursor is not None:
            asked = asked.where(PRINCIPALS.c.id > cursor)
        with self._database.reading() as connection:
            found = [principal_of(row) for row in connection.execute(asked)]
        return page(found, limit, cursors=[one.id for one in found])

    def count(self) -> int:
        """This will count the principals: none means that nobody can come in yet."""
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(PRINCIPALS)).scalar_one())

    def _one(self, which: sa.ColumnElement[bool]) -> Principal | None:
        with self._database.reading() as connection:
            row = connection.execute(PRINCIPALS.select().where(which)).one_or_none()
        return None if row is None else principal_of(row)

    def _change(self, connection: sa.Connection, principal: str, values: dict[str, object]) -> None:
        changed = connection.execute(PRINCIPALS.update().where(PRINCIPALS.c.id == principal).values(**values))
        if not changed.rowcount:
            raise UnknownRecordError("user", principal)
        for memory in self._memories:
            self._database.afterwards(memory.forget)

    def _refuse_taken(self, connection: sa.Connection, profile: Profile, principal: str) -> None:
        if profile.subject is None:
            return
        self._database.alone(connection, "subjects")
        taken = sa.select(PRINCIPALS.c.id).where(PRINCIPALS.c.subject == profile.subject, PRINCIPALS.c.id != principal)
        if connection.execute(taken).first() is not None:
            raise ConflictError("Another user signs in as this subject already.", hint="Change or disable that one first.")


def principal_of(row: sa.Row[*tuple[Any, ...]]) -> Principal:
    """This will make a principal of a row that holds all columns of the table, and perhaps others."""
    values = {column.name: row._mapping[column] for column in PRINCIPALS.c}
    for name in ("worlds", "places"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Principal(**values)


def _checked(profile: Profile) -> dict[str, Any]:
    """The profile's own fields, if they can be."""
    if profile.role not in ROLES:
        hint = did_you_mean(profile.role, ROLES)
        raise InputError(f"There is no role '{profile.role}'; there are {', '.join(ROLES)}.", hint=hint)
    if profile.language not in LANGUAGES:
        raise InputError(f"There is no language '{profile.language}'; there are {', '.join(LANGUAGES)}.")
    if not profile.name.strip():
        raise InputError("A user needs a name.")
    return {one.name: getattr(profile, one.name) for one in fields(Profile)}
