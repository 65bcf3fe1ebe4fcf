"""How a workflow tells whoever watches how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Told about steps; shows them or not."""

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        """This will say what is being done, and how many of how many are done (0: not counted)."""
        ...


class Silent:
    """Tells nobody."""

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        """This will do nothing."""


class Told:
    """Hands each step on as words."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        """This will say the step, and how far it is."""
        self._tell(f"{text} {done} / {total}" if total else text)
