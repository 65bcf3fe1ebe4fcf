"""Brings the tables up to date: the revisions in ``migrations/``, applied by Alembic in one transaction."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from busyness.domain.errors import InputError
from busyness.state._base import MigrationContext, Operations, ScriptDirectory, sa

_SCRIPTS = Path(__file__).parent / "migrations"
REVISIONS = "state_revision"
"""The table that holds the revision."""
_LOCK = int.from_bytes(hashlib.sha256(b"busyness migrations").digest()[:8], "big", signed=True)


def head() -> str:
    """This will return the revision that this program's tables have."""
    return str(_scripts().get_current_head())


def revision_of(connection: sa.Connection) -> str | None:
    """This will return the revision that a database's tables have; none where it is empty."""
    found: str | None = context_of(connection).get_current_revision()
    return found


def context_of(connection: sa.Connection, **options: Any) -> MigrationContext:
    """This will return Alembic's view of a database, with its own name for the table of revisions."""
    return MigrationContext.configure(connection, opts={"version_table": REVISIONS, **options})


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """This will apply the revisions that a database lacks, all of them or none; two programs at once wait for each other.

    Raises: ``InputError`` where a newer program has written the tables.
    """
    scripts = _scripts()
    wanted = str(scripts.get_current_head()) if revision == "head" else revision
    _refuse_unknown(scripts, wanted)
    with engine.connect() as connection:
        if revision_of(connection) == wanted:
            return
    with engine.connect().execution_options(busyness_writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = revision_of(connection)
        _refuse_unknown(scripts, found)
        if found is not None and found > wanted:
            raise InputError(
                f"The tables are newer (revision {found}) than what is asked for.", hint="Use an empty database."
            )
        context = context_of(connection, fn=lambda current, _: scripts._upgrade_revs(wanted, current))
        with Operations.context(context):
            context.run_migrations()


def _refuse_unknown(scripts: ScriptDirectory, revision: str | None) -> None:
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        hint = "Update busyness, then try again."
        raise InputError(f"The state was written by a newer busyness (revision {revision}).", hint=hint)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_SCRIPTS), version_locations=[str(_SCRIPTS)])
