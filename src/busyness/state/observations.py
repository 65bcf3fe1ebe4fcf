"""Observations: new counts that were posted. The same value twice is one, another value is a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from busyness.domain.errors import ConflictError
from busyness.state._base import sa
from busyness.state.checks import amount, filled, span
from busyness.state.column_types import as_json, utc
from busyness.state.database import Database
from busyness.state.decided import OBSERVATIONS, POSTS
from busyness.state.record import values_of
from busyness.tables.columns import AMOUNT, KNOWN_AT, PLACE, SOURCE, TIME

_MOMENT = pl.Datetime("us", "UTC")
SCHEMA: dict[str, Any] = {PLACE: pl.String, TIME: _MOMENT, AMOUNT: pl.Float64, SOURCE: pl.String, KNOWN_AT: _MOMENT}
"""The columns of a frame of observations: counted slots, as ``tables.Events`` has them."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted in the slot that begins at ``time``, and when that became known."""

    place: str
    time: datetime
    value: float
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Rows that came in one call. ``by`` is a principal's id; ``rejected`` are the rows that were refused before.

    With an ``idempotency_key``, the same call again is answered as the first time, and changes nothing.
    """

    world: str
    source: str
    by: str
    counts: tuple[Count, ...]
    rejected: tuple[Mapping[str, Any], ...] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A slot that had another value before."""

    place: str
    time: datetime
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a post. ``repeated``: this is the answer of the first time."""

    accepted: int
    unchanged: int
    revised: tuple[Revision, ...]
    rejected: tuple[Mapping[str, Any], ...]
    repeated: bool = False


class Observations:
    """The posted counts of all worlds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def post(self, post: Post, *, now: datetime) -> Reply:
        """This will keep what is new. Of two posts with one key at once, one is kept and both get its answer.

        Raises: ``ConflictError`` where the key came before with other rows; ``InputError`` for a value below zero.
        """
        filled(post.source, "source")
        for count in post.counts:
            amount(count.value, "count")
        digest = hashlib.sha256(as_json([values_of(c) for c in post.counts] + [dict(r) for r in post.rejected]).encode())
        with self._database.writing() as connection:
            if post.idempotency_key is not None:
                stored = self._claimed(connection, post, digest=f"{post.world} {digest.hexdigest()}", now=now)
                if stored is not None:
                    return stored
            self._database.alone(connection, f"observations {post.world}")
            reply = _kept(connection, post, now=now)
            if post.idempotency_key is not None:
                this = (POSTS.c.by == post.by) & (POSTS.c.idempotency_key == post.idempotency_key)
                connection.execute(POSTS.update().where(this).values(reply=_to_json(reply)))
        return reply

    def newest(
        self,
        world: str,
        *,
        start: datetime,
        end: datetime,
        places: Sequence[str] | None = None,
        known_by: datetime | None = None,
    ) -> pl.DataFrame:
        """This will return the newest version of every slot's count from ``start`` to before ``end`` (``SCHEMA``).

        With ``known_by``, only what was known then. Sorted by place, time and source.
        """
        span(start, end)
        which = (OBSERVATIONS.c.world == world) & (OBSERVATIONS.c.time >= start) & (OBSERVATIONS.c.time < end)
        if places is not None:
            which &= OBSERVATIONS.c.place.in_(places)
        if known_by is not None:
            which &= OBSERVATIONS.c.known_at <= known_by
        slot = (OBSERVATIONS.c.place, OBSERVATIONS.c.time, OBSERVATIONS.c.source)
        rank = sa.func.row_number().over(partition_by=slot, order_by=OBSERVATIONS.c.version.desc()).label("rank")
        ranked = sa.select(*_columns(), rank).where(which).subquery()
        asked = sa.select(*(ranked.c[name] for name in SCHEMA)).where(ranked.c.rank == 1)
        with self._database.reading() as connection:
            return _frame(connection.execute(asked)).sort(PLACE, TIME, SOURCE)

    def after(self, world: str, number: int, *, limit: int = 100_000) -> tuple[pl.DataFrame, int]:
        """This will return what came after a row's number, in the order it came, and the number to go on from (first: 0)."""
        new = (OBSERVATIONS.c.world == world) & (OBSERVATIONS.c.id > number)
        asked = sa.select(OBSERVATIONS.c.id, *_columns()).where(new).order_by(OBSERVATIONS.c.id).limit(limit)
        with self._database.reading() as connection:
            rows = list(connection.execute(asked))
        return _frame([tuple(row)[1:] for row in rows]), int(rows[-1].id) if rows else number

    def _claimed(self, connection: sa.Connection, post: Post, *, digest: str, now: datetime) -> Reply | None:
        """None where this call is the first of its key; else the answer that the first one got."""
        values = {"by": post.by, "idempotency_key": post.idempotency_key, "digest": digest, "received_at": now}
        claim = self._database.insert_unless_there(POSTS).values(**values).returning(POSTS.c.by)
        if connection.execute(claim).first() is not None:
            return None
        this = (POSTS.c.by == post.by) & (POSTS.c.idempotency_key == post.idempotency_key)
        first = connection.execute(POSTS.select().where(this)).one()
        if first.digest != digest:
            hint = "Take a new key for other rows."
            raise ConflictError(
                "This idempotency key came before with other rows.", by=post.by, at=first.received_at, hint=hint
            )
        return replace(_from_json(first.reply), repeated=True)


