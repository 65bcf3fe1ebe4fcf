"""What every source of events is told about its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from busyness.domain.errors import InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class EventLayout:
    """What a person says about a file of events; what is left out is found by name, and said in the notes.

    ``columns``: role → column (see the roles of each source). ``timezone``: the IANA name of the wall clock that times
    without an offset are written in, or a column that holds one for each row. ``day_first`` settles 01/02/2024.
    ``kinds``: only these are wanted; none: all the source has. ``now`` (aware): times after it are rejected.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    day_first: bool | None = None
    kinds: tuple[str, ...] = ()
    now: datetime | None = None


def wanted_kinds(layout: EventLayout, offered: tuple[str, ...]) -> tuple[str, ...]:
    """This will return the kinds of event to make, of those a source offers.

    Raises: ``InputError`` for a kind that the source does not have.
    """
    for kind in layout.kinds:
        if kind not in offered:
            hint = did_you_mean(kind, offered) or f"Use {' or '.join(offered)}."
            raise InputError(f"There are no events of the kind '{kind}' here.", hint=hint)
    return tuple(kind for kind in offered if not layout.kinds or kind in layout.kinds)
