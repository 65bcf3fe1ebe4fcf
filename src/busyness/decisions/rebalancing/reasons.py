"""Why each vehicle is moved, in a sentence."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from busyness.decisions.rebalancing.moves import Positions
from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.served import ServedTrips

_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Reasons:
    """Says what each place lacks or has too many of, from what a vehicle more or less would serve there."""

    def __init__(self, problem: RebalancingProblem, served: ServedTrips, positions: Positions) -> None:
        self._problem, self._served, self._positions = problem, served, positions

    def of_move(self, origin: int, destination: int, *, period: int) -> str:
        """This will return the reason of a move between two sites."""
        if destination >= len(self._problem.places):
            return self._too_many(origin, period)
        if origin >= len(self._problem.places):
            return self._lacks(destination, period)
        return f"{self._lacks(destination, period)} {self._too_many(origin, period)}"

    def _lacks(self, place: int, period: int) -> str:
        before, after, share = self._change(place, period)
        many = max(after - before, 0)
        return (
            f"{self._problem.places[place].label} lacks {many:,} {self._problem.called} {self._when(period)}: "
            f"{_tenths(share)} will be used."
        )

    def _too_many(self, place: int, period: int) -> str:
        before, after, share = self._change(place, period)
        many = max(before - after, 0)
        name = self._problem.places[place].label
        return f"{name} can spare {many:,} {self._when(period)}: {_tenths(share)} would be used there."

    def _change(self, place: int, period: int) -> tuple[int, int, float]:
        """Vehicles before and after, and which share of the difference is expected to be used."""
        before, after = (int(side[place, period]) for side in (self._positions.before, self._positions.after))
        cell = np.array([place * self._problem.periods + period] * 2)
        trips = self._served.by(np.array([before, after]), cell)
        used = float(abs(trips[1] - trips[0]) / self._problem.turns_of_places[place])
        return before, after, used / max(abs(after - before), 1)

    def _when(self, period: int) -> str:
        start = self._problem.starts[period]
        if self._problem.length >= _DAY:
            return f"on {_WEEKDAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]}"
        return f"on {_WEEKDAYS[start.weekday()]} at {start:%H:%M}"


def _tenths(share: float) -> str:
    """A share in words.

    >>> _tenths(0.93), _tenths(1.0), _tenths(0.02)
    ('9 in 10', 'nearly all', 'hardly any')
    """
    tenths = round(share * 10)
    return "hardly any" if tenths <= 0 else "nearly all" if tenths >= 10 else f"{tenths} in 10"
