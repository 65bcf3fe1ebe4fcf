"""Users and keys from the command line, and the care of the state: backup, restore, check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from busyness.domain.errors import InputError
from busyness.state.chain import Chain
from busyness.state.deed import Deed
from busyness.state.keys import Key
from busyness.state.people import Principal, Profile
from busyness.state.privacy import Erasure
from busyness.state.store import State

_SQLITE = "sqlite:///"
_AT_ONCE = 500


@dataclass(frozen=True)
class Checked:
    """What ``check`` found: the tables' revision (brought up to date), and whether the audit log is as it was written."""

    revision: str
    users: int
    audit: Chain


def backup(url: str, file: Path, *, now: datetime) -> dict[str, int]:
    """This will write the whole state into one file and return the rows of each table.

    Raises: ``InputError`` where there is no state.
    """
    with _opened(url) as state:
        return state.backup(file, now=now)


def restore(url: str, file: Path, *, now: datetime) -> tuple[dict[str, int], Chain]:
    """This will fill an empty state from a backup, note that in the audit log, and return the rows and the log's state.

    Raises: ``ArtifactError`` for a damaged backup, ``InputError`` for a state that is not empty.
    """
    rows = State.restore(file, _address(url))
    with _opened(url) as state:
        chain = state.audit.verify()
        state.audit.write(_deed("state.restore", file.name, now=now))
    return rows, chain


def check(url: str, *, head: str | None = None) -> Checked:
    """This will bring the tables up to date and look at every row of the audit log.

    With a ``head`` noted earlier, that row has to be there as well.
    """
    with _opened(url) as state:
        return Checked(state.revision(), state.people.count(), state.audit.verify(head=head))


def list_users(url: str, *, role: str | None = None) -> list[Principal]:
    """This will return every user, or those of a role, by name."""
    with _opened(url) as state:
        found: list[Principal] = []
        cursor = None
        while True:
            page = state.people.list(role=role, limit=_AT_ONCE, cursor=cursor)
            found += page.items
            cursor = page.next
            if cursor is None:
                return sorted(found, key=lambda user: (user.name.casefold(), user.id))


def add_user(url: str, profile: Profile, *, now: datetime) -> Principal:
    """This will add a user; the state is made where there is none. Raises: ``InputError`` for what cannot be."""
    with State.open(_address(url)) as state, state.transaction():
        user = state.people.create(profile, now=now)
        said = {"name": user.name, "role": user.role, "worlds": user.worlds, "places": user.places}
        state.audit.write(replace(_deed("users.add", f"users/{user.id}", now=now), after=said))
        return user


def disable_user(url: str, user: str, *, disabled: bool, now: datetime) -> Principal:
    """This will lock a user out, sessions and all, or let them in again. Raises: ``UnknownRecordError``."""
    with _opened(url) as state, state.transaction():
        before = state.people.get(user)
        changed = state.people.disable(user, disabled=disabled)
        if disabled:
            state.sessions.end_all(user)
        deed = _deed("users.disable" if disabled else "users.enable", f"users/{user}", now=now)
        state.audit.write(replace(deed, before={"disabled": before.disabled}, after={"disabled": disabled}))
        return changed


def list_keys(url: str, *, user: str | None = None) -> list[Key]:
    """This will return every key, or those of a user, the oldest first; never a secret."""
    with _opened(url) as state:
        found: list[Key] = []
        cursor = None
        while True:
            page = state.keys.list(principal=user, limit=_AT_ONCE, cursor=cursor)
            found += page.items
            cursor = page.next
            if cursor is None:
                return sorted(found, key=lambda key: (key.created_at, key.id))


def add_key(url: str, user: str, *, label: str, days: int | None, now: datetime) -> tuple[Key, str]:
    """This will make a key for a user, for some days or for ever, and return it with its text, shown this once."""
    with _opened(url) as state, state.transaction():
        expires = None if days is None else now + timedelta(days=days)
        key, text = state.keys.create(user, now=now, label=label, expires_at=expires)
        after = {"user": user, "label": label, "expires_at": expires}
        state.audit.write(replace(_deed("keys.add", f"keys/{key.id}", now=now), after=after))
        return key, text


def rotate_key(url: str, key: str, *, grace: timedelta, now: datetime) -> tuple[Key, str]:
    """This will put a new key in a key's place; the old one still works for the time of grace."""
    with _opened(url) as state, state.transaction():
        fresh, text = state.keys.rotate(key, now=now, grace=grace)
        state.audit.write(replace(_deed("keys.rotate", f"keys/{key}", now=now), after={"replaced_by": fresh.id}))
        return fresh, text


def revoke_key(url: str, key: str, *, now: datetime) -> Key:
    """This will end a key. Raises: ``UnknownRecordError``."""
    with _opened(url) as state, state.transaction():
        gone = state.keys.revoke(key, now=now)
        state.audit.write(_deed("keys.revoke", f"keys/{key}", now=now))
        return gone


def export_person(url: str, person: str, *, now: datetime) -> dict[str, Any]:
    """This will return all that is kept of a person, and note that in the log. Raises: ``UnknownRecordError``."""
    with _opened(url) as state, state.transaction():
        found = state.privacy.export_person(person)
        state.audit.write(_deed("privacy.export", f"privacy/{person}", now=now))
        return found


def erase_person(url: str, person: str, *, now: datetime) -> Erasure:
    """This will put a pseudonym in a person's place everywhere and lock them out. Raises: ``UnknownRecordError``."""
    with _opened(url) as state:
        return state.privacy.erase_person(person, deed=_deed("privacy.erase", "privacy", now=now))


def profile(name: str, role: str, **said: Any) -> Profile:  # the other fields of a Profile
    """This will make a profile; an empty list of worlds or places means all of them."""
    for field in ("worlds", "places"):
        said[field] = tuple(said[field]) or None
    return Profile(name=name, role=role, **said)


@contextmanager
def _opened(url: str) -> Iterator[State]:
    """A state that is there already: a slip in a path must not make a new one."""
    address = _address(url)
    if address.startswith(_SQLITE) and not Path(address.removeprefix(_SQLITE)).is_file():
        file = address.removeprefix(_SQLITE)
        hint = "Name it with --state, or begin one: busyness state users add NAME --role admin."
        raise InputError(f"There is no state at {file}.", hint=hint)
    with State.open(address) as state:
        yield state


def _address(url: str) -> str:
    """A plain path is a file of SQLite."""
    return url if "://" in url else f"{_SQLITE}{url}"


def _deed(action: str, resource: str, *, now: datetime) -> Deed:
    return Deed(at=now, action=action, resource=resource, address="command line")
