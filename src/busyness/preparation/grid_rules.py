"""What the person decides about a panel: its slots, its places, when they are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from busyness.domain.errors import InputError
from busyness.domain.opening_hours import OpeningHours
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength

EVERY_OTHER_PLACE = "*"


@dataclass(frozen=True, slots=True)
class GridRules:
    """How events become a panel.

    ``every`` is the slot length; ``None``: the length the rows have, else one hour. ``future`` slots are added after
    the history. ``timezone`` is that of places the register ``places`` does not have. ``opening_hours`` by place id
    replace the register's; ``"*"`` holds for the places that have none otherwise. ``only`` and ``exclude`` are place
    ids; a place of the register without rows takes part when ``only`` names it (a new place). ``capacity`` is the
    demand of one slot that a place can serve. ``end`` is the last local date of the history, by the clock of the
    panel's first place; ``None``: the last row's slot ends it.
    """

    every: SlotLength | None = None
    future: int = 0
    timezone: str = "UTC"
    places: Mapping[str, Place] = field(default_factory=dict)
    opening_hours: Mapping[str, OpeningHours] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    capacity: Mapping[str, float] = field(default_factory=dict)
    end: date | None = None

    def __post_init__(self) -> None:
        if self.future < 0:
            raise InputError(f"A panel cannot have {self.future} slots after its history.", hint="Use 0 or more.")
