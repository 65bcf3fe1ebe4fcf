"""Why somebody should move, in words: what the day has brought so far, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from busyness.decisions.intraday.actions import CALL, MOVE
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.view import View

NOTABLE = 0.05


@dataclass(frozen=True)
class Departure:
    """Since step ``since`` a place had ``came`` visitors where ``expected`` were foretold."""

    since: int
    came: int
    expected: float

    @property
    def share(self) -> float:
        """Visitors over the forecast: 0.24 is 24 % more."""
        return self.came / self.expected - 1 if self.expected > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Reasons:
    """Sentences about one day (the view's first)."""

    problem: IntradayProblem
    day: DayAhead
    view: View

    def departure(self, place: int) -> Departure:
        """This will return the stretch up to now that departs from the forecast most surely: the difference over the square
        root of what was expected is largest.
        """
        came = np.cumsum(self.view.arrived[0, place, ::-1])[::-1]
        thought = np.cumsum(self.view.expected[0, place, : self.view.step][::-1])[::-1]
        if not len(came):
            return Departure(0, 0, 0.0)
        since = int((np.abs(came - thought) / np.sqrt(np.maximum(thought, 1))).argmax())
        return Departure(since, int(came[since]), float(thought[since]))

    def of_action(self, action: tuple[int, int, int], saves: float | None) -> str:
        """This will say what to do, how long it takes, why, and what it is thought to save."""
        kind, first, second = action
        places, money = self.problem.places, self.problem.money
        if kind == MOVE:
            minutes = self.problem.travel[first, second]
            does = f"Move one person from {places[first]} to {places[second]} ({minutes:.0f} minutes)"
            why = [self._busy(second), self._busy(first)]
        elif kind == CALL:
            notice = money.notices[second]
            does = f"Call one person in to {places[first]}, there in {notice.minutes:.0f} minutes"
            why = [self._busy(first)]
        else:
            does = f"Send one person home from {places[first]}"
            why = [self._busy(first)]
        worth = (
            "" if saves is None else f" It should save {saves:,.2f} {money.currency}".rstrip() + " over the rest of the day."
        )
        return f"{' '.join(why)} {does}.{worth}"

    def _busy(self, place: int) -> str:
        found, name = self.departure(place), self.problem.places[place]
        line = int(self.view.waiting[0, place])
        wait = {0: "nobody waits", 1: "1 visitor waits"}.get(line, f"{line} visitors wait")
        if abs(found.share) < NOTABLE or not found.expected:
            return f"{name} has had about as many visitors as forecast, and {wait}."
        more = "more" if found.share > 0 else "fewer"
        at = self.day.start + timedelta(minutes=found.since * self.problem.step_minutes)
        return f"{name} has had {abs(found.share):.0%} {more} visitors than forecast since {at:%H:%M}, and {wait}.".replace(
            "%", " %"
        )
