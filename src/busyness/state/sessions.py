"""Browser sessions, and the one-time links that begin them. Only digests of their tokens are kept."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from busyness.domain.errors import UnknownRecordError
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.people import Principal, principal_of
from busyness.state.remembered import Remembered
from busyness.state.schema import LOGIN_LINKS, PRINCIPALS, SESSIONS
from busyness.state.secrets_kept import SECRET_LENGTH, digest_of, new_secret


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody is signed in with. ``csrf`` is made of the token, so that it need not be kept."""

    principal: Principal
    csrf: str
    expires_at: datetime

    def csrf_matches(self, text: str) -> bool:
        """This will say whether a form or header holds this session's CSRF token, in a time that tells nothing."""
        return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), self.csrf.encode())


class Sessions:
    """The sessions and the login links."""

    def __init__(self, database: Database, memory: Remembered[Session]) -> None:
        self._database, self._memory = database, memory

    def link(self, principal: str, *, now: datetime, lasts: timedelta = timedelta(minutes=10)) -> str:
        """This will return the token of a link that signs a browser in once. Raises: ``UnknownRecordError``."""
        token = new_secret()
        values = {"digest": digest_of(token), "principal": principal, "created_at": now, "expires_at": now + lasts}
        with self._database.writing() as connection:
            _refuse_unknown(connection, principal)
            connection.execute(LOGIN_LINKS.insert().values(**values))
        return token

    def redeem(self, link: str, *, now: datetime, lasts: timedelta = timedelta(hours=12)) -> tuple[Session, str] | None:
        """This will begin a session by a link's token; none where it was used, has expired, or never was.

        Of two browsers with one link, one gets in.
        """
        fresh = (
            (LOGIN_LINKS.c.digest == digest_of(link)) & LOGIN_LINKS.c.used_at.is_(None) & (LOGIN_LINKS.c.expires_at > now)
        )
        with self._database.writing() as connection:
            if not connection.execute(LOGIN_LINKS.update().where(fresh).values(used_at=now)).rowcount:
                return None
            whose = sa.select(LOGIN_LINKS.c.principal).where(LOGIN_LINKS.c.digest == digest_of(link))
            principal = connection.execute(whose).scalar_one()
            if connection.execute(sa.select(PRINCIPALS.c.disabled).where(PRINCIPALS.c.id == principal)).scalar_one():
                return None
            return self.begin(principal, now=now, lasts=lasts)

    def begin(self, principal: str, *, now: datetime, lasts: timedelta = timedelta(hours=12)) -> tuple[Session, str]:
        """This will begin a session and return it with the token for the cookie. Raises: ``UnknownRecordError``."""
        token, ends = new_secret(), now + lasts
        values = {"digest": digest_of(token), "principal": principal, "created_at": now, "expires_at": ends}
        with self._database.writing() as connection:
            _refuse_unknown(connection, principal)
            connection.execute(SESSIONS.insert().values(**values))
            row = connection.execute(PRINCIPALS.select().where(PRINCIPALS.c.id == principal)).one()
        return Session(principal_of(row), _csrf(token), ends), token

    def verify(self, token: str, now: datetime) -> Session | None:
        """This will return the session of a cookie's token; none where it has ended. From memory for a few seconds."""
        if len(token) != SECRET_LENGTH:
            return None
        digest = digest_of(token)
        known = self._memory.get(digest, now) or self._looked_up(digest, token, now)
        return known if known is not None and now < known.expires_at else None

    def end(self, token: str) -> None:
        """This will end a session, here at once and in other processes within seconds."""
        self._end(SESSIONS.c.digest == digest_of(token))

    def end_all(self, principal: str) -> None:
        """This will end every session of a principal, and every link of theirs."""
        with self._database.writing() as connection:
            self._end(SESSIONS.c.principal == principal)
            connection.execute(LOGIN_LINKS.delete().where(LOGIN_LINKS.c.principal == principal))

    def _end(self, which: sa.ColumnElement[bool]) -> None:
        with self._database.writing() as connection:
            connection.execute(SESSIONS.delete().where(which))
            self._database.afterwards(self._memory.forget)

    def _looked_up(self, digest: str, token: str, now: datetime) -> Session | None:
        ticket = self._memory.ticket()
        valid = (SESSIONS.c.digest == digest) & PRINCIPALS.c.disabled.is_(False)
        asked = sa.select(*PRINCIPALS.c, SESSIONS.c.expires_at).join_from(SESSIONS, PRINCIPALS).where(valid)
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        session = Session(principal_of(row), _csrf(token), row.expires_at)
        self._memory.put(digest, session, now=now, ticket=ticket)
        return session


def _csrf(token: str) -> str:
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()


def _refuse_unknown(connection: sa.Connection, principal: str) -> None:
    known = sa.select(PRINCIPALS.c.id).where(PRINCIPALS.c.id == principal, PRINCIPALS.c.disabled.is_(False))
    if connection.execute(known).first() is None:
        raise UnknownRecordError("user", principal)
