"""A place: a store, a neighbourhood or a hexagon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from busyness.domain.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True)
class Place:
    """Where demand is counted.

    ``opening_hours`` is ``None`` where nothing is said: the place then counts as always open. ``capacity`` is the
    demand of one slot that the place can serve. ``opened`` is the first day with customers and ``closed`` the first without,
    where they are known. ``attributes`` are static covariates (numbers or words).
    """

    id: str
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "UTC"
    opening_hours: OpeningHours | None = None
    parent: str = ""
    capacity: float | None = None
    opened: date | None = None
    closed: date | None = None
    attributes: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name to show: the name, or the id where there is none."""
        return self.name or self.id
