"""SQLAlchemy and Alembic for this room: taken from here, so that a missing one says which extra brings it."""

from __future__ import annotations

from busyness.domain.errors import MissingExtraError

try:
    import sqlalchemy as sa
    from alembic import op
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.dialects import postgresql, sqlite
except ModuleNotFoundError as missing:
    raise MissingExtraError(str(missing.name).split(".", maxsplit=1)[0], "service") from None

__all__ = ["MigrationContext", "Operations", "ScriptDirectory", "op", "postgresql", "sa", "sqlite"]
