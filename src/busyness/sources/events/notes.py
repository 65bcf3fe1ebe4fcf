"""A sentence is said once, however many chunks it is true of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from busyness.tables.events import Events

_PARTICULARS = re.compile(r"'[^']*'|\d[\d.,:/-]*")
"""What differs between two chunks of which the same is said: an example."""


def said_once(chunks: Iterator[Events]) -> Iterator[Events]:
    """This will yield the chunks, each note only with the first chunk that says it, whatever example it gives."""
    said: set[str] = set()
    for events in chunks:
        fresh = []
        for note in events.notes:
            shape = _PARTICULARS.sub("#", note)
            if shape not in said:
                said.add(shape)
                fresh.append(note)
        yield replace(events, notes=tuple(fresh))
