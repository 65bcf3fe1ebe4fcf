"""A table or a query of a database, streamed; by a watermark only what came since the last read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.gathered import no_nulls, stacked
from busyness.sources.chunks.pruned import pruned
from busyness.sources.chunks.sql_database import connected, sqlalchemy_itself, table_columns
from busyness.sources.chunks.sql_mark import Mark, MarkKeeper
from busyness.sources.chunks.typed_column import typed_column
from busyness.sources.files.raw import row_numbers

if TYPE_CHECKING:
    import sqlalchemy as sa

_AT_ONCE = 50_000


class SqlQuery:
    """``Chunks`` of a table or of the answer to a query. ``lines`` number the rows of this read from 1.

    With a ``watermark`` (a column that never goes down: the time a row was written, a serial number) rows come in its
    order, and after each chunk ``reached`` is the ``Mark`` to go on from: store its ``text()`` and give ``Mark.of`` it as
    ``since`` next time. Two such reads are one whole read: no row is lost or doubled, also where rows share the newest
    watermark and some of them arrive later. ``since`` may also be a plain value; then only rows above it are read. Rows
    without a watermark are never read, and counted in a note. A row that arrives late with an *older* watermark is lost:
    take the time of writing, not that of the event.
    """

    def __init__(
        self,
        url: str,
        *,
        table: str | None = None,
        query: str | None = None,
        watermark: str | None = None,
        since: object | None = None,
        columns: Sequence[str] | None = None,
        rows: int = 1_000_000,
    ) -> None:
        if table is not None and query is not None:
            raise InputError("Both a table and a query were given.", hint="Give one of them.")
        if since is not None and watermark is None:
            raise InputError("Where to go on from needs the watermark's column.", hint="Name it as watermark.")
        self._url, self._watermark, self._since, self._rows = url, watermark, since, rows
        self._from: sa.FromClause
        with connected(url) as connection:
            self._from, names = _queried(connection, query) if query is not None else _tabled(connection, table)
        if watermark is not None and watermark not in names:
            raise ColumnMissingError(watermark, names, role="the watermark")
        self.columns: tuple[str, ...] = pruned(names, columns)
        self.name = "The query" if query is not None else f"The table {self._from.description}"
        self.reached: Mark | None = since if isinstance(since, Mark) else None

    def __iter__(self) -> Iterator[RawChunk]:
        """This will run the query and yield its rows as they come; at least one chunk comes, be it empty.

        Raises: ``InputError`` where the database does not answer, or refuses.
        """
        read = tuple(dict.fromkeys((*self.columns, *((self._watermark,) if self._watermark else ()))))
        mark = self._since if isinstance(self._since, Mark) else None
        keeper = MarkKeeper(read, self._watermark, since=mark) if self._watermark else None
        at_once, done = min(_AT_ONCE, self._rows), 0
        with connected(self._url) as connection:
            notes = self._unmarked(connection)
            streaming = connection.execution_options(stream_results=True, yield_per=at_once)
            held: list[pl.DataFrame] = []
            for part in streaming.execute(self._select(connection, read)).partitions():
                rows = keeper.new(part) if keeper else part
                held.append(self._frame(rows, read))
                if sum(frame.height for frame in held) + at_once > self._rows:
                    yield self._chunk(held, done, keeper, notes)
                    done, held, notes = done + sum(frame.height for frame in held), [], ()
            if held or not done:
                yield self._chunk(held or [self._frame([], read)], done, keeper, notes)

    def _frame(self, rows: Sequence[Sequence[object]], read: tuple[str, ...]) -> pl.DataFrame:
        places = {name: read.index(name) for name in self.columns}
        return pl.DataFrame([typed_column(name, [row[place] for row in rows]) for name, place in places.items()])

    def _chunk(self, held: list[pl.DataFrame], done: int, keeper: MarkKeeper | None, notes: tuple[str, ...]) -> RawChunk:
        self.reached = keeper.reached() if keeper else None
        frame = no_nulls(stacked(held))
        return RawChunk(frame, row_numbers(frame.height, done + 1), notes=notes)

    def _select(self, connection: sa.Connection, read: tuple[str, ...]) -> sa.Select[tuple[object, ...]]:
        chosen: sa.Select[tuple[object, ...]] = sqlalchemy_itself().select(*(self._from.c[name] for name in read))
        if self._watermark is None:
            return chosen
        column, since = self._from.c[self._watermark], self._since
        value = since.value if isinstance(since, Mark) else since
        if isinstance(value, datetime) and connection.dialect.name == "sqlite":
            value = value.isoformat(sep=" ")  # SQLite has no times, only their text
        # Without a type of its own the value takes the column's: a time from a settings file is text here.
        alchemy = sqlalchemy_itself()
        start = alchemy.literal(value, alchemy.types.NullType())
        newer = column.is_not(None) if since is None else column >= start if isinstance(since, Mark) else column > start
        return chosen.where(newer).order_by(column)

    def _unmarked(self, connection: sa.Connection) -> tuple[str, ...]:
        if self._watermark is None or self._since is not None:
            return ()
        alchemy = sqlalchemy_itself()
        empty = alchemy.select(alchemy.func.count()).select_from(self._from).where(self._from.c[self._watermark].is_(None))
        count = int(connection.execute(empty).scalar_one())
        return (f"{self.name} has {count:,} rows without '{self._watermark}', which were not read.",) if count else ()


def _tabled(connection: sa.Connection, table: str | None) -> tuple[sa.TableClause, tuple[str, ...]]:
    alchemy = sqlalchemy_itself()
    schema, name, columns = table_columns(connection, table)
    return alchemy.table(name, *map(alchemy.column, columns), schema=schema), columns


def _queried(connection: sa.Connection, query: str) -> tuple[sa.Subquery, tuple[str, ...]]:
    alchemy = sqlalchemy_itself()
    literal = re.sub(":", r"\\:", query.strip().rstrip(";"))  # a colon is no parameter here
    whole = alchemy.text(literal)
    nothing = alchemy.select(alchemy.text("*")).select_from(whole.columns().subquery("q")).where(alchemy.false())
    columns = tuple(connection.execute(nothing).keys())
    return whole.columns(*map(alchemy.column, columns)).subquery("q"), columns
