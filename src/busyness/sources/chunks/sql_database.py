"""A database behind an SQLAlchemy URL: reached, looked at, and its faults told without the password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from busyness.domain.errors import InputError, MissingExtraError, did_you_mean
from busyness.sources.chunks.sql_url import resolved, without_secrets

if TYPE_CHECKING:
    import sqlalchemy as sa

_EXTRA_DRIVERS = {"psycopg"}


def sqlalchemy_itself() -> ModuleType:
    """This will import SQLAlchemy when it is first needed, because that takes as long as importing all else.

    Raises: ``MissingExtraError`` where it is not installed.
    """
    try:
        import sqlalchemy  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("SQLAlchemy", "sql") from None
    return sqlalchemy


@contextmanager
def connected(url: str, *, new: bool = False) -> Iterator[sa.Connection]:
    """This will lend a connection that streams. What goes wrong meanwhile becomes an error without the URL's password.

    A SQLite file that is not there is made where ``new`` says so: to write to, never to read from.

    Raises: ``InputError`` where the URL is none, the database does not answer or refuses a query; ``MissingExtraError``
    where the driver is not installed.
    """
    alchemy = sqlalchemy_itself()
    url = resolved(url)
    engine = _engine(alchemy, url, new=new)
    try:
        with engine.connect() as connection:
            yield connection
    except alchemy.exc.DBAPIError as error:
        said = str(error.orig).strip().split("\n")[0]
        raise InputError(without_secrets(f"{label(url)} answered: {said}", url)) from None
    except alchemy.exc.SQLAlchemyError as error:
        said = str(error).split("\n")[0]
        raise InputError(without_secrets(f"{label(url)} cannot be read: {said}", url)) from None
    finally:
        engine.dispose()


def label(url: str) -> str:
    """This will name a database in a sentence: its kind and its own name, never user, password or host."""
    alchemy = sqlalchemy_itself()
    try:
        parsed = alchemy.engine.make_url(resolved(url))
    except (alchemy.exc.SQLAlchemyError, ValueError):
        return "The database"
    name = Path(parsed.database).name if parsed.database else ""
    return f"The {parsed.get_backend_name()} database '{name}'" if name else f"The {parsed.get_backend_name()} database"


def table_columns(connection: sa.Connection, table: str | None) -> tuple[str | None, str, tuple[str, ...]]:
    """This will return the schema (``None`` for the usual one), the name and the columns of a table or view.

    Without a name it is the only table that there is.

    Raises: ``InputError`` where there is no such table, or several and none is named.
    """
    inspector = sqlalchemy_itself().inspect(connection)
    names = sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    if table is None:
        if len(names) != 1:
            listed = ", ".join(names[:20]) or "none"
            raise InputError(f"The database has the tables {listed}.", hint="Name one after the URL: …#table.")
        table = names[0]
    schema, _, short = (None, "", table) if table in names else table.rpartition(".")
    if not inspector.has_table(short, schema=schema or None):
        listed = ", ".join(names[:20]) or "none"
        hint = did_you_mean(table, names)
        raise InputError(f"The database has no table '{table}'; its tables are {listed}.", hint=hint)
    columns = inspector.get_columns(short, schema=schema or None)
    return schema or None, short, tuple(column["name"] for column in columns)


def _engine(alchemy: ModuleType, url: str, *, new: bool) -> sa.Engine:
    try:
        parsed = alchemy.engine.make_url(url)
        _refuse_missing_file(parsed, new=new)
        engine: sa.Engine = alchemy.create_engine(parsed, poolclass=alchemy.pool.NullPool)
    except ModuleNotFoundError as error:
        driver = error.name or "The driver"
        if driver in _EXTRA_DRIVERS:
            raise MissingExtraError(driver, "sql") from None
        raise InputError(f"{driver}, which this database needs, is not installed.", hint=f"pip install {driver}") from None
    except alchemy.exc.NoSuchModuleError:
        kind = url.split(":", maxsplit=1)[0]
        raise InputError(
            f"'{kind}' is no kind of database that is known here.", hint="Use for example sqlite or postgresql+psycopg."
        ) from None
    except (alchemy.exc.SQLAlchemyError, ValueError):
        raise InputError(
            "The URL of the database cannot be read.", hint="Write it as postgresql+psycopg://user:password@host/database."
        ) from None
    return engine


def _refuse_missing_file(parsed: sa.URL, *, new: bool) -> None:
    """SQLite would make an empty database of a slip in the path; of one to write to, at least its folder has to be there."""
    file = parsed.database
    if parsed.get_backend_name() != "sqlite" or not file or file == ":memory:" or file.startswith("file:"):
        return
    if new and not Path(file).parent.is_dir():
        raise InputError(f"There is no folder {Path(file).parent} for the database.", hint="Make it, or correct the path.")
    if not new and not Path(file).is_file():
        raise InputError(f"There is no file {file}.")
