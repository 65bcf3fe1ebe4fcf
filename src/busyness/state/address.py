"""Where the state is kept: the URL of its database, told without its password."""

from __future__ import annotations

from pathlib import Path

from busyness.domain.errors import InputError
from busyness.state._base import sa

_KINDS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_HOW = "Write sqlite:///state.db or postgresql+psycopg://user:password@host/database."


def parsed(url: str) -> sa.URL:
    """This will read the URL of a state's database.

    Raises: ``InputError`` where it is none, names another kind of database, or one that lives in memory only.
    """
    kind, found, rest = url.partition("://")
    if not found or kind not in _KINDS:
        raise InputError(f"'{kind[:40]}' is no database that state can be kept in.", hint=_HOW)
    if rest.count("@") > 1:
        raise InputError("The URL of the state has more than one @.", hint="Write the one in a password as %40.")
    try:
        address = sa.make_url(f"{_KINDS[kind]}://{rest}")
    except (sa.exc.ArgumentError, ValueError):
        raise InputError("The URL of the state cannot be read.", hint=_HOW) from None
    if address.get_backend_name() == "sqlite" and (not address.database or ":memory:" in address.database):
        raise InputError("State that is kept in memory is gone at the end.", hint="Name a file: sqlite:///state.db.")
    return address


def label(address: sa.URL) -> str:
    """This will name the database in a sentence, without user, password or host."""
    kind = "PostgreSQL" if address.get_backend_name() == "postgresql" else "SQLite"
    return f"The {kind} database '{Path(address.database or '').name}'"
