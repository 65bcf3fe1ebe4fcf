"""What a column may hold, so that SQLite and PostgreSQL hold exactly the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state._base import sa

_LARGEST = 2**63 - 1


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment: aware, in UTC, to the microsecond."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """This will turn a moment to UTC. Raises: ``InputError`` for one without a zone, or beyond what a clock shows."""
        return None if value is None else utc(value)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """This will give the zone back that SQLite forgets."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(sa.TypeDecorator[str]):
    """Text that every database can hold."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        """This will pass text on. Raises: ``InputError`` for a NUL or half a character."""
        return None if value is None else storable(value)


class JsonText(sa.TypeDecorator[Any]):
    """Plain values as JSON: the same value is always the same text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: object) -> str | None:  # noqa: ANN401  # whatever JSON can say
        """This will write JSON. Raises: ``InputError`` for what JSON cannot say."""
        return None if value is None else as_json(value)

    def process_result_value(self, value: str | None, dialect: object) -> Any:  # noqa: ANN401  # whatever JSON can say
        """This will read JSON."""
        return None if value is None else json.loads(value)


class RecordNumber(sa.TypeDecorator[int]):
    """The number of a record: given by the database, counting up."""

    impl = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: object) -> int | None:
        """This will pass a number on. Raises: ``UnknownRecordError`` for one that no record can have."""
        if value is not None and not 0 <= value <= _LARGEST:
            raise UnknownRecordError("record", value)
        return value


def utc(moment: datetime) -> datetime:
    """This will return the moment in UTC. Raises: ``InputError`` for one without a zone."""
    if moment.tzinfo is None:
        raise InputError(f"The time {moment} has no time zone.", hint="Write it with one: 2026-03-01T09:00:00-05:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InputError(f"The time {moment} is beyond what a clock can show.") from None


def storable(text: str) -> str:
    """This will return the text. Raises: ``InputError`` for a NUL or half a character, which no database takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("A text holds half a character (a lone surrogate).", hint="Send it as proper UTF-8.") from None
    if "\0" in text:
        raise InputError("A text holds a NUL character.", hint="Leave it out.")
    return text


def cleaned(value: Any) -> Any:  # noqa: ANN401  # whatever JSON can say
    """This will return a value with � for every character that no database takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "�")
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(inner) for key, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def as_json(value: object) -> str:
    """This will return the one JSON text of a value: keys sorted, no spaces, moments as ISO 8601 in UTC.

    Raises: ``InputError`` for what JSON cannot say (NaN, bytes, a key that is not text).
    """
    try:
        text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return storable(text)
    except (TypeError, ValueError, RecursionError) as fault:
        raise InputError(
            f"A value cannot be kept as JSON: {str(fault)[:200]}.", hint="Use text, numbers and lists."
        ) from None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key is not text")
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return utc(value).isoformat() if isinstance(value, datetime) else value
