"""How far an incremental read has come, so that the next one goes on there and loses and doubles no row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b

from busyness.domain.errors import InputError

_READ_BACK: dict[str, Callable[[str], object]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "bytes": bytes.fromhex,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest watermark that was read, and a fingerprint of every row that has it.

    A row that shares the newest watermark may arrive after the read. So the next read takes this watermark again
    (``≥``) and leaves out as many rows as it has seen, by what is in them: no key column is needed, and rows that are
    alike are told apart by their count.
    """

    value: object
    columns: tuple[str, ...]
    seen: tuple[str, ...]

    def text(self) -> str:
        """This will return the mark as one line of JSON, to be stored.

        Raises: ``InputError`` for a watermark of a kind that cannot be stored.
        """
        return json.dumps({"value": _stored(self.value), "columns": self.columns, "seen": self.seen})

    @classmethod
    def of(cls, text: str) -> Mark:
        """This will read back what ``text`` wrote.

        Raises: ``InputError`` where it is something else.
        """
        try:
            facts = json.loads(text)
            value = facts["value"]
            if isinstance(value, dict):
                ((kind, written),) = value.items()
                value = _READ_BACK[kind](written)
            return cls(value, tuple(facts["columns"]), tuple(facts["seen"]))
        except (ValueError, KeyError, TypeError):
            raise InputError("The stored watermark cannot be read.", hint="Remove it: the table is read anew.") from None


class MarkKeeper:
    """Looks at rows in the order of their watermark: which were read before, and how far they reach."""

    def __init__(self, columns: Sequence[str], watermark: str, *, since: Mark | None) -> None:
        # What was read before can only be told by the columns it had; a column that came since does not count.
        compared = since.columns if since else tuple(columns)
        missing = [name for name in compared if name not in columns]
        if missing:
            raise InputError(
                f"The column '{missing[0]}', which the last read had, is gone.", hint="Read the table anew, without a mark."
            )
        self._since, self._columns = since, compared
        self._places = [list(columns).index(name) for name in compared]
        self._watermark = list(columns).index(watermark)
        self._before = Counter(since.seen if since else ())
        self._value: object = since.value if since else None
        self._seen = list(since.seen if since else ())

    def new(self, rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
        """This will return the rows that the last read did not have."""
        fresh = []
        for row in rows:
            value = row[self._watermark]
            mark = _fingerprint([row[place] for place in self._places])
            if self._since is not None and value == self._since.value and self._before[mark]:
                self._before[mark] -= 1
                continue
            if value != self._value:
                self._value, self._seen = value, []
            self._seen.append(mark)
            fresh.append(row)
        return fresh

    def reached(self) -> Mark | None:
        """This will return the mark after the rows looked at so far; ``None`` where there was never any."""
        return None if self._value is None else Mark(self._value, self._columns, tuple(self._seen))


def _fingerprint(row: Sequence[object]) -> str:
    plain = [value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value for value in row]
    return blake2b(repr([bytes(v) if isinstance(v, memoryview) else v for v in plain]).encode(), digest_size=8).hexdigest()


def _stored(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, bytes | memoryview):
        return {"bytes": bytes(value).hex()}
    raise InputError(f"A watermark of the kind {type(value).__name__} cannot be stored.", hint="Use a time or a number.")
