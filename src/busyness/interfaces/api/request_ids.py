"""A name for every request, so that an answer, a log line and an audit row can be laid side by side."""

from __future__ import annotations

import itertools
import re
import secrets

_GOOD = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Hands out ids that no other process hands out: a random prefix and a running number."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6) + "-"
        self._next = itertools.count(1).__next__

    def fresh(self) -> bytes:
        """This will return a new id."""
        return f"{self._prefix}{self._next():x}".encode()

    def of(self, given: bytes | None) -> bytes:
        """This will return the caller's own id where it is a plain word of 8 to 64 letters, or a new one."""
        return given if given and _GOOD.fullmatch(given) else self.fresh()