def _kept(connection: sa.Connection, post: Post, *, now: datetime) -> Reply:
    """Add the rows that say something new."""
    known = _known(connection, post)
    fresh: list[dict[str, Any]] = []
    revised, unchanged = [], 0
    for count in post.counts:
        slot = (count.place, utc(count.time))
        version, value = known.get(slot, (0, None))
        if value == count.value:
            unchanged += 1
            continue
        if value is not None:
            revised.append(Revision(count.place, utc(count.time), value, count.value))
        known[slot] = (version + 1, count.value)
        fresh.append({
            **values_of(count), "world": post.world, "source": post.source, "version": version + 1,
            "received_at": now, "by": post.by,
        })  # fmt: skip
    if fresh:
        connection.execute(OBSERVATIONS.insert(), fresh)
    return Reply(len(fresh), unchanged, tuple(revised), post.rejected)


def _known(connection: sa.Connection, post: Post) -> dict[tuple[str, datetime], tuple[int, float | None]]:
    """The newest version and value of every slot between the first and the last that are posted."""
    if not post.counts:
        return {}
    times = [utc(count.time) for count in post.counts]
    places = sorted({count.place for count in post.counts})
    which = (OBSERVATIONS.c.world == post.world) & (OBSERVATIONS.c.source == post.source)
    which &= OBSERVATIONS.c.time.between(min(times), max(times))
    if len(places) <= 500:
        which &= OBSERVATIONS.c.place.in_(places)
    columns = (OBSERVATIONS.c.place, OBSERVATIONS.c.time, OBSERVATIONS.c.version, OBSERVATIONS.c.value)
    rows = connection.execute(sa.select(*columns).where(which).order_by(OBSERVATIONS.c.version))
    return {(row.place, row.time): (row.version, row.value) for row in rows}


def _columns() -> tuple[sa.ColumnElement[Any], ...]:
    table = OBSERVATIONS.c
    return (table.place, table.time, table.value.label(AMOUNT), table.source, table.known_at)


def _frame(rows: Any) -> pl.DataFrame:  # noqa: ANN401  # rows of either kind
    return pl.DataFrame([tuple(row) for row in rows], schema=SCHEMA, orient="row")


def _to_json(reply: Reply) -> dict[str, Any]:
    return {**values_of(reply), "revised": [values_of(one) for one in reply.revised]}


def _from_json(stored: Mapping[str, Any]) -> Reply:
    revised = tuple(Revision(**{**one, "time": datetime.fromisoformat(one["time"])}) for one in stored["revised"])
    return Reply(**{**stored, "revised": revised, "rejected": tuple(stored["rejected"])})
