"""The state: opened once, shared by all threads of a process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from busyness.state._base import sa
from busyness.state.audit import Audit
from busyness.state.backup import restore_backup, write_backup
from busyness.state.calendar_links import CalendarLinks
from busyness.state.database import Database
from busyness.state.keys import Keys, Verified
from busyness.state.migrate import revision_of
from busyness.state.notices import Notices
from busyness.state.observations import Observations
from busyness.state.overrides import Overrides
from busyness.state.people import People
from busyness.state.privacy import Privacy
from busyness.state.proposals import Proposals
from busyness.state.remembered import Remembered
from busyness.state.retention import Retention, prune
from busyness.state.rosters import Rosters
from busyness.state.sessions import Session, Sessions
from busyness.state.swaps import Swaps

_REMEMBERED = timedelta(seconds=5)


class State:
    """Everything people decided and may do, by what it is about: ``state.people``, ``state.keys``, ``state.audit``, …"""

    def __init__(self, database: Database) -> None:
        self.database = database
        verified: Remembered[Verified] = Remembered(lasts=_REMEMBERED)
        sessions: Remembered[Session] = Remembered(lasts=_REMEMBERED)
        self.people = People(database, verified, sessions)
        self.keys = Keys(database, verified)
        self.sessions = Sessions(database, sessions)
        self.audit = Audit(database)
        self.overrides = Overrides(database)
        self.rosters = Rosters(database)
        self.swaps = Swaps(database)
        self.proposals = Proposals(database)
        self.observations = Observations(database)
        self.notices = Notices(database)
        self.calendar_links = CalendarLinks(database)
        self.privacy = Privacy(database, self.audit, verified, sessions)

    @classmethod
    def open(cls, url: str) -> State:
        """This will open the state at ``sqlite:///file`` or ``postgresql+psycopg://…``, and bring its tables up to date.

        Raises: ``InputError`` for a URL that cannot be used or tables of a newer version, ``UnavailableError`` where the
        database does not answer, ``MissingExtraError`` where its driver is not installed.
        """
        return cls(Database.open(url))

    def transaction(self) -> AbstractContextManager[sa.Connection]:
        """This will keep all that is done inside, edit and audit row alike, or, on an error, nothing of it."""
        return self.database.writing()

    def revision(self) -> str:
        """This will return the revision of the tables."""
        with self.database.reading() as connection:
            return str(revision_of(connection))

    def prune(self, retention: Retention, *, now: datetime) -> dict[str, int]:
        """This will take away what is older than ``retention`` says, and return how many rows went, by table."""
        return prune(self.database, self.audit, retention=retention, now=now)

    def backup(self, file: Path, *, now: datetime) -> dict[str, int]:
        """This will write everything into one file and return the rows of each table. Others may go on meanwhile."""
        return write_backup(self.database, file, now=now)

    @staticmethod
    def restore(file: Path, url: str) -> dict[str, int]:
        """This will fill an empty database, of either kind, from a backup, and return the rows of each table.

        Raises: ``ArtifactError`` where the file is damaged or too new, ``InputError`` where the database is not empty.
        """
        return restore_backup(file, url)

    def close(self) -> None:
        """This will write what is still to be written, and let go of the database."""
        try:
            self.keys.write_uses()
        finally:
            self.database.close()

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
