"""Answers that were given a moment ago, kept as the bytes they were, for whoever asks the same with the same rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from busyness.interfaces.api.headers import Header
from busyness.interfaces.packing import Packed

Asked = tuple[str, bytes, bytes, bytes]
"""Rights of the caller, path, query and Accept: all that an answer from memory may depend on."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer: its headers without the request's id, its body, what it was made from, and the same packed.

    ``packed``: the answer for whoever takes gzip, made when the first of them asked (None: not yet, or not worth it).
    """

    headers: tuple[Header, ...]
    body: bytes
    etag: bytes
    route: str
    world: str
    snapshot: object
    version: int
    until: float
    packed: Packed | None = None
    tried: bool = False

    @property
    def size(self) -> int:
        """How much memory it takes, roughly, in bytes."""
        return len(self.body) + (len(self.packed.body) if self.packed else 0) + 1024


class Answered:
    """Holds at most ``most_bytes`` of answers, the oldest leaves first.

    An answer holds for as long as its world serves the very snapshot that it was made from, nothing has been written
    through this process since, and ``seconds`` have not passed (another process may write to the same state).
    """

    def __init__(self, serving: Callable[[str], object], *, seconds: float = 5.0, most_bytes: int = 64 << 20) -> None:
        self._serving, self._seconds, self._most = serving, seconds, most_bytes
        self._held: dict[Asked, Remembered] = {}
        self._bytes = 0
        self.version = 0

    def find(self, asked: Asked, now: float) -> Remembered | None:
        """This will return the answer, or None where there is none that still holds."""
        held = self._held.get(asked)
        if (
            held is None
            or held.version != self.version
            or held.until < now
            or self._serving(held.world) is not held.snapshot
        ):
            return None
        return held

    def keep(self, asked: Asked, answer: Remembered) -> None:
        """This will keep an answer, unless something was written, or swapped in, while it was being made."""
        size = answer.size
        if answer.version != self.version or size * 8 > self._most or self._serving(answer.world) is not answer.snapshot:
            return
        before = self._held.pop(asked, None)
        self._bytes += size - (before.size if before else 0)
        self._held[asked] = answer
        while self._bytes > self._most:
            oldest = next(iter(self._held))
            self._bytes -= self._held.pop(oldest).size

    def keep_packed(self, asked: Asked, answer: Remembered, packed: Packed | None) -> None:
        """This will keep the packed form beside an answer, if that is still the one that is held."""
        if self._held.get(asked) is answer:
            self.keep(asked, replace(answer, packed=packed, tried=True))

    def until(self, now: float) -> float:
        """This will return until when an answer made now holds."""
        return now + self._seconds

    def written(self) -> None:
        """This will forget every answer: something they may depend on was written."""
        self.version += 1
        self._held.clear()
        self._bytes = 0
