"""The staffing problem: all that decides a roster, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from busyness.decisions.staffing.need import Need
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.rules import Rules
from busyness.decisions.staffing.week import Week


@dataclass(frozen=True, repr=False)
class StaffingProblem:
    """One place, one week. ``published`` is the roster people already know, where there is one: a change costs.

    ``absent`` are people and dates on which they cannot come after all; of the first ``fixed_days`` days the published
    shifts have been worked and stay.
    """

    need: Need
    people: tuple[Person, ...]
    rules: Rules
    prices: Prices
    published: Roster | None = None
    absent: frozenset[tuple[str, date]] = frozenset()
    fixed_days: int = 0

    @property
    def week(self) -> Week:
        """The week that is planned."""
        return self.need.week
