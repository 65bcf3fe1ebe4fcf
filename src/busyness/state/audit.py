"""The audit log: every decision and edit, written once, never changed, in a chain that shows if it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from busyness.state._base import sa
from busyness.state.chain import ERASED, PRUNED, SEALED, Chain, Checking, hash_of, sealed
from busyness.state.column_types import as_json, cleaned, utc
from busyness.state.database import Database
from busyness.state.deed import AuditEntry, Deed
from busyness.state.paging import Page, number_of, page
from busyness.state.record import values_of
from busyness.state.schema import AUDIT

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows are asked for; none means any. ``since`` ≤ at < ``until``."""

    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    world: str | None = None
    place: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """The log. Write last in a transaction: from then to its end, others wait with theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, deed: Deed) -> AuditEntry:
        """This will add a row: with the transaction that is under way, or in one of its own.

        Characters that no database takes become �: what an attacker sent must not keep the row from being written.
        """
        said = {**{name: cleaned(value) for name, value in values_of(deed).items()}, "at": utc(deed.at)}
        with self._database.writing() as connection:
            self._database.alone(connection, "audit")
            newest = sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
            last = connection.execute(newest).one_or_none()
            number, previous = (1, "") if last is None else (last.number + 1, last.hash)
            row = {**said, "number": number}
            salts, seals = sealed({field: _text(field, row[field]) for field in SEALED})
            own = hash_of(row, as_json(seals), at=row["at"], previous=previous)
            connection.execute(AUDIT.insert().values(**row, salts=salts, seals=seals, previous=previous, hash=own))
        return AuditEntry(**row, previous=previous, hash=own)

    def list(self, asked: AuditFilter | None = None, *, limit: int = 100, cursor: str | None = None) -> Page[AuditEntry]:
        """This will return rows, the newest first, from the cursor on. Raises: ``InputError`` for another cursor."""
        wanted = AUDIT.select().order_by(AUDIT.c.number.desc()).limit(limit + 1)
        for name, value in values_of(asked or AuditFilter()).items():
            if value is not None:
                column = AUDIT.c.get(name, AUDIT.c.at)
                wanted = wanted.where(
                    column >= value if name == "since" else column < value if name == "until" else column == value
                )
        before = number_of(cursor)
        if before is not None:
            wanted = wanted.where(AUDIT.c.number < before)
        with self._database.reading() as connection:
            found = [_entry(row) for row in connection.execute(wanted)]
        return page(found, limit, cursors=[str(entry.number) for entry in found])

    def head(self) -> str:
        """This will return the hash of the last row: note it elsewhere, and ``verify(head=…)`` sees a cut-off end."""
        with self._database.reading() as connection:
            newest = sa.select(AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
            return connection.execute(newest).scalar_one_or_none() or ""

    def verify(self, *, head: str | None = None) -> Chain:
        """This will look at the whole chain and name the first row that is not as it was written.

        With a ``head`` noted earlier, that row has to be there as well.
        """
        seen, last = head in (None, ""), 0

        def rows() -> Iterator[dict[str, Any]]:
            nonlocal seen, last
            for row in self._raw():
                seen, last = seen or row["hash"] == head, row["number"]
                yield row

        found = Checking().run(rows())
        return (
            found if seen or found.broken is not None else replace(found, broken=last + 1, why="rows at the end are missing")
        )

    def redact(self, mentioned: Callable[[str], bool], *, principals: frozenset[str], deed: Deed) -> int:
        """This will take people out of the log, and write ``deed`` (action ``erased``) with what was taken out.

        Addresses go from the rows of ``principals``; any field goes whose text ``mentioned`` says yes to. The number of
        rows is returned.
        """
        with self._database.writing() as connection:
            self._database.alone(connection, "audit")
            changed = []
            for row in list(self._raw()):
                salts = json.loads(row["salts"])
                gone = [field for field in salts if _goes(row, field, principals=principals, mentioned=mentioned)]
                if gone and row["action"] not in (ERASED, PRUNED):
                    left = {field: salt for field, salt in salts.items() if field not in gone}
                    values = {**dict.fromkeys(gone), "salts": left}
                    connection.execute(AUDIT.update().where(AUDIT.c.number == row["number"]).values(**values))
                    changed.append([row["number"], gone])
            self.write(_with(deed, ERASED, {"redacted": changed}))
        return len(changed)

    def prune(self, before: datetime, *, deed: Deed) -> int:
        """This will cut off the rows that are older, and write ``deed`` (action ``pruned``) with where the chain goes on."""
        with self._database.writing() as connection:
            self._database.alone(connection, "audit")
            young = sa.select(sa.func.min(AUDIT.c.number)).where(AUDIT.c.at >= before)
            first = connection.execute(young).scalar_one_or_none()
            last = sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
            if first is not None:
                last = last.where(AUDIT.c.number < first)
            cut = connection.execute(last).one_or_none()
            if cut is None:
                return 0
            kept = _taken_out_after(connection, cut.number)
            self.write(_with(deed, PRUNED, {"up_to": cut.number, "hash": cut.hash, "redacted": kept}))
            return connection.execute(AUDIT.delete().where(AUDIT.c.number <= cut.number)).rowcount

    def _raw(self) -> Iterator[dict[str, Any]]:
        """Every row as it lies in the database."""
        plain = [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in AUDIT.c]
        last = 0
        while True:
            some = sa.select(*plain).where(AUDIT.c.number > last).order_by(AUDIT.c.number).limit(_AT_ONCE)
            with self._database.reading() as connection:
                rows = [dict(row._mapping) for row in connection.execute(some)]
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1]["number"]


def _with(deed: Deed, action: str, after: dict[str, Any]) -> Deed:
    return Deed(**{**values_of(deed), "action": action, "after": {**(deed.after or {}), **after}})


def _taken_out_after(connection: sa.Connection, number: int) -> list[list[Any]]:
    """What the rows up to this one say was taken out of the rows after it."""
    saying = AUDIT.c.action.in_((ERASED, PRUNED)) & (AUDIT.c.number <= number)
    said = connection.execute(sa.select(AUDIT.c.after).where(saying)).scalars()
    return [one for after in said if after for one in after.get("redacted", ()) if one[0] > number]


def _goes(row: dict[str, Any], field: str, *, principals: frozenset[str], mentioned: Callable[[str], bool]) -> bool:
    return (field == "address" and row["principal"] in principals) or mentioned(row[field])


def _text(field: str, value: Any) -> str | None:  # noqa: ANN401  # text, or what JSON can say
    """A sealed field as it will lie in the database."""
    return value if value is None or field in ("resource", "address") else as_json(value)


def _entry(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    values = dict(row._mapping)
    salts, seals = values.pop("salts"), values.pop("seals")
    return AuditEntry(**values, redacted=tuple(sorted(set(seals) - set(salts))))
