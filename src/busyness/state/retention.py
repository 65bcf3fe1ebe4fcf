"""How long what is kept, and taking away what is older."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from busyness.state._base import sa
from busyness.state.audit import Audit
from busyness.state.database import Database
from busyness.state.decided import NOTICES, OBSERVATIONS, OVERRIDES, POSTS, PROPOSALS, ROSTERS, SWAPS
from busyness.state.deed import Deed
from busyness.state.schema import KEYS, LOGIN_LINKS, SESSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days that things are kept. Sessions and links go when they end."""

    replies: int = 7
    drafts: int = 30
    notices: int = 90
    ended_keys: int = 365
    swaps: int = 365
    proposals: int = 730
    observations: int = 1100
    overrides: int = 1100
    rosters: int = 1100
    audit: int = 1100


def prune(database: Database, audit: Audit, *, retention: Retention, now: datetime) -> dict[str, int]:
    """This will take away what is older than ``retention`` says, and return how many rows went, by table.

    Users stay until they are erased. The log says itself where it was cut off, so that its chain still holds.
    """

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    newer = ROSTERS.alias("newer")
    same_week = (newer.c.world == ROSTERS.c.world) & (newer.c.place == ROSTERS.c.place) & (newer.c.week == ROSTERS.c.week)
    outdated = sa.exists().where(same_week, newer.c.version > ROSTERS.c.version)
    old_draft = (ROSTERS.c.at < before(retention.drafts)) & ROSTERS.c.published_at.is_(None) & outdated
    ended = sa.func.coalesce(KEYS.c.revoked_at, KEYS.c.expires_at)
    going = {
        SESSIONS: SESSIONS.c.expires_at <= now,
        LOGIN_LINKS: LOGIN_LINKS.c.expires_at <= now,
        KEYS: sa.type_coerce(ended, KEYS.c.revoked_at.type) < before(retention.ended_keys),
        POSTS: POSTS.c.received_at < before(retention.replies),
        NOTICES: NOTICES.c.at < before(retention.notices),
        ROSTERS: old_draft | (ROSTERS.c.at < before(retention.rosters)),
        SWAPS: SWAPS.c.asked_at < before(retention.swaps),
        PROPOSALS: PROPOSALS.c.offered_at < before(retention.proposals),
        OBSERVATIONS: OBSERVATIONS.c.time < before(retention.observations),
        OVERRIDES: OVERRIDES.c.end < before(retention.overrides),
    }
    with database.writing() as connection:
        gone = {table.name: connection.execute(table.delete().where(which)).rowcount for table, which in going.items()}
        gone["audit"] = audit.prune(before(retention.audit), deed=Deed(at=now, action="pruned"))
    return {name: rows for name, rows in gone.items() if rows}
