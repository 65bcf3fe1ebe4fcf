"""What was looked up is remembered for a few seconds; a change in this process is seen at once, in others after those."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")
Ticket = dict[str, tuple[datetime, Value]]


class Remembered(Generic[Value]):
    """A small memory of answers, safe among threads: every step is one operation on one dictionary."""

    def __init__(self, *, lasts: timedelta, most: int = 20_000) -> None:
        self._lasts, self._most = lasts, most
        self._held: Ticket[Value] = {}

    def get(self, name: str, now: datetime) -> Value | None:
        """This will return what was put there less than ``lasts`` ago."""
        held = self._held.get(name)
        return held[1] if held is not None and abs(now - held[0]) < self._lasts else None

    def ticket(self) -> Ticket[Value]:
        """This will return what ``put`` asks for; take it *before* looking up, so that no answer outlives a change."""
        return self._held

    def put(self, name: str, value: Value, *, now: datetime, ticket: Ticket[Value]) -> None:
        """This will remember an answer, unless something changed since its ticket was taken."""
        if len(ticket) >= self._most:
            self.forget()
        else:
            ticket[name] = (now, value)  # a forgotten ticket is nobody's dictionary any more

    def forget(self) -> None:
        """This will forget everything."""
        self._held = {}
