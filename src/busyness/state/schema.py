"""The tables of people and what they did: accounts and the audit log. Those of decisions stand in ``decided.py``."""

from __future__ import annotations

from busyness.state._base import sa
from busyness.state.column_types import JsonText, PlainText, RecordNumber, UtcTime

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
"""Every table of the state, ``decided.py``'s too."""

PRINCIPALS = sa.Table(
    "principals",
    METADATA,
    sa.Column("id", PlainText, primary_key=True),  # u_ and 12 hexadecimal digits: says nothing of the person
    sa.Column("name", PlainText, nullable=False),
    sa.Column("role", PlainText, nullable=False),
    sa.Column("worlds", JsonText),  # list of names; null: all
    sa.Column("places", JsonText),  # list of ids; null: all
    sa.Column("person", PlainText, index=True),  # who they are in rosters
    sa.Column("language", PlainText, nullable=False),
    sa.Column("email", PlainText),
    sa.Column("subject", PlainText, unique=True),  # issuer and subject of a sign-in elsewhere (OIDC)
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("erased_at", UtcTime),  # from revision 2: when privacy.erase_person took name and links away
)

KEYS = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("id", PlainText, primary_key=True),  # the eight characters after bk_
    sa.Column("principal", sa.ForeignKey(PRINCIPALS.c.id), nullable=False, index=True),
    sa.Column("label", PlainText, nullable=False),
    sa.Column("digest", PlainText, nullable=False),  # SHA-256 of the secret, hexadecimal
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
    sa.Column("last_used_at", UtcTime),
    sa.Column("replaced_by", PlainText),  # the key that a rotation put in its place
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("digest", PlainText, primary_key=True),  # SHA-256 of the cookie's token
    sa.Column("principal", sa.ForeignKey(PRINCIPALS.c.id), nullable=False, index=True),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
)

LOGIN_LINKS = sa.Table(
    "login_links",
    METADATA,
    sa.Column("digest", PlainText, primary_key=True),
    sa.Column("principal", sa.ForeignKey(PRINCIPALS.c.id), nullable=False, index=True),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("number", RecordNumber, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("principal", PlainText, index=True),  # no foreign key: what was done stays, whoever goes
    sa.Column("role", PlainText),
    sa.Column("action", PlainText, nullable=False, index=True),
    sa.Column("resource", PlainText),
    sa.Column("world", PlainText),
    sa.Column("place", PlainText),
    sa.Column("outcome", PlainText, nullable=False),
    sa.Column("before", JsonText),
    sa.Column("after", JsonText),
    sa.Column("request_id", PlainText),
    sa.Column("address", PlainText),
    sa.Column("salts", JsonText, nullable=False),  # field → salt; goes with the field when a person is erased
    sa.Column("seals", JsonText, nullable=False),  # field → SHA-256 of salt and value; stays
    sa.Column("previous", PlainText, nullable=False),  # the hash of the row before; empty in the first
    sa.Column("hash", PlainText, nullable=False),
)
