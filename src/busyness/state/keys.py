"""API keys: ``bk_``, eight characters that name the key, ``_``, and a secret that is shown once and never kept."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state._base import sa
from busyness.state.column_types import utc
from busyness.state.database import Database
from busyness.state.paging import Page, page
from busyness.state.people import Principal, principal_of
from busyness.state.remembered import Remembered
from busyness.state.schema import KEYS, PRINCIPALS
from busyness.state.secrets_kept import SECRET_LENGTH, digest_of, new_secret, proves

_PREFIX, _NAME_LENGTH = "bk_", 8
_LENGTH = len(_PREFIX) + _NAME_LENGTH + 1 + SECRET_LENGTH
_LETTERS = string.ascii_lowercase + string.digits
_USED_AT_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is known of a key: all but its secret."""

    id: str
    principal: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What is remembered of a key that was looked up."""

    digest: str
    expires_at: datetime | None
    principal: Principal


class Keys:
    """The keys. A verified one is remembered for seconds; ``write_uses`` writes when each was used."""

    def __init__(self, database: Database, memory: Remembered[Verified]) -> None:
        self._database, self._memory = database, memory
        self._uses: dict[str, datetime] = {}
        self._written: dict[str, datetime] = {}

    def create(
        self, principal: str, *, now: datetime, label: str = "", expires_at: datetime | None = None
    ) -> tuple[Key, str]:
        """This will make a key and return it with its text, which nobody can ever show again.

        Raises: ``UnknownRecordError`` where there is no such user, ``InputError`` where it would have expired already.
        """
        if expires_at is not None and utc(expires_at) <= utc(now):
            raise InputError("The key would have expired before its first use.", hint="Give a time that is still to come.")
        name, secret = "".join(secrets.choice(_LETTERS) for _ in range(_NAME_LENGTH)), new_secret()
        values = {"id": name, "principal": principal, "label": label, "created_at": now, "expires_at": expires_at}
        with self._database.writing() as connection:
            known = sa.select(PRINCIPALS.c.id).where(PRINCIPALS.c.id == principal, PRINCIPALS.c.erased_at.is_(None))
            if connection.execute(known).first() is None:
                raise UnknownRecordError("user", principal)
            connection.execute(KEYS.insert().values(**values, digest=digest_of(secret)))
            return self.get(name), f"{_PREFIX}{name}_{secret}"

    def verify(self, text: str, now: datetime) -> Principal | None:
        """This will return whose key this is; none where it is wrong, revoked or expired, or its principal locked out.

        From memory within a few microseconds; a revoked key is refused at once here, in other processes within seconds.
        """
        if len(text) != _LENGTH or not text.startswith(_PREFIX) or text[-SECRET_LENGTH - 1] != "_":
            return None
        name = text[len(_PREFIX) : len(_PREFIX) + _NAME_LENGTH]
        known = self._memory.get(name, now) or self._looked_up(name, now)
        if known is None or not proves(text[-SECRET_LENGTH:], known.digest):
            return None
        if known.expires_at is not None and now >= known.expires_at:
            return None
        self._uses[name] = now
        return known.principal

    def rotate(self, key: str, *, now: datetime, grace: timedelta = timedelta(days=1)) -> tuple[Key, str]:
        """This will make a key in the place of another, which still works for the time of grace.

        It lasts as long as the old one was made for. Raises: ``UnknownRecordError``, ``InputError`` for a revoked one.
        """
        with self._database.writing() as connection:
            old = self.get(key)
            if old.revoked_at is not None or old.replaced_by is not None:
                raise InputError(f"The key '{key}' was revoked or replaced already.", hint="Make a new one.")
            lasts = None if old.expires_at is None else now + (old.expires_at - old.created_at)
            fresh, text = self.create(old.principal, now=now, label=old.label, expires_at=lasts)
            ends = now + grace if old.expires_at is None else min(old.expires_at, now + grace)
            change = {"expires_at": ends, "replaced_by": fresh.id}
            connection.execute(KEYS.update().where(KEYS.c.id == key).values(**change))
            self._database.afterwards(self._memory.forget)
        return fresh, text

    def revoke(self, key: str, *, now: datetime) -> Key:
        """This will end a key at once; a second time changes nothing. Raises: ``UnknownRecordError``."""
        with self._database.writing() as connection:
            still = (KEYS.c.id == key) & KEYS.c.revoked_at.is_(None)
            connection.execute(KEYS.update().where(still).values(revoked_at=now))
            self._database.afterwards(self._memory.forget)
            return self.get(key)

    def get(self, key: str) -> Key:
        """This will return a key by its eight characters. Raises: ``UnknownRecordError``."""
        with self._database.reading() as connection:
            row = connection.execute(_without_digest().where(KEYS.c.id == key)).one_or_none()
        if row is None:
            raise UnknownRecordError("key", key)
        return Key(**row._mapping)

    def list(self, *, principal: str | None = None, limit: int = 100, cursor: str | None = None) -> Page[Key]:
        """This will return keys by id, from the cursor on; the revoked and the expired too."""
        asked = _without_digest().order_by(KEYS.c.id).limit(limit + 1)
        if principal is not None:
            asked = asked.where(KEYS.c.principal == principal)
        if cursor is not None:
            asked = asked.where(KEYS.c.id > cursor)
        with self._database.reading() as connection:
            found = [Key(**row._mapping) for row in connection.execute(asked)]
        return page(found, limit, cursors=[key.id for key in found])

    def write_uses(self) -> int:
        """This will write when keys were used, each at most once a minute, and return how many were written.

        Call it from time to time beside the requests, so that no request waits for a disk.
        """
        used, written = self._uses.copy(), self._written
        due = {name: at for name, at in used.items() if name not in written or at - written[name] >= _USED_AT_MOST}
        if due:
            with self._database.writing() as connection:
                for name, at in due.items():
                    connection.execute(KEYS.update().where(KEYS.c.id == name).values(last_used_at=at))
            self._written |= due
        return len(due)

    def _looked_up(self, name: str, now: datetime) -> Verified | None:
        if not (name.isascii() and name.isalnum()):
            return None
        ticket = self._memory.ticket()
        valid = (KEYS.c.id == name) & KEYS.c.revoked_at.is_(None) & PRINCIPALS.c.disabled.is_(False)
        asked = sa.select(*PRINCIPALS.c, KEYS.c.digest, KEYS.c.expires_at).join_from(KEYS, PRINCIPALS).where(valid)
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        known = Verified(row.digest, row.expires_at, principal_of(row))
        self._memory.put(name, known, now=now, ticket=ticket)
        return known


def _without_digest() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(column for column in KEYS.c if column is not KEYS.c.digest))
