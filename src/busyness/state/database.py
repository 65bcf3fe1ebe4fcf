"""One database, in SQLite or PostgreSQL: lends connections to many threads, and joins edits to one transaction."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from busyness.domain.errors import BusynessError, InputError, MissingExtraError, UnavailableError
from busyness.state._base import postgresql, sa, sqlite
from busyness.state.address import label, parsed
from busyness.state.migrate import migrate

_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Transaction:
    """A transaction that is under way in this thread or task."""

    connection: sa.Connection
    afterwards: list[Callable[[], None]] = field(default_factory=list)


class Database:
    """Connections to the state. ``writing`` inside ``writing`` joins the transaction that is under way."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer; waiting in line here is fair and quick, waiting at its file is neither.
        self._turn: Any = threading.Lock() if self.is_sqlite else nullcontext()
        self._current: ContextVar[_Transaction | None] = ContextVar("transaction", default=None)

    @classmethod
    def open(cls, url: str, *, revision: str = "head") -> Database:
        """This will open the database, make it where SQLite's file is missing, and bring its tables up to date.

        Raises: ``InputError`` for a URL that cannot be used or tables of a newer version, ``UnavailableError`` where the
        database does not answer, ``MissingExtraError`` where its driver is not installed.
        """
        address = parsed(url)
        database = cls(_engine(address))
        try:
            migrate(database.engine, revision)
        except sa.exc.DBAPIError as fault:
            database.close()
            raise _unavailable(address, fault) from None
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """This will lend a connection to read by; inside ``writing``, its own, so that it sees what was written."""
        current = self._current.get()
        with _told(self.engine.url):
            if current is not None:
                yield current.connection
                return
            with self.engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """This will lend a connection within one transaction: all that happens inside is kept, or, on an error, nothing."""
        current = self._current.get()
        if current is not None:
            yield current.connection
            return
        with _told(self.engine.url), self._turn, self.engine.connect() as plain:
            connection = plain.execution_options(busyness_writing=True)
            with connection.begin():
                current = _Transaction(connection)
                token = self._current.set(current)
                try:
                    yield connection
                finally:
                    self._current.reset(token)
        for act in current.afterwards:
            act()

    def afterwards(self, act: Callable[[], None]) -> None:
        """This will run ``act`` once the transaction that is under way is kept; at once where there is none."""
        current = self._current.get()
        if current is None:
            act()
        else:
            current.afterwards.append(act)

    def alone(self, connection: sa.Connection, name: str) -> None:
        """This will wait until no other transaction is in the part of this name, until the end of this one."""
        if not self.is_sqlite:  # whose writers are alone anyway
            number = int.from_bytes(hashlib.sha256(f"busyness {name}".encode()).digest()[:8], "big", signed=True)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def insert_unless_there(self, table: sa.Table) -> Any:  # noqa: ANN401  # either dialect's Insert
        """This will return an insert that leaves a row alone whose key is there already, and then returns nothing."""
        return (sqlite if self.is_sqlite else postgresql).insert(table).on_conflict_do_nothing()

    def leave_no_trace(self) -> None:
        """This will empty SQLite's log of pages, where rows that were changed still stand; outside a transaction."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """This will let go of every connection."""
        self.engine.dispose()


def _engine(address: sa.URL) -> sa.Engine:
    if address.get_backend_name() == "postgresql":
        try:
            return sa.create_engine(address, pool_pre_ping=True, pool_size=8, max_overflow=24)
        except ModuleNotFoundError as missing:
            raise MissingExtraError(str(missing.name), "sql") from None
    _private_file(Path(str(address.database)))
    engine = sa.create_engine(address, connect_args={"timeout": _BUSY_SECONDS}, pool_size=8, max_overflow=24)
    sa.event.listen(engine, "connect", _settled)
    sa.event.listen(engine, "begin", _begun)
    return engine


def _private_file(file: Path) -> None:
    """Make the file so that its owner alone can read it: it holds names."""
    if not file.parent.is_dir():
        raise InputError(f"There is no folder {file.parent} for the state.", hint="Make it first.")
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise InputError(f"The state's file {file} cannot be written: {fault.strerror}.") from None


def _settled(connection: Any, _: object) -> None:  # noqa: ANN401  # sqlite3's connection
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, tables included
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begun(connection: sa.Connection) -> None:
    # A writer asks for its turn at once: one that first reads and then writes could be refused without waiting.
    writing = connection.get_execution_options().get("busyness_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _told(address: sa.URL) -> Iterator[None]:
    """Faults of the database in the words of this project."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as fault:
        raise _unavailable(address, fault) from fault
    except sa.exc.StatementError as fault:
        if isinstance(fault.orig, BusynessError):
            raise fault.orig from None
        raise


def _unavailable(address: sa.URL, fault: Exception) -> UnavailableError:
    said = str(getattr(fault, "orig", None) or fault).strip().split("\n")[0]
    if address.password:
        said = said.replace(str(address.password), "***")
    return UnavailableError(f"{label(address)} does not answer: {said}.", hint="Is it there, and may this user write to it?")
