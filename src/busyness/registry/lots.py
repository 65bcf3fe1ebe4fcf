"""Who serves which place on which day of a trial: a lot, drawn by a hash, so that anyone can repeat it.

SHA-256 of ``seed|unit|fortnight|weekday number``, where the unit is the place's id (``places``) or the word ``all``
(``days``). If the first byte is odd the challenger serves the first of the fortnight's two such weekdays, else the second.
So every place has every weekday once under each model in every fortnight, however many places come or go.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from busyness.domain.errors import InputError

Arm = Literal["champion", "challenger"]
Unit = Literal["places", "days"]
CHAMPION: Arm = "champion"
CHALLENGER: Arm = "challenger"
WEEK, FORTNIGHT = 7, 14
"""Days."""


@dataclass(frozen=True, slots=True)
class Design:
    """When the lot decides (local dates, the end not part of it; whole fortnights), over which unit, from which seed."""

    start: date
    weeks: int
    unit: Unit = "places"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.weeks < 2 or self.weeks % 2:
            raise InputError(
                f"A switch-back of {self.weeks} weeks leaves weekdays without their pair.", hint="Use 2, 4, 6, … weeks."
            )
        if self.unit not in ("places", "days"):
            raise InputError(f"Lots cannot be drawn over '{self.unit}'.", hint="Use places or days.")

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.start + timedelta(weeks=self.weeks)

    def arm(self, place: str, day: date) -> Arm:
        """This will say which model serves a place on a local day; before and after, the champion."""
        number = (day - self.start).days
        if not 0 <= number < WEEK * self.weeks:
            return CHAMPION
        unit = place if self.unit == "places" else "all"
        drawn = hashlib.sha256(f"{self.seed}|{unit}|{number // FORTNIGHT}|{number % WEEK}".encode()).digest()[0]
        return CHALLENGER if (drawn + number // WEEK) % 2 else CHAMPION
