"""A list handed over piece by piece: some items, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from busyness.domain.errors import InputError

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """``items`` in their order; ``next`` is the cursor of what follows, none at the end."""

    items: tuple[Item, ...]
    next: str | None


def page(items: list[Item], limit: int, *, cursors: list[str]) -> Page[Item]:
    """This will make a page of ``limit`` items out of up to ``limit`` + 1; ``cursors`` has one for every item."""
    return Page(tuple(items[:limit]), cursors[limit - 1] if len(items) > limit else None)


def number_of(cursor: str | None) -> int | None:
    """This will read the cursor of a list that is in the order of its numbers. Raises: ``InputError`` for another text."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InputError(f"'{cursor[:40]}' is no cursor of this list.", hint="Take it from the answer before.")
    return int(cursor)
