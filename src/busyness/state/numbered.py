"""Records that the database numbers: added, found by number, listed from the newest back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from busyness.domain.errors import UnknownRecordError
from busyness.state._base import sa
from busyness.state.database import Database
from busyness.state.paging import Page, number_of, page

Record = TypeVar("Record")
Made = Callable[[sa.RowMapping], Record]


def added(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """This will add a row and return its number."""
    key = connection.execute(table.insert().values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def found(database: Database, table: sa.Table, number: int, *, kind: str, made: Made[Record]) -> Record:
    """This will return the record of a number. Raises: ``UnknownRecordError``, which calls it ``kind``."""
    with database.reading() as connection:
        row = connection.execute(table.select().where(table.c.id == number)).one_or_none()
    if row is None:
        raise UnknownRecordError(kind, number)
    return made(row._mapping)


def listed(
    database: Database, asked: sa.Select[Any], *, table: sa.Table, made: Made[Record], limit: int, cursor: str | None
) -> Page[Record]:
    """This will return a page of records, the newest first, from the cursor on. Raises: ``InputError`` for no cursor."""
    before = number_of(cursor)
    if before is not None:
        asked = asked.where(table.c.id < before)
    with database.reading() as connection:
        rows = list(connection.execute(asked.order_by(table.c.id.desc()).limit(limit + 1)))
    return page([made(row._mapping) for row in rows], limit, cursors=[str(row._mapping["id"]) for row in rows])
