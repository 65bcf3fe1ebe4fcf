"""Revision 2: what people decide and see, and when a person was erased."""

from __future__ import annotations

from typing import Any

from busyness.state._base import op, sa

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TYPES: dict[str, Any] = {"text": sa.Text, "time": _TIME, "float": sa.Float, "integer": sa.Integer, "number": _NUMBER}

# Each column: its name, its type, and "?" where it may be empty.
_COLUMNS = {
    "overrides": (
        "id number, world text, place text, start time, end time, value float?, factor float?, "
        "reason text, by text, at time, model_version text, model_values text, withdrawn_by text?, "
        "withdrawn_at time?, scored_at time?, slots_scored integer?, model_error float?, "
        "person_error float?"
    ),
    "rosters": (
        "id number, world text, place text, week text, version integer, based_on integer, by text, "
        "at time, note text, published_by text?, published_at time?"
    ),
    "roster_shifts": ("roster number, row integer, person text, start time, end time, detail text"),
    "swaps": (
        "id number, world text, place text, person text, start time, end time, colleague text?, "
        "in_return_start time?, in_return_end time?, message text, status text, asked_at time, "
        "answered_at time?, decided_by text?, decided_at time?, reason text"
    ),
    "proposals": (
        "id number, world text, place text, reference text, kind text, content text, offered_at time, "
        "ends_at time?, status text, answered_by text?, answered_at time?, reason text, outcome text?, "
        "outcome_at time?"
    ),
    "observations": (
        "id number, world text, place text, time time, source text, version integer, value float, "
        "known_at time, received_at time, by text"
    ),
    "observation_posts": ("by text, idempotency_key text, digest text, received_at time, reply text?"),
    "notices": ("id number, world text?, person text?, role text?, place text?, text text, details text, at time"),
    "notice_reads": ("notice number, principal text, read_at time"),
    "calendar_links": ("digest text, principal text, created_at time"),
}
_KEYS = {
    "roster_shifts": ("roster", "row"),
    "observation_posts": ("by", "idempotency_key"),
    "notice_reads": ("notice", "principal"),
    "calendar_links": ("digest",),
}
_UNIQUE = {
    "rosters": ("world", "place", "week", "version"),
    "proposals": ("world", "reference"),
    "observations": ("world", "place", "time", "source", "version"),
}
# Table, column, the table it points to, and whether its rows go when that one's do.
_REFERENCES = (
    ("roster_shifts", "roster", "rosters", True),
    ("notice_reads", "notice", "notices", True),
    ("notice_reads", "principal", "principals", False),
    ("calendar_links", "principal", "principals", False),
)
_INDEXES = {
    "ix_overrides_world": ("overrides", ["world", "place", "start"]),
    "ix_roster_shifts_person": ("roster_shifts", ["person", "start"]),
    "ix_swaps_colleague": ("swaps", ["colleague"]),
    "ix_swaps_person": ("swaps", ["person"]),
    "ix_swaps_world": ("swaps", ["world", "status"]),
    "ix_observations_time": ("observations", ["world", "time"]),
    "ix_observation_posts_received_at": ("observation_posts", ["received_at"]),
    "ix_notices_at": ("notices", ["at"]),
    "ix_notices_person": ("notices", ["person"]),
    "ix_calendar_links_principal": ("calendar_links", ["principal"]),
}


def upgrade() -> None:
    """This will make the tables."""
    op.add_column("principals", sa.Column("erased_at", _TIME))
    for table, columns in _COLUMNS.items():
        numbered = columns.startswith("id number")  # whose numbers are never given twice
        op.create_table(table, *map(_column, columns.split(", ")), *_rules(table), sqlite_autoincrement=numbered)
    for name, (table, indexed) in _INDEXES.items():
        op.create_index(name, table, indexed)


def _column(line: str) -> sa.Column[Any]:
    name, kind = line.split(" ")
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"))


def _rules(table: str) -> list[sa.Constraint]:
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*_KEYS.get(table, ("id",)), name=f"pk_{table}")]
    if table in _UNIQUE:
        rules.append(sa.UniqueConstraint(*_UNIQUE[table], name=f"uq_{table}_{_UNIQUE[table][0]}"))
    for whose, column, other, goes in _REFERENCES:
        if whose == table:
            cascade = "CASCADE" if goes else None
            rules.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=cascade))
    return rules
