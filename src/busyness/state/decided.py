"""The tables of what people decide and see: overrides, rosters, swaps, proposals, observations, notices, calendar links."""

from __future__ import annotations

from busyness.state._base import sa
from busyness.state.column_types import JsonText, PlainText, RecordNumber, UtcTime
from busyness.state.schema import METADATA


def _number() -> sa.Column[int]:
    """A number that is never given twice, whatever was taken away: SQLite wants to be told (sqlite_autoincrement)."""
    return sa.Column("id", RecordNumber, primary_key=True)


def _world() -> sa.Column[str]:
    return sa.Column("world", PlainText, nullable=False)


OVERRIDES = sa.Table(
    "overrides",
    METADATA,
    _number(),
    _world(),
    sa.Column("place", PlainText, nullable=False),
    sa.Column("start", UtcTime, nullable=False),
    sa.Column("end", UtcTime, nullable=False),
    sa.Column("value", sa.Float),  # demand of each slot
    sa.Column("factor", sa.Float),  # of what the model says; either this or the value
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("by", PlainText, nullable=False),  # id of a principal
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("model_version", PlainText, nullable=False),
    sa.Column("model_values", JsonText, nullable=False),  # [[start of slot, mean], …] as the model said it then
    sa.Column("withdrawn_by", PlainText),
    sa.Column("withdrawn_at", UtcTime),
    sa.Column("scored_at", UtcTime),
    sa.Column("slots_scored", sa.Integer),
    sa.Column("model_error", sa.Float),  # sum of |model − observed| over the slots scored
    sa.Column("person_error", sa.Float),  # sum of |person − observed|
    sa.Index("ix_overrides_world", "world", "place", "start"),
    sqlite_autoincrement=True,
)

ROSTERS = sa.Table(
    "rosters",
    METADATA,
    _number(),
    _world(),
    sa.Column("place", PlainText, nullable=False),
    sa.Column("week", PlainText, nullable=False),  # its first local day, as 2026-03-02
    sa.Column("version", sa.Integer, nullable=False),  # counts from 1
    sa.Column("based_on", sa.Integer, nullable=False),  # the version it was made from; 0: none
    sa.Column("by", PlainText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("note", PlainText, nullable=False),
    sa.Column("published_by", PlainText),
    sa.Column("published_at", UtcTime),
    sa.UniqueConstraint("world", "place", "week", "version"),
    sqlite_autoincrement=True,
)

ROSTER_SHIFTS = sa.Table(
    "roster_shifts",
    METADATA,
    sa.Column("roster", sa.ForeignKey(ROSTERS.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("person", PlainText, nullable=False),
    sa.Column("start", UtcTime, nullable=False),
    sa.Column("end", UtcTime, nullable=False),
    sa.Column("detail", JsonText, nullable=False),  # task, breaks, …
    sa.Index("ix_roster_shifts_person", "person", "start"),
)

SWAPS = sa.Table(
    "swaps",
    METADATA,
    _number(),
    _world(),
    sa.Column("place", PlainText, nullable=False),
    sa.Column("person", PlainText, nullable=False, index=True),  # who asks
    sa.Column("start", UtcTime, nullable=False),  # the shift that is given
    sa.Column("end", UtcTime, nullable=False),
    sa.Column("colleague", PlainText, index=True),  # who takes it; none: anybody
    sa.Column("in_return_start", UtcTime),  # the colleague's shift that is taken for it; none: nothing
    sa.Column("in_return_end", UtcTime),
    sa.Column("message", PlainText, nullable=False),
    sa.Column("status", PlainText, nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("answered_at", UtcTime),
    sa.Column("decided_by", PlainText),
    sa.Column("decided_at", UtcTime),
    sa.Column("reason", PlainText, nullable=False),
    sa.Index("ix_swaps_world", "world", "status"),
    sqlite_autoincrement=True,
)

PROPOSALS = sa.Table(
    "proposals",
    METADATA,
    _number(),
    _world(),
    sa.Column("place", PlainText, nullable=False),
    sa.Column("reference", PlainText, nullable=False),  # the proposer's own name for it: offered twice is offered once
    sa.Column("kind", PlainText, nullable=False),
    sa.Column("content", JsonText, nullable=False),
    sa.Column("offered_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime),  # no answer is taken from then on
    sa.Column("status", PlainText, nullable=False),
    sa.Column("answered_by", PlainText),
    sa.Column("answered_at", UtcTime),
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("outcome", JsonText),
    sa.Column("outcome_at", UtcTime),
    sa.UniqueConstraint("world", "reference"),
    sqlite_autoincrement=True,
)

OBSERVATIONS = sa.Table(
    "observations",
    METADATA,
    _number(),
    _world(),
    sa.Column("place", PlainText, nullable=False),
    sa.Column("time", UtcTime, nullable=False),  # start of the slot
    sa.Column("source", PlainText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # counts from 1; a second value is a second version
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("known_at", UtcTime, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("by", PlainText, nullable=False),
    sa.UniqueConstraint("world", "place", "time", "source", "version"),
    sa.Index("ix_observations_time", "world", "time"),
    sqlite_autoincrement=True,
)

POSTS = sa.Table(
    "observation_posts",
    METADATA,
    sa.Column("by", PlainText, primary_key=True),
    sa.Column("idempotency_key", PlainText, primary_key=True),
    sa.Column("digest", PlainText, nullable=False),  # of the rows that were sent
    sa.Column("received_at", UtcTime, nullable=False, index=True),
    sa.Column("reply", JsonText),
)

NOTICES = sa.Table(
    "notices",
    METADATA,
    _number(),
    sa.Column("world", PlainText),
    sa.Column("person", PlainText, index=True),  # one person,
    sa.Column("role", PlainText),  # or all of a role,
    sa.Column("place", PlainText),  # that see this place; none: wherever
    sa.Column("text", PlainText, nullable=False),  # the name of a sentence, said in the reader's language
    sa.Column("details", JsonText, nullable=False),  # what stands in the sentence's gaps
    sa.Column("at", UtcTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

NOTICE_READS = sa.Table(
    "notice_reads",
    METADATA,
    sa.Column("notice", sa.ForeignKey(NOTICES.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("principal", sa.ForeignKey("principals.id"), primary_key=True),
    sa.Column("read_at", UtcTime, nullable=False),
)

CALENDAR_LINKS = sa.Table(
    "calendar_links",
    METADATA,
    sa.Column("digest", PlainText, primary_key=True),  # SHA-256 of the link's secret
    sa.Column("principal", sa.ForeignKey("principals.id"), nullable=False, index=True),
    sa.Column("created_at", UtcTime, nullable=False),
)
