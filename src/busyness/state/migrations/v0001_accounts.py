"""Revision 1: people, their keys and sessions, and the audit log."""

from __future__ import annotations

from busyness.state._base import op, sa

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """This will make the tables."""
    _principals()
    _keys_and_sessions()
    _audit()


def _principals() -> None:
    op.create_table(
        "principals",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("worlds", sa.Text),
        sa.Column("places", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_principals"),
        sa.UniqueConstraint("subject", name="uq_principals_subject"),
    )
    op.create_index("ix_principals_person", "principals", ["person"])


def _keys_and_sessions() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.Column("last_used_at", _TIME),
        sa.Column("replaced_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["principal"], ["principals.id"], name="fk_api_keys_principal"),
    )
    for name, used in (("sessions", ()), ("login_links", (sa.Column("used_at", _TIME),))):
        op.create_table(
            name,
            sa.Column("digest", sa.Text, nullable=False),
            sa.Column("principal", sa.Text, nullable=False),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("expires_at", _TIME, nullable=False),
            *used,
            sa.PrimaryKeyConstraint("digest", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(["principal"], ["principals.id"], name=f"fk_{name}_principal"),
        )
    for name in ("api_keys", "sessions", "login_links"):
        op.create_index(f"ix_{name}_principal", name, ["principal"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("principal", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("resource", sa.Text),
        sa.Column("world", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("salts", sa.Text, nullable=False),
        sa.Column("seals", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    for column in ("at", "principal", "action"):
        op.create_index(f"ix_audit_{column}", "audit", [column])
