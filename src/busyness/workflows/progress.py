"""How a workflow tells whoever watches how far it is."""

from __future__ import annotations

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
