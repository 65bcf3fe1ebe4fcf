"""Calendar links: a secret address of one's own shifts, for a phone's calendar, which cannot sign in."""

from __future__ import annotations

from datetime import datetime

from busyness.domain.errors import UnknownRecordError
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.decided import CALENDAR_LINKS
from busyness.state.people import Principal, principal_of
from busyness.state.schema import PRINCIPALS
from busyness.state.secrets_kept import SECRET_LENGTH, digest_of, new_secret


class CalendarLinks:
    """The calendar links: one for each principal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, principal: str, *, now: datetime) -> str:
        """This will return the secret of a new link; one made earlier ends. Raises: ``UnknownRecordError``."""
        secret = new_secret()
        with self._database.writing() as connection:
            known = sa.select(PRINCIPALS.c.id).where(PRINCIPALS.c.id == principal, PRINCIPALS.c.disabled.is_(False))
            if connection.execute(known).first() is None:
                raise UnknownRecordError("user", principal)
            connection.execute(CALENDAR_LINKS.delete().where(CALENDAR_LINKS.c.principal == principal))
            values = {"digest": digest_of(secret), "principal": principal, "created_at": now}
            connection.execute(CALENDAR_LINKS.insert().values(**values))
        return secret

    def verify(self, secret: str) -> Principal | None:
        """This will return whose calendar this is; none where the link has ended or its principal is locked out."""
        if len(secret) != SECRET_LENGTH:
            return None
        asked = PRINCIPALS.select().join(CALENDAR_LINKS).where(CALENDAR_LINKS.c.digest == digest_of(secret))
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        found = None if row is None else principal_of(row)
        return None if found is None or found.disabled else found

    def revoke(self, principal: str) -> None:
        """This will end a principal's link."""
        with self._database.writing() as connection:
            connection.execute(CALENDAR_LINKS.delete().where(CALENDAR_LINKS.c.principal == principal))
