"""The hash chain of the audit log: each row holds the hash of the one before, so that a changed row shows.

A row's hash covers its plain fields and the *seals* of the others: SHA-256 of a salt and the field. When a person is
erased, field and salt go and the seal stays: the chain still holds, and nobody can try names against the seal.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from busyness.state.column_types import as_json

PLAIN = ("principal", "role", "action", "world", "place", "outcome", "request_id")
SEALED = ("resource", "before", "after", "address")
ERASED, PRUNED = "erased", "pruned"
"""The actions by which a row may say that others were changed (``after``: redacted) or are gone (``after``: up_to, hash)."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """What ``verify`` found. ``broken`` is the number of the first row that is not as it was written, none if all are.

    ``head`` is the hash of the last row: noted elsewhere, it shows later that no row was cut off at the end.
    """

    rows: int
    redacted: int
    head: str
    broken: int | None = None
    why: str = ""


def sealed(texts: Mapping[str, str | None]) -> tuple[dict[str, str], dict[str, str]]:
    """This will return fresh salts, and with them the seals, of the fields that hold something."""
    salts = {field: secrets.token_hex(16) for field, text in texts.items() if text is not None}
    return salts, {field: _seal(salt, str(texts[field])) for field, salt in salts.items()}


def hash_of(row: Row, seals: str, *, at: datetime, previous: str) -> str:
    """This will return the hash of a row: of its number, moment, plain fields, seals (as JSON text) and ``previous``."""
    content = as_json([previous, row["number"], at, *(row[field] for field in PLAIN), seals])
    return hashlib.sha256(content.encode()).hexdigest()


class Checking:
    """Looks at row after row, as they lie in the database (JSON not read yet)."""

    def __init__(self) -> None:
        self.rows, self.head, self._last = 0, "", 0
        self._missing: dict[int, tuple[str, ...]] = {}
        self._accounted: dict[int, set[str]] = {}
        self._before: tuple[int, str] | None = None
        self._pruned: list[tuple[int, str]] = []

    def run(self, rows: Iterable[Row]) -> Chain:
        """This will read all rows, by number, until one is not as it was written."""
        for row in rows:
            try:
                why = self._looked_at(row)
            except (ValueError, TypeError, KeyError, AttributeError):
                why = "it cannot be read"
            if why:
                return Chain(self.rows, len(self._missing), self.head, int(row["number"]), why)
            self.rows += 1
        return self._unaccounted() or Chain(self.rows, len(self._missing), self.head)

    def _looked_at(self, row: Row) -> str:
        """What is wrong with a row, nothing if nothing is."""
        number, previous = int(row["number"]), row["previous"]
        if self.rows == 0 and number > 1:
            self._before = (number - 1, previous)
        elif number != self._last + 1:
            return f"row {self._last + 1} is missing"
        elif previous != self.head:
            return "it does not follow the row before it"
        if hash_of(row, row["seals"], at=_moment(row["at"]), previous=previous) != row["hash"]:
            return "a field of it was changed"
        wrong = self._broken_seal(row)
        if wrong:
            return f"its '{wrong}' was changed"
        self._noted(row)
        self._last, self.head = number, row["hash"]
        return ""

    def _broken_seal(self, row: Row) -> str:
        """The first sealed field that is not what it was; fields taken out are noted."""
        seals, salts = json.loads(row["seals"]), json.loads(row["salts"])
        if as_json(salts) != row["salts"] or not salts.keys() <= seals.keys():
            return "salts"
        for field in SEALED:
            if field in salts:
                if row[field] is None or _seal(salts[field], row[field]) != seals[field]:
                    return field
            elif row[field] is not None:
                return field
        gone = tuple(sorted(seals.keys() - salts.keys()))
        if gone:
            self._missing[int(row["number"])] = gone
        return ""

    def _noted(self, row: Row) -> None:
        """What a row says of others: fields taken out, rows cut off."""
        if row["action"] not in (ERASED, PRUNED) or row["after"] is None:
            return
        said = json.loads(row["after"])
        for number, fields in said.get("redacted", ()):
            self._accounted.setdefault(number, set()).update(fields)
        if row["action"] == PRUNED:
            self._pruned.append((said["up_to"], said["hash"]))

    def _unaccounted(self) -> Chain | None:
        if self._before is not None and self._before not in self._pruned:
            return Chain(self.rows, len(self._missing), self.head, self._before[0] + 1, "the rows before it are missing")
        for number, fields in self._missing.items():
            if not self._accounted.get(number, set()).issuperset(fields):
                why = "something was taken out, and no erasure says so"
                return Chain(self.rows, len(self._missing), self.head, number, why)
        return None


def _seal(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def _moment(raw: object) -> datetime:
    """SQLite holds moments as text, and only one text will do."""
    if isinstance(raw, datetime):
        return raw.astimezone(UTC)
    moment = datetime.fromisoformat(str(raw)).replace(tzinfo=UTC)
    if f"{moment:%Y-%m-%d %H:%M:%S.%f}" != raw:
        raise ValueError(raw)
    return moment
